using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>The article's main story on a real cluster: bootstrap, lose a pet, and get the same one back.</summary>
public sealed class StatefulSetScenario
{
    [EachCluster]
    public void A_set_bootstraps_and_a_lost_pet_comes_back_as_the_same_member(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "pets");
        using Shell shell = place.Shell();

        PSObject set = shell.Bootstrap("consul");
        Assert.Equal("Healthy", set.Text("Status"));
        Assert.Equal("3", set.Text("Voters"));
        Assert.Equal("3", set.Text("HealthyVoters"));
        Assert.Equal("1", set.Text("FailureTolerance"));
        Assert.Equal(place.Cluster.ConsulVersion, set.Text("Version"));

        MembersAreThreeAliveServersWithOneLeader(shell);
        PetsJoinPodMemberRaftAndVolume(shell, place);

        place.Consul("consul-0", "kv", "put", "story", "before");
        string lost = LoseAPet(shell, place);
        Assert.Equal("before", place.Consul(lost, "kv", "get", "story"));

        RunningTheSameCommandAgainChangesNothing(shell, place);
    }

    private static void MembersAreThreeAliveServersWithOneLeader(Shell shell)
    {
        IReadOnlyList<PSObject> members = shell.Ok("Get-ConsulMember @kube -PetSet consul").Output;
        Assert.Equal(["consul-0", "consul-1", "consul-2"], members.Select(static member => member.Text("Name")));
        Assert.All(members, static member =>
        {
            Assert.Equal("Alive", member.Text("Status"));
            Assert.Equal("Server", member.Text("Type"));
            Assert.Equal("True", member.Text("IsVoter"));
            Assert.Equal(member.Text("Name"), member.Text("Pod"));
        });
        Assert.Single(members, static member => member.Text("IsLeader") == "True");
    }

    private static void PetsJoinPodMemberRaftAndVolume(Shell shell, OperatorNamespace place)
    {
        Dictionary<string, PSObject> pets = shell.Pets("consul");
        Dictionary<string, string> uids = place.Api.PodUids(place.Name);
        Assert.Equal(uids.Keys.Order(), pets.Keys.Order());
        Assert.Single(pets.Values, static pet => pet.Text("RaftRole") == "Leader");
        foreach ((string name, PSObject pet) in pets)
        {
            Assert.Equal($"data-{name}", pet.Text("Volume"));
            Assert.Equal(name[^1..], pet.Text("Ordinal"));
            Assert.Equal(place.Api.Get(place.Name, "pods", name).GetProperty("status").GetProperty("podIP").GetString(), pet.Text("PodIP"));
            Assert.Equal(place.Api.Run(place.Name, name, "cat", "/consul/data/node-id"), pet.Text("NodeId"));
        }
    }

    private static string LoseAPet(Shell shell, OperatorNamespace place)
    {
        string leader = shell.Ok("(Get-ConsulPetSet consul @kube).Leader").Output.Single().ToString();
        string lost = leader == "consul-2" ? "consul-1" : "consul-2";
        PSObject before = shell.Pets("consul")[lost];

        // Abruptly, as a node's failure does: no time to leave.
        place.Api.Lose(place.Name, lost);
        Assert.Empty(shell.Ok("Find-StalePet consul @kube -IntervalSeconds 2").Output);
        shell.Settle();

        PSObject after = shell.Pets("consul")[lost];
        Assert.Equal(before.Text("NodeId"), after.Text("NodeId"));
        Assert.Equal(before.Text("Volume"), after.Text("Volume"));
        Assert.NotEqual(before.Text("PodIP"), after.Text("PodIP"));
        Assert.Equal("Voter", after.Text("RaftRole"));
        Assert.Equal("3", shell.Ok("@(Get-ConsulMember @kube -PetSet consul).Count").Output.Single().ToString());
        Assert.Empty(shell.Ok("Find-StalePet consul @kube -IntervalSeconds 2").Output);
        return lost;
    }

    private static void RunningTheSameCommandAgainChangesNothing(Shell shell, OperatorNamespace place)
    {
        string[] before = Generations(place);
        shell.Bootstrap("consul");
        Assert.Equal(before, Generations(place));
        Assert.Equal("PetSetExists", shell.Run("New-ConsulPetSet consul @kube -Image $image -StorageSize 1Gi -Replicas 5").ErrorId);
        Assert.Equal(before, Generations(place));
    }

    private static string[] Generations(OperatorNamespace place) =>
        [place.Api.Get(place.Name, "statefulsets", "consul").GetProperty("metadata").GetProperty("generation").GetRawText(), .. place.Api.PodUids(place.Name).Values.Order()];
}
