using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Observing;
using ConsulPets.Hosting;
using ConsulPets.Observing;

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
        foreach (ObservedWorkload set in await SetsAsync(observer, PetSet).ConfigureAwait(false))
        {
            foreach (ConsulPetEndpoint endpoint in await reader.ReadAsync(set, StopToken).ConfigureAwait(false))
            {
                await WriteAsync(endpoint).ConfigureAwait(false);
            }
        }
    }
}
