using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class AutopilotConfiguratorTests
{
    private const string Path = "/operator/autopilot/configuration";

    private static async Task<AutopilotConfigurator> ConfiguratorAsync(Lab lab)
    {
        PetSetObservation look = await lab.ObserveAsync();
        ObservedPod pod = look.Pods.First(candidate => candidate.Name == look.Consul!.AnsweredBy);
        return new AutopilotConfigurator(lab.Observer.Agent(look.Workload, pod), look.Consul!, look);
    }

    [Fact]
    public async Task Configuration_and_verdict_are_one_object()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Peers[1] = lab.Set.Consul.Peers[1] with { IsHealthy = false };
        ConsulAutopilot autopilot = await (await ConfiguratorAsync(lab)).ReadAsync(Lab.Token);
        Assert.Equal((true, 2, 250L, false, 0, 3, 2), (autopilot.CleanupDeadServers, autopilot.MinQuorum, autopilot.MaxTrailingLogs, autopilot.Healthy!.Value, autopilot.FailureTolerance!.Value, autopilot.Voters!.Value, autopilot.HealthyVoters!.Value));
        Assert.Equal(["consul-0 (leader)", "consul-1 (voter, unhealthy)", "consul-2 (voter)"], autopilot.Servers.Select(static server => server.ToString()));
    }

    [Fact]
    public async Task Without_a_leader_only_what_a_follower_knows_is_asked_for_and_nothing_can_be_changed()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Leader = null;
        AutopilotConfigurator configurator = await ConfiguratorAsync(lab);
        ConsulAutopilot autopilot = await configurator.ReadAsync(Lab.Token);
        Assert.Equal(2, autopilot.MinQuorum);
        Assert.Null(autopilot.Healthy);

        // A call that Consul would hold for 7 s is none of them.
        Assert.DoesNotContain(lab.Server.Requests, static request => request.Path.EndsWith("/autopilot/health", StringComparison.Ordinal)
            || (request.Path.EndsWith(Path, StringComparison.Ordinal) && request.Query != "?stale"));
        await Lab.FailsAsync("NoConsulLeader", () => configurator.PlanAsync(new AutopilotChange { MinQuorum = 1 }, false, Lab.Token));
        Assert.Empty(lab.Server.Writes);
    }

    [Fact]
    public async Task Only_what_is_given_changes()
    {
        await using Lab lab = await Lab.StartAsync();
        AutopilotConfigurator configurator = await ConfiguratorAsync(lab);
        var change = new AutopilotChange { MinQuorum = 3, ServerStabilizationTime = TimeSpan.FromSeconds(15) };
        (AutopilotConfiguration settings, ConsulPetPlan plan) = await configurator.PlanAsync(change, false, Lab.Token);
        Assert.Equal(["3", "15s"], plan.Steps.Select(static step => step.Target));
        Assert.Empty(lab.Server.Writes);
        await configurator.WriteAsync(change, settings, Lab.Token);
        Assert.Equal(("?cas=4", "PUT"), (Assert.Single(lab.Server.Writes).Query, lab.Server.Writes[0].Method));
        Assert.Equal((3, "15s", "200ms", 250, true, true), (
            (int)lab.Set.Consul.Autopilot["MinQuorum"]!, (string)lab.Set.Consul.Autopilot["ServerStabilizationTime"]!, (string)lab.Set.Consul.Autopilot["LastContactThreshold"]!,
            (int)lab.Set.Consul.Autopilot["MaxTrailingLogs"]!, (bool)lab.Set.Consul.Autopilot["CleanupDeadServers"]!, (bool)lab.Set.Consul.Autopilot["DisableUpgradeMigration"]!));
    }

    [Theory]
    [InlineData(9, "AutopilotChanged")]
    [InlineData(3, null)]
    public async Task What_somebody_else_wrote_meanwhile_is_never_overwritten_and_the_same_wish_is_no_conflict(int theirs, string? errorId)
    {
        await using Lab lab = await Lab.StartAsync();
        AutopilotConfigurator configurator = await ConfiguratorAsync(lab);
        var change = new AutopilotChange { MinQuorum = 3 };
        (AutopilotConfiguration settings, _) = await configurator.PlanAsync(change, false, Lab.Token);
        lab.Set.Consul.Change(consul => (consul.Autopilot["MinQuorum"], consul.Autopilot["ModifyIndex"]) = (theirs, 5));
        Task write() => configurator.WriteAsync(change, settings, Lab.Token);
        if (errorId is null)
        {
            await write();
        }
        else
        {
            Assert.Equal(ConsulPetsErrorKind.ResourceBusy, (await Lab.FailsAsync(errorId, write)).Kind);
        }

        Assert.Equal(theirs, (int)lab.Set.Consul.Autopilot["MinQuorum"]!);
    }

    [Fact]
    public async Task A_set_that_wants_more_servers_than_raft_has_just_now_is_measured_by_what_it_wants()
    {
        await using Lab lab = await Lab.StartAsync(5);
        lab.Set.Consul.Peers.RemoveAt(4);
        AutopilotConfigurator configurator = await ConfiguratorAsync(lab);
        Assert.Null((await configurator.PlanAsync(new AutopilotChange { MinQuorum = 5 }, false, Lab.Token)).Plan.Refusal);
        Assert.Equal("MinQuorumTooLarge", (await configurator.PlanAsync(new AutopilotChange { MinQuorum = 6 }, false, Lab.Token)).Plan.Refusal?.ErrorId);
        Assert.Null((await configurator.PlanAsync(new AutopilotChange { MinQuorum = 6 }, true, Lab.Token)).Plan.Refusal);
    }

    [Theory]
    [InlineData(500, "No cluster leader", "NoConsulLeader")]
    [InlineData(403, "Permission denied", "ConsulPermissionDenied")]
    [InlineData(429, "", "ConsulBusy")]
    [InlineData(500, "rpc error", "ConsulFailed")]
    public async Task A_write_that_fails_has_its_error(int status, string answer, string errorId)
    {
        await using Lab lab = await Lab.StartAsync();
        AutopilotConfigurator configurator = await ConfiguratorAsync(lab);
        var change = new AutopilotChange { MinQuorum = 3 };
        (AutopilotConfiguration settings, _) = await configurator.PlanAsync(change, false, Lab.Token);
        lab.Server.On("PUT", ".*" + Path, call => call.TextAsync(status, answer));
        await Lab.FailsAsync(errorId, () => configurator.WriteAsync(change, settings, Lab.Token));
        Assert.Equal(2, (int)lab.Set.Consul.Autopilot["MinQuorum"]!);
    }
}
