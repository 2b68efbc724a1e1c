using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Hosting;

namespace ConsulPets.Commands;

/// <summary>Finds what pets left behind, by two looks some seconds apart.</summary>
[Cmdlet(VerbsCommon.Find, "StalePet")]
[OutputType(typeof(StalePet))]
public sealed class FindStalePetCommand : ClusterCmdlet
{
    /// <summary>The pet set; all of the namespace by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>The time between the two looks.</summary>
    [Parameter]
    [ValidateRange(2, 600)]
    public int IntervalSeconds { get; set; } = 5;

    /// <inheritdoc/>
    protected override object? ErrorTarget => PetSet;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        var remover = new StaleRemover(observer);
        await ForEachSetAsync(observer, PetSet, async set =>
        {
            ShowProgress($"Looking for stale pets of {set.Namespace}/{set.Name}", $"two looks, {IntervalSeconds} s apart");
            foreach (StalePet stale in await remover.FindAsync(set, TimeSpan.FromSeconds(IntervalSeconds), StopToken).ConfigureAwait(false))
            {
                await WriteAsync(stale).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }
}
