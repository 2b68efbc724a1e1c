using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Observing;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Waits until a pet set has a leader, a quorum, is stable, or is updated.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ConsulPetSet")]
[OutputType(typeof(ConsulPetSet))]
public sealed class WaitConsulPetSetCommand : ClusterCmdlet
{
    /// <summary>The pet set.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>What to wait for.</summary>
    [Parameter(Position = 1)]
    public WaitCondition For { get; set; } = WaitCondition.Stable;

    /// <summary>How long to wait at most.</summary>
    [Parameter]
    [Alias("Timeout")]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <inheritdoc/>
    protected override object? ErrorTarget => PetSet;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetReference petSet = Named(PetSet, isReading: true);
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        ObservedWorkload workload = await observer.GetWorkloadAsync(NamespaceOf(observer, petSet), petSet.Name, StopToken).ConfigureAwait(false);
        PetSetObservation met = await WaitForAsync(
            observer, workload, observation => WaitRules.Judge(For, observation), For.ToString().ToLowerInvariant(), TimeoutSeconds).ConfigureAwait(false);
        await WriteAsync(met.ToPetSet()).ConfigureAwait(false);
    }
}
