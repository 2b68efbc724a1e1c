using System.Diagnostics;
using System.Management.Automation;
using System.Text.Json;

namespace ConsulPets.Cluster.Tests;

/// <summary>Restarts on a real cluster, and pets that cannot come back.</summary>
public sealed class RestartScenario
{
    [EachCluster]
    public void The_leader_is_restarted_and_a_pet_that_is_stuck_away_is_never_called_stale(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "restart");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul");

        string leader = shell.Ok("(Get-ConsulPetSet consul @kube).Leader").Output.Single().ToString();
        PSObject before = shell.Pets("consul")[leader];
        Dictionary<string, string> uids = place.Api.PodUids(place.Name);
        shell.Ok($"Restart-ConsulPet {leader} @kube -WhatIf");
        Assert.Equal(uids.OrderBy(static pod => pod.Key), place.Api.PodUids(place.Name).OrderBy(static pod => pod.Key));

        PSObject after = shell.Ok($"Get-ConsulPet {leader} @kube | Restart-ConsulPet -Confirm:$false -Wait -PassThru").Output.Single();
        Assert.Equal(before.Text("NodeId"), after.Text("NodeId"));
        Assert.NotEqual(before.Text("PodIP"), after.Text("PodIP"));
        Assert.Contains(after.Text("RaftRole"), new[] { "Voter", "Leader" });
        Dictionary<string, string> now = place.Api.PodUids(place.Name);
        Assert.Equal([leader], uids.Keys.Where(pod => uids[pod] != now[pod]));

        // Two at once: one after the other, and the set is free again for another operation.
        string[] both = [.. now.Keys.Where(pod => pod != leader)];
        shell.Ok($"Restart-ConsulPet {string.Join(",", both)} @kube -PetSet consul -Confirm:$false -Wait");
        Dictionary<string, string> then = place.Api.PodUids(place.Name);
        Assert.Equal(both.Order(), now.Keys.Where(pod => now[pod] != then[pod]).Order());
        Assert.False(place.Api.Get(place.Name, "statefulsets", "consul").GetProperty("metadata").TryGetProperty("annotations", out JsonElement notes) && notes.TryGetProperty("consulpets.io/operation", out _));

        Stuck(shell, place);
    }

    // An image that does not exist, and a pod that dies: the pet is away for as long as nobody helps, and its name is still wanted.
    private static void Stuck(Shell shell, OperatorNamespace place)
    {
        place.Api.Patch(place.Name, "statefulsets", "consul", """[{"op":"replace","path":"/spec/updateStrategy","value":{"type":"OnDelete"}},{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"hashicorp/consul:none-such"}]""");
        place.Api.Lose(place.Name, "consul-2");
        ShellResult waited = shell.Run("Wait-ConsulPetSet consul @kube -For Stable -TimeoutSeconds 25");
        Assert.Equal("WaitTimedOut", waited.ErrorId);
        Assert.Matches("consul-2: (ErrImagePull|ImagePullBackOff|ErrImageNeverPull)", waited.Errors[0].Exception.Message);
        Assert.Contains(shell.Pets("consul")["consul-2"].Text("MemberStatus"), new[] { "Failed", "Left", "None" });
        Assert.Empty(shell.Ok("Find-StalePet consul @kube -IntervalSeconds 2").Output);

        string refused = shell.Ok("(Get-ConsulPetSet consul @kube).Leader").Output.Single().ToString();
        string healthy = refused == "consul-0" ? "consul-1" : "consul-0";
        Assert.Equal("QuorumWouldBeLost", shell.Run($"Restart-ConsulPet {healthy} @kube -Confirm:$false -Force").ErrorId);

        // The quorum is lost for real: both the state and the refusals say so.
        place.Api.Lose(place.Name, healthy);
        WaitForLostQuorum(shell);
        Assert.Equal("NoConsulLeader", shell.Run($"Restart-ConsulPet {refused} @kube -Confirm:$false -Force").ErrorId);
        Assert.Empty(shell.Ok("Find-StalePet consul @kube -IntervalSeconds 2").Output);

        place.Api.Patch(place.Name, "statefulsets", "consul", $$"""[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"{{place.Cluster.ConsulImage}}"}]""");
        place.Api.Lose(place.Name, "consul-2", healthy);
        Assert.Equal("Healthy", shell.Settle().Text("Status"));
    }

    // Gossip takes some seconds to call a member failed.
    private static void WaitForLostQuorum(Shell shell)
    {
        long started = Stopwatch.GetTimestamp();
        string state;
        do
        {
            PSObject set = shell.Ok("Get-ConsulPetSet consul @kube").Output.Single();
            state = $"{set.Text("Status")} {set.Text("FailureTolerance")}";
        }
        while (state != "NoLeader -1" && Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(2));
        Assert.Equal("NoLeader -1", state);
    }
}
