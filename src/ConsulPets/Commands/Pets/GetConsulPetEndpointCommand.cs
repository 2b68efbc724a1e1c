using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Observing;
using ConsulPets.Hosting;

namespace ConsulPets.Commands;

/// <summary>Lists the addresses and DNS names behind a set's headless service.</summary>
[Cmdlet(VerbsCommon.Get, "ConsulPetEndpoint")]
[OutputType(typeof(ConsulPetEndpoint))]
public sealed class GetConsulPetEndpointCommand : ClusterCmdlet
{
    /// <summary>The pet set; all of the namespace by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => PetSet;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        var reader = new EndpointReader(observer.Api);
        await ForEachSetAsync(observer, PetSet, async set =>
        {
            IReadOnlyList<ConsulPetEndpoint> endpoints = await reader.ReadAsync(set, StopToken).ConfigureAwait(false);
            if (endpoints.Count == 0)
            {
                Detail($"{set.Namespace}/{set.Name} has no headless service, or the service has no addresses.");
            }

            foreach (ConsulPetEndpoint endpoint in endpoints)
            {
                await WriteAsync(endpoint).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }
}
