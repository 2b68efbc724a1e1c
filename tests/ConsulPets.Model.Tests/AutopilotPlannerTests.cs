namespace ConsulPets.Model.Tests;

public class AutopilotPlannerTests
{
    private static readonly AutopilotConfiguration Settings = new()
    {
        CleanupDeadServers = true,
        LastContactThreshold = TimeSpan.FromMilliseconds(200),
        MaxTrailingLogs = 250,
        MinQuorum = 0,
        ServerStabilizationTime = TimeSpan.FromSeconds(10),
        ModifyIndex = 4,
        Document = """{"RedundancyZoneTag":"zone","DisableUpgradeMigration":true,"UpgradeVersionTag":""}""",
    };

    private static readonly AutopilotChange Everything = new()
    {
        CleanupDeadServers = false,
        LastContactThreshold = TimeSpan.FromSeconds(1),
        MaxTrailingLogs = 500,
        MinQuorum = 2,
        ServerStabilizationTime = TimeSpan.FromSeconds(20),
    };

    private static string[] Lines(ConsulPetPlan plan) => [.. plan.Steps.Select(static step => $"{step.Order} {step.Action} {step.Target} ({step.Reason})")];

    [Fact]
    public void Each_setting_that_differs_is_a_step_with_its_old_and_its_new_value() => Assert.Equal(
        [
            "1 set CleanupDeadServers to false (was true)",
            "2 set LastContactThreshold to 1s (was 200ms)",
            "3 set MaxTrailingLogs to 500 (was 250)",
            "4 set MinQuorum to 2 (was 0)",
            "5 set ServerStabilizationTime to 20s (was 10s)",
        ],
        Lines(AutopilotPlanner.Plan("default/consul", Everything, Settings, 3)));

    [Fact]
    public void What_is_set_so_already_is_no_step_and_what_is_not_given_stays()
    {
        Assert.Empty(AutopilotPlanner.Plan("t", Everything, Everything.ApplyTo(Settings), 3).Steps);
        AutopilotConfiguration wanted = new AutopilotChange { MinQuorum = 2 }.ApplyTo(Settings);
        Assert.Equal(Settings with { MinQuorum = 2 }, wanted);
        Assert.Equal(Settings, new AutopilotChange().ApplyTo(Settings));
    }

    [Theory]
    [InlineData(2, 3, false, null)]
    [InlineData(3, 3, false, null)]
    [InlineData(4, 3, false, "MinQuorumTooLarge")]
    [InlineData(4, 3, true, null)]
    [InlineData(0, 0, false, null)]
    [InlineData(1, 0, false, "MinQuorumTooLarge")]
    public void A_minimum_above_the_number_of_servers_needs_force(int minimum, int servers, bool force, string? refusal) =>
        Assert.Equal(refusal, AutopilotPlanner.Plan("t", new AutopilotChange { MinQuorum = minimum }, Settings, servers, force).Refusal?.ErrorId);

    [Fact]
    public void A_minimum_that_is_too_large_already_does_not_hinder_other_changes()
    {
        AutopilotConfiguration settings = Settings with { MinQuorum = 7 };
        Assert.Null(AutopilotPlanner.Plan("t", new AutopilotChange { MaxTrailingLogs = 1 }, settings, 3).Refusal);
        Assert.Null(AutopilotPlanner.Plan("t", new AutopilotChange { MaxTrailingLogs = 1, MinQuorum = 7 }, settings, 3).Refusal);
    }

    public static TheoryData<AutopilotChange, bool> Values => new()
    {
        { new AutopilotChange(), false },
        { new AutopilotChange { MinQuorum = -1 }, false },
        { new AutopilotChange { MinQuorum = 0 }, true },
        { new AutopilotChange { MaxTrailingLogs = -1 }, false },
        { new AutopilotChange { MaxTrailingLogs = 0 }, true },
        { new AutopilotChange { LastContactThreshold = TimeSpan.Zero }, false },
        { new AutopilotChange { LastContactThreshold = TimeSpan.FromTicks(200) }, false },
        { new AutopilotChange { LastContactThreshold = TimeSpan.FromSeconds(-1) }, false },
        { new AutopilotChange { LastContactThreshold = TimeSpan.FromMilliseconds(1) }, true },
        { new AutopilotChange { ServerStabilizationTime = TimeSpan.Zero }, true },
        { new AutopilotChange { ServerStabilizationTime = TimeSpan.FromTicks(10) }, false },
        { new AutopilotChange { ServerStabilizationTime = TimeSpan.FromSeconds(-1) }, false },
        { new AutopilotChange { CleanupDeadServers = false }, true },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_that_no_cluster_can_use_are_refused_before_any_is_asked(AutopilotChange change, bool isUsable)
    {
        PlanRefusal? refusal = AutopilotPlanner.Refusal(change);
        Assert.Equal(isUsable ? null : "AutopilotValueInvalid", refusal?.ErrorId);
        Assert.Equal(refusal, AutopilotPlanner.Plan("t", change, Settings, 3).Refusal);
    }

    [Fact]
    public void The_object_has_configuration_verdict_and_the_settings_that_only_the_document_knows()
    {
        ConsulAutopilotServer server(string name, bool healthy = true, bool voter = true, bool leader = false) => new()
        {
            Name = name,
            NodeId = Given.Id(name),
            Address = "10.0.0.1:8300",
            MemberStatus = ConsulMemberStatus.Alive,
            Version = "1.21.4",
            IsLeader = leader,
            IsVoter = voter,
            Healthy = healthy,
        };
        var verdict = new AutopilotVerdict(false, 0, [server("consul-10", voter: false), server("consul-2", healthy: false), server("consul-1", leader: true)]);
        ConsulAutopilot autopilot = AutopilotProjection.ToAutopilot(Settings, verdict, Given.Healthy());
        Assert.Equal(("consul", "default", "kind"), (autopilot.PetSet, autopilot.Namespace, autopilot.Context));
        Assert.Equal((false, 0, 2, 1), (autopilot.Healthy, autopilot.FailureTolerance, autopilot.Voters, autopilot.HealthyVoters));
        Assert.Equal(["consul-1 (leader)", "consul-2 (voter, unhealthy)", "consul-10 (no voter)"], autopilot.Servers.Select(static one => one.ToString()));
        Assert.Equal(("zone", true, null), (autopilot.RedundancyZoneTag, autopilot.DisableUpgradeMigration, autopilot.UpgradeVersionTag));

        // A lone server that came back under another address leads, and autopilot does not say so.
        ConsulAutopilot lone = AutopilotProjection.ToAutopilot(Settings, new AutopilotVerdict(true, 0, [server("consul-0")]), Given.Healthy(1));
        Assert.Equal("consul-0 (leader)", Assert.Single(lone.Servers).ToString());

        ConsulAutopilot unjudged = AutopilotProjection.ToAutopilot(Settings, null, null);
        Assert.Equal((null, null, null, null, null), (unjudged.PetSet, unjudged.Healthy, unjudged.FailureTolerance, unjudged.Voters, unjudged.HealthyVoters));
        Assert.Empty(unjudged.Servers);
    }
}
