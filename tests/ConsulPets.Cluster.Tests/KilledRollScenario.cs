using ConsulPets.Planning;
using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>Killed while a template is rolled, and while a set is restarted.</summary>
public sealed class KilledRollScenario : KilledScenario
{
    private static readonly RollingStepKind[] Kinds =
    [
        RollingStepKind.AnnotateOperation, RollingStepKind.FreezePartition, RollingStepKind.WriteTemplate, RollingStepKind.SetPartition, RollingStepKind.SetOnDelete, RollingStepKind.DeletePod,
        RollingStepKind.ReleaseOperation,
    ];

    public KilledRollScenario(ITestOutputHelper output)
        : base(output)
    {
    }

    [Fact]
    public void Every_kind_of_write_is_killed_at_somewhere() => AssertNoneIsForgotten(Kinds, KilledResizeScenario.Kinds);

    [SandboxFact]
    public void Killed_after_every_write_a_roll_is_finished_by_the_same_command() =>
        RunAndKill([("Update-ConsulPetSet consul -Image $other", 3, true), ("Restart-ConsulPetSet consul", 3, true)], Kinds);
}
