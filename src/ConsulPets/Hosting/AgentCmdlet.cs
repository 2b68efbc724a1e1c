using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Observing;
using ConsulPets.Observing;

namespace ConsulPets.Hosting;

/// <summary>A cmdlet that talks to one Consul agent of each cluster that it is for: of pet sets, or of a plain address.</summary>
public abstract class AgentCmdlet : ClusterCmdlet
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
        Check();
        string? address = Address ?? (PetSet is null && Namespace is null && Context is null && KubeConfig is null && CurrentSession() is null ? ConsulAddress.FromEnvironment() : null);
        if (address is not null)
        {
            await WarnOfSkippedCheckAsync().ConfigureAwait(false);
            ConsulTls tls = ConsulTls.FromEnvironment();
            var client = new ConsulClient(new DirectTransport(ConsulAddress.Parse(address, tls with { SkipVerification = tls.SkipVerification || SkipCertificateCheck }), TokenText()));
            await ServeAsync(client, await ConsulObserver.AskAsync(client, Questions(), StopToken).ConfigureAwait(false), null).ConfigureAwait(false);
            return;
        }

        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        await ForEachSetAsync(observer, await ReferenceAsync(observer).ConfigureAwait(false), async set =>
        {
            PetSetObservation observation = await observer.ObserveAsync(set, Questions(), StopToken).ConfigureAwait(false);
            if (observation.Consul is not { } consul)
            {
                throw Engine.Executing.Refusals.ToException(Planning.ConsulGate.Refusal(observation)!, set.Name);
            }

            ObservedPod pod = observation.Pods.First(candidate => candidate.Name == consul.AnsweredBy);
            await ServeAsync(observer.Agent(set, pod), consul, observation).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Refuses values that cannot be used, before anybody is asked.</summary>
    private protected virtual void Check()
    {
    }

    /// <summary>The sets to serve, where it is not a plain address.</summary>
    /// <param name="observer">The opened cluster.</param>
    /// <returns>How they are named; null for all of the namespace.</returns>
    private protected virtual Task<PetSetReference?> ReferenceAsync(PetSetObserver observer) => Task.FromResult(PetSet);

    /// <summary>What to ask Consul for.</summary>
    /// <returns>The questions.</returns>
    private protected virtual ConsulQuestions Questions() => default;

    /// <summary>Does the work for one cluster.</summary>
    /// <param name="agent">The agent that answered.</param>
    /// <param name="consul">What it said.</param>
    /// <param name="observation">The observation that it is part of; null for a plain address.</param>
    /// <returns>A task.</returns>
    private protected abstract Task ServeAsync(ConsulClient agent, ObservedConsul consul, PetSetObservation? observation);
}
