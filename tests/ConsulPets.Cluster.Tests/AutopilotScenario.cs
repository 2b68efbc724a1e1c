using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>Autopilot, the leader and raft's peers, with real Consul servers.</summary>
public sealed class AutopilotScenario
{
    [EachCluster]
    public void Autopilot_changes_by_what_is_given_and_the_leader_moves_where_Consul_can(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "autopilot");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul");

        PSObject before = shell.Ok("Get-ConsulAutopilot consul @kube").Output.Single();
        Assert.Equal(("True", "1", "3", "3"), (before.Text("Healthy"), before.Text("FailureTolerance"), before.Text("Voters"), before.Text("HealthyVoters")));
        string shown = Shown(place);
        Assert.Contains($"MinQuorum = {before.Text("MinQuorum")}\n", shown, StringComparison.Ordinal);
        Assert.Contains($"LastContactThreshold = {((TimeSpan)before.Properties["LastContactThreshold"].Value).TotalMilliseconds:0}ms\n", shown, StringComparison.Ordinal);

        shell.Ok("Set-ConsulAutopilot consul @kube -MinQuorum 3 -WhatIf");
        Assert.Equal("MinQuorumTooLarge", shell.Run("Set-ConsulAutopilot consul @kube -MinQuorum 4").ErrorId);
        Assert.Equal(shown, Shown(place));

        PSObject after = shell.Ok("Set-ConsulAutopilot consul @kube -MinQuorum 3 -ServerStabilizationTime 12s -CleanupDeadServers:$false -PassThru").Output.Single();
        Assert.Equal(("3", "00:00:12", "False"), (after.Text("MinQuorum"), after.Text("ServerStabilizationTime"), after.Text("CleanupDeadServers")));
        string changed = Shown(place);
        string[] same = ["LastContactThreshold", "MaxTrailingLogs", "RedundancyZoneTag", "DisableUpgradeMigration", "UpgradeVersionTag"];
        Assert.Equal(Lines(shown, same), Lines(changed, same));
        Assert.Equal(["CleanupDeadServers = false", "MinQuorum = 3", "ServerStabilizationTime = 12s"], Lines(changed, "CleanupDeadServers", "MinQuorum", "ServerStabilizationTime"));

        // What is so already is not written: the index stands still.
        shell.Ok("Set-ConsulAutopilot consul @kube -MinQuorum 3");
        Assert.Equal(after.Text("ModifyIndex"), shell.Ok("Get-ConsulAutopilot consul @kube").Output.Single().Text("ModifyIndex"));
        TwoOperators(place);
        MoveLeader(shell, place);
    }

    [EachCluster]
    public void A_voter_that_was_lost_is_removed_when_nobody_has_it_and_no_other_ever(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "peer");
        using Shell shell = place.Shell();
        PSObject set = shell.Bootstrap("cattle", "-Kind DaemonSet");
        shell.Ok("Set-ConsulAutopilot cattle @kube -CleanupDeadServers:$false");
        string lost = shell.Pets("cattle").Keys.First(pet => pet != set.Text("Leader"));
        string id = shell.Pets("cattle")[lost].Text("NodeId");

        // As when its node fails: no time to leave. Autopilot keeps the dead voter, and the one in its place becomes the fourth.
        place.Api.Lose(place.Name, lost);
        Assert.True(
            SpinWait.SpinUntil(() => shell.Run("(Get-ConsulAutopilot cattle @kube | Where-Object Voters -eq 4).HealthyVoters").Output is [{ } healthy] && healthy.ToString() == "3", TimeSpan.FromSeconds(180)),
            shell.Show("Get-ConsulRaftPeer @kube; (Get-ConsulAutopilot cattle @kube).Servers"));
        Assert.Contains(id, Peers(place, shell), StringComparison.Ordinal);

        ShellResult alive = shell.Run("Get-ConsulRaftPeer @kube -PetSet cattle | Where-Object NodeId -ne $id | Remove-ConsulRaftPeer -Confirm:$false", ("id", id));
        Assert.Equal(3, alive.Errors.Count);
        Assert.All(alive.Errors, static error => Assert.StartsWith("RaftPeerIsAlive,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        shell.Ok("Remove-ConsulRaftPeer $id @kube -WhatIf", ("id", id));
        Assert.Equal(4, shell.Ok("Get-ConsulRaftPeer @kube").Output.Count);

        PSObject removed = shell.Ok("Get-ConsulRaftPeer @kube | Where-Object NodeId -eq $id | Remove-ConsulRaftPeer -Confirm:$false -PassThru", ("id", id)).Output.Single();
        Assert.Equal(id, removed.Text("NodeId"));
        Assert.DoesNotContain(id, Peers(place, shell), StringComparison.Ordinal);
        Assert.Equal(3, shell.Ok("Get-ConsulRaftPeer @kube").Output.Count);

        // Autopilot makes up its mind every two seconds.
        Assert.True(
            SpinWait.SpinUntil(() => shell.Ok("Get-ConsulAutopilot cattle @kube").Output.Single() is { } after && (after.Text("Voters"), after.Text("HealthyVoters")) == ("3", "3"), TimeSpan.FromSeconds(30)),
            shell.Show("(Get-ConsulAutopilot cattle @kube).Servers"));
        Assert.Equal("RaftPeerNotFound", shell.Run("Remove-ConsulRaftPeer $id @kube -Confirm:$false", ("id", id)).ErrorId);
    }

    // Two operators at once, each with a setting of its own: whatever one is told was written, the other has not undone.
    private static void TwoOperators(OperatorNamespace place)
    {
        int[] last = [0, 0];
        int[] lostRaces = [0, 0];
        Parallel.For(0, 2, one =>
        {
            using Shell shell = place.Shell();
            string parameter = one == 0 ? "-MaxTrailingLogs $value" : "-LastContactThreshold \"${value}ms\"";
            for (int value = 301; value <= 315; value++)
            {
                ShellResult result = shell.Run($"Set-ConsulAutopilot consul @kube {parameter}", ("value", value));
                if (result.Errors.Count == 0)
                {
                    last[one] = value;
                }
                else
                {
                    Assert.Equal("AutopilotChanged", result.ErrorId);
                    lostRaces[one]++;
                }
            }
        });
        Assert.All(last, static value => Assert.True(value > 0));
        Assert.Equal(
            [$"LastContactThreshold = {last[1]}ms", $"MaxTrailingLogs = {last[0]}"],
            Lines(Shown(place), "LastContactThreshold", "MaxTrailingLogs"));
        Console.WriteLine($"two operators, 15 changes each: {lostRaces[0]} and {lostRaces[1]} were told that the other came first");
    }

    private static void MoveLeader(Shell shell, OperatorNamespace place)
    {
        string leader = shell.Ok("(Get-ConsulPetSet consul @kube).Leader").Output.Single().ToString();
        string other = leader == "consul-1" ? "consul-2" : "consul-1";
        shell.Ok($"Move-ConsulLeader consul @kube -To {leader}");
        if (Version.Parse(place.Cluster.ConsulVersion) < new Version(1, 15))
        {
            ShellResult refused = shell.Run($"Move-ConsulLeader consul @kube -To {other}");
            Assert.Equal(("LeaderTransferUnsupported", ErrorCategory.InvalidOperation), (refused.ErrorId, refused.Errors[0].CategoryInfo.Category));
            Assert.Contains($"Restart-ConsulPet {leader} -PetSet consul", refused.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
            Assert.Equal(leader, shell.Ok("(Get-ConsulPetSet consul @kube).Leader").Output.Single().ToString());
            return;
        }

        Assert.Equal(other, shell.Ok($"Move-ConsulLeader consul @kube -To {other} -PassThru").Output.Single().Text("Name"));
        Assert.NotEqual(other, shell.Ok("Move-ConsulLeader consul @kube -PassThru").Output.Single().Text("Name"));
    }

    private static string Shown(OperatorNamespace place) => place.Consul("consul-0", "operator", "autopilot", "get-config");

    private static string Peers(OperatorNamespace place, Shell shell) => place.Consul(shell.Pets("cattle").Keys.First(), "operator", "raft", "list-peers");

    private static string[] Lines(string text, params string[] names) =>
        [.. text.Split('\n').Where(line => names.Any(name => line.StartsWith($"{name} = ", StringComparison.Ordinal))).Order()];
}
