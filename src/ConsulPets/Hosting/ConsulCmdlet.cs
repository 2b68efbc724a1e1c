using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Observing;
using ConsulPets.Observing;

namespace ConsulPets.Hosting;

/// <summary>A reading cmdlet that takes Consul's word alone: of pet sets, or of a plain address.</summary>
public abstract class ConsulCmdlet : ClusterCmdlet
{
    /// <summary>The parameter set of pet sets.</summary>
    protected const string ByPetSet = "PetSet";

    /// <summary>The parameter set of a plain address.</summary>
    protected const string ByAddress = "Address";

    /// <summary>The pet set; all of the namespace by default.</summary>
    [Parameter(Position = 1, ParameterSetName = ByPetSet, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>A plain Consul HTTP API; by default $env:CONSUL_HTTP_ADDR, where no pet set is named.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByAddress)]
    [ValidateNotNullOrEmpty]
    public string? Address { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => (object?)PetSet ?? Address;

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync()
    {
        string? address = Address ?? (PetSet is null && Namespace is null && Context is null && KubeConfig is null ? ConsulAddress.FromEnvironment() : null);
        if (address is not null)
        {
            var client = new ConsulClient(new DirectTransport(ConsulAddress.Parse(address), TokenText()));
            await WriteAsync(await ConsulObserver.AskAsync(client, Questions(), StopToken).ConfigureAwait(false), null).ConfigureAwait(false);
            return;
        }

        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        await ForEachSetAsync(observer, PetSet, async set =>
        {
            PetSetObservation observation = await observer.ObserveAsync(set, Questions(), StopToken).ConfigureAwait(false);
            if (observation.Consul is not { } consul)
            {
                throw Engine.Executing.Refusals.ToException(Planning.ConsulGate.Refusal(observation)!, set.Name);
            }

            await WriteAsync(consul, observation).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>What to ask Consul for.</summary>
    /// <returns>The questions.</returns>
    private protected virtual ConsulQuestions Questions() => default;

    /// <summary>Writes what Consul said.</summary>
    /// <param name="consul">What it said.</param>
    /// <param name="observation">The observation that it is part of; null for a plain address.</param>
    /// <returns>A task.</returns>
    private protected abstract Task WriteAsync(ObservedConsul consul, PetSetObservation? observation);
}
