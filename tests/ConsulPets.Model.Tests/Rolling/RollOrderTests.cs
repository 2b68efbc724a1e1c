using System.Globalization;
using ConsulPets.Model.Tests.Simulation;

namespace ConsulPets.Model.Tests.Rolling;

/// <summary>The order of steps in a cluster in which nothing goes wrong.</summary>
public class RollOrderTests
{
    private static SimScenario Calm(RollingKind kind, int size = 3, int? leader = 0, bool canTransfer = true) => new()
    {
        Seed = 1,
        Size = size,
        LeaderPlace = leader,
        CanTransfer = canTransfer,
        LeavesGracefully = true,
        MinQuorum = (size / 2) + 1,
        CleansUpDeadServers = true,
        Adversary = [],
        Operations = [new RollingOperation { Kind = kind, Run = "run", TemplateHash = kind is RollingKind.Update or RollingKind.Undo ? "rev-2" : null }],
    };

    private static SimScenario Asking(SimScenario scenario, Func<RollingOperation, RollingOperation> change) => scenario with { Operations = [.. scenario.Operations.Select(change)] };

    private static string Trail(SimScenario scenario)
    {
        SimOutcome outcome = SimHistory.Run(scenario);
        Assert.Null(outcome.Breach);
        return string.Join(' ', outcome.Steps.Select(static step => step.Kind switch
        {
            RollingStepKind.AnnotateOperation => "note",
            RollingStepKind.FreezePartition => string.Create(CultureInfo.InvariantCulture, $"freeze-{step.Number}"),
            RollingStepKind.WriteTemplate => "template",
            RollingStepKind.SetPartition => string.Create(CultureInfo.InvariantCulture, $"partition-{step.Number}"),
            RollingStepKind.SetOnDelete => $"on-delete-{step.State!.Window}",
            RollingStepKind.DeletePod => $"delete-{step.Target}",
            RollingStepKind.TransferLeadership => $"lead-{step.Target}",
            RollingStepKind.SetReplicas => string.Create(CultureInfo.InvariantCulture, $"size-{step.Number}"),
            RollingStepKind.SetMinQuorum => string.Create(CultureInfo.InvariantCulture, $"min-{step.Number}"),
            RollingStepKind.ForceLeave => $"forget-{step.Target}",
            RollingStepKind.RemoveRaftPeer => $"remove-{step.Target}",
            RollingStepKind.DeleteClaim => $"claim-{step.Target}",
            _ => "release",
        }));
    }

    [Theory]
    [InlineData(2, "freeze-3 template lead-consul-0 partition-2 partition-1 lead-consul-2 partition-0 release")]
    [InlineData(1, "freeze-3 template partition-2 lead-consul-2 partition-1 partition-0 release")]
    [InlineData(0, "freeze-3 template partition-2 partition-1 lead-consul-2 partition-0 release")]
    public void An_update_moves_the_leader_off_each_pet_before_its_turn(int leader, string trail) => Assert.Equal(trail, Trail(Calm(RollingKind.Update, leader: leader)));

    [Theory]
    [InlineData(2, "freeze-3 template on-delete-consul-1 delete-consul-1 partition-3 on-delete-consul-0 delete-consul-0 partition-3 partition-2 partition-0 release")]
    [InlineData(1, "freeze-3 template partition-2 on-delete-consul-0 delete-consul-0 partition-2 partition-1 partition-0 release")]
    [InlineData(0, "freeze-3 template partition-2 partition-1 partition-0 release")]
    public void Where_Consul_cannot_move_the_leader_its_pet_is_the_last_all_the_same(int leader, string trail) =>
        Assert.Equal(trail, Trail(Calm(RollingKind.Update, leader: leader, canTransfer: false)));

    [Theory]
    [InlineData(2, true, "note lead-consul-0 delete-consul-2 delete-consul-1 lead-consul-2 delete-consul-0 release")]
    [InlineData(2, false, "note delete-consul-1 delete-consul-0 delete-consul-2 release")]
    public void A_restart_takes_each_pet_once(int leader, bool canTransfer, string trail) => Assert.Equal(trail, Trail(Calm(RollingKind.Restart, leader: leader, canTransfer: canTransfer)));

    [Fact]
    public void A_canary_stops_the_run_and_the_same_command_goes_on() =>
        Assert.Equal("freeze-3 template partition-2 note partition-1 partition-0 release", Trail(Asking(Calm(RollingKind.Update, canTransfer: false), static one => one with { StopAfter = "consul-2" })));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_undo_frees_the_pet_that_is_stuck(bool controllerWaits) => Assert.Equal("freeze-3 template partition-2 delete-consul-2 partition-0 release", Trail(Asking(
        Calm(RollingKind.Undo) with { StuckPets = 1, WaitsForStuckPods = controllerWaits },
        static one => one with { TemplateHash = "rev-1" })));

    [Theory]
    [InlineData(VolumePolicy.Retain, "note size-4 forget-consul-4 min-2 size-3 forget-consul-3 release")]
    [InlineData(VolumePolicy.Delete, "note size-4 forget-consul-4 claim-data-consul-4 min-2 size-3 forget-consul-3 claim-data-consul-3 release")]
    public void A_set_gets_smaller_one_pet_at_a_time(VolumePolicy volumes, string trail) =>
        Assert.Equal(trail, Trail(Asking(Calm(RollingKind.Resize, 5), one => one with { Replicas = 3, Volumes = volumes }) with { MinQuorum = 3 }));

    [Fact]
    public void The_leader_is_moved_off_the_pet_that_goes() => Assert.StartsWith("note min-2 lead-consul-0 size-2", Trail(Asking(Calm(RollingKind.Resize, leader: 2), static one => one with { Replicas = 1 }) with { MinQuorum = 3 }), StringComparison.Ordinal);

    [Fact]
    public void MinQuorum_is_raised_when_the_set_has_grown() => Assert.Equal("note size-4 size-5 min-3 release", Trail(Asking(Calm(RollingKind.Resize), static one => one with { Replicas = 5 })));

    [Fact]
    public void What_is_suspended_comes_back_to_its_size()
    {
        SimScenario scenario = Calm(RollingKind.Suspend);
        scenario = scenario with { Operations = [.. scenario.Operations, new RollingOperation { Kind = RollingKind.Resume, Run = "later" }] };
        Assert.Equal("note size-2 forget-consul-2 min-1 size-1 forget-consul-1 size-0 note size-1 size-2 size-3 min-2 release", Trail(scenario));
        Assert.Equal("note size-0 note size-3 release", Trail(scenario with { LeavesGracefully = false }));
    }

    [Fact]
    public void A_DaemonSet_is_restarted_one_by_one_and_each_old_server_is_forgotten()
    {
        string[] trail = Trail(Calm(RollingKind.Restart) with { IsDaemonSet = true, LeavesGracefully = false, CleansUpDeadServers = false, CanTransfer = false }).Split(' ');
        Assert.Equal(3, trail.Count(static step => step.StartsWith("delete-", StringComparison.Ordinal)));
        foreach (int at in Enumerable.Range(0, trail.Length).Where(at => trail[at].StartsWith("delete-", StringComparison.Ordinal)))
        {
            Assert.Equal(trail[at].Replace("delete-", "forget-", StringComparison.Ordinal), trail[at + 1]);
        }
    }

    [Fact]
    public void A_DaemonSet_is_updated_with_its_controller_kept_still() =>
        Assert.Matches(@"^on-delete- template (lead-\S+ |delete-\S+ forget-\S+ ){4,5}partition-0 release$", Trail(Calm(RollingKind.Update) with { IsDaemonSet = true }));
}
