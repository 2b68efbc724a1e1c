using ConsulPets.Planning;
using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>Killed while a set changes its size.</summary>
public sealed class KilledResizeScenario : KilledScenario
{
    internal static readonly RollingStepKind[] Kinds =
    [
        RollingStepKind.AnnotateOperation, RollingStepKind.SetReplicas, RollingStepKind.SetMinQuorum, RollingStepKind.ForceLeave, RollingStepKind.DeleteClaim, RollingStepKind.ReleaseOperation,
    ];

    public KilledResizeScenario(ITestOutputHelper output)
        : base(output)
    {
    }

    [SandboxFact]
    public void Killed_after_every_write_a_resize_is_finished_by_the_same_command() => RunAndKill(
        [
            ("Resize-ConsulPetSet consul 5", 3, false),
            ("Resize-ConsulPetSet consul 3 -VolumePolicy Delete", 3, false),
            ("Suspend-ConsulPetSet consul", 0, false),
            ("Resume-ConsulPetSet consul", 0, false),
        ],
        Kinds);
}
