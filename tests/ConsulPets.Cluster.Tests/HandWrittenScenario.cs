using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>Sets that the module did not make.</summary>
public sealed class HandWrittenScenario
{
    [EachCluster]
    public void The_articles_set_written_by_hand_is_found_read_restarted_and_removed(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "article");
        using Shell shell = place.Shell();
        place.Api.Create(place.Name, place.Fixture("article-statefulset.yaml"));
        PSObject set = shell.Ok("Wait-ConsulPetSet consul @kube -TimeoutSeconds 240").Output.Single();
        Assert.Equal("Healthy", set.Text("Status"));
        Assert.Equal("3", set.Text("HealthyVoters"));

        Assert.Equal("consul", shell.Ok("Get-ConsulPetSet @kube").Output.Single().Text("Name"));
        Dictionary<string, PSObject> pets = shell.Pets("consul");
        Assert.Equal(["consul-0", "consul-1", "consul-2"], pets.Keys.Order());
        Assert.All(pets.Values, static pet => Assert.Empty(pet.Text("Volume")));
        Assert.Equal(3, shell.Ok("Get-ConsulMember @kube -Status Alive").Output.Count);
        Assert.Equal(3, shell.Ok("Get-ConsulRaftPeer @kube").Output.Count);
        Assert.Equal(
            pets.Values.Select(static pet => pet.Text("PodIP")).Order(),
            shell.Ok("Get-ConsulPetEndpoint @kube").Output.Select(static endpoint => endpoint.Text("IP")).Order());

        // Its data lives in the pod: the pet that comes back has the old name and a new node ID, and is not stale.
        PSObject back = shell.Ok("Restart-ConsulPet consul-2 @kube -Confirm:$false -Wait -PassThru").Output.Single();
        Assert.NotEqual(pets["consul-2"].Text("NodeId"), back.Text("NodeId"));
        Assert.Equal("Alive", back.Text("MemberStatus"));
        Assert.DoesNotContain(shell.Ok("Find-StalePet consul @kube -IntervalSeconds 2").Output, static stale => stale.Text("Kind") == "Member");

        shell.Ok("Remove-ConsulPetSet consul @kube -Confirm:$false -Wait");
        Assert.Empty(place.Api.PodUids(place.Name));

        // Somebody wrote this service by hand: it is not ours to delete.
        Assert.Equal(["consul"], place.Api.Names(place.Name, "services"));
    }

    [EachCluster]
    public void Members_are_joined_by_raft_id_where_the_pods_address_is_not_the_advertised_one(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "behind");
        using Shell shell = place.Shell();
        string[] pods = ["behind-0", "behind-1", "behind-2"];
        foreach (string pod in pods)
        {
            place.Api.Create(place.Name, place.Fixture("one-pet-service.yaml", ("POD_NAME", pod)));
        }

        string[] addresses = [.. pods.Select(pod => place.Api.Get(place.Name, "services", pod).GetProperty("spec").GetProperty("clusterIP").GetString()!)];
        place.Api.Create(place.Name, place.Fixture("advertised-address.yaml", ("ADDRESS_0", addresses[0]), ("ADDRESS_1", addresses[1]), ("ADDRESS_2", addresses[2])));
        shell.Ok("Wait-ConsulPetSet behind @kube -TimeoutSeconds 240");

        Dictionary<string, PSObject> pets = shell.Pets("behind");
        for (int ordinal = 0; ordinal < pods.Length; ordinal++)
        {
            PSObject pet = pets[pods[ordinal]];
            Assert.NotEqual(addresses[ordinal], pet.Text("PodIP"));
            Assert.Equal(place.Api.Run(place.Name, pods[ordinal], "cat", "/consul/data/node-id"), pet.Text("NodeId"));
            Assert.Contains(pet.Text("RaftRole"), new[] { "Leader", "Voter" });

            PSObject member = shell.Ok("Get-ConsulMember $name @kube", ("name", $"server-{ordinal}-of-east")).Output.Single();
            Assert.Equal(addresses[ordinal], member.Text("Address"));
            Assert.Equal(pods[ordinal], member.Text("Pod"));
            Assert.Equal(pet.Text("NodeId"), member.Text("NodeId"));
        }

        Assert.Single(pets.Values, static pet => pet.Text("RaftRole") == "Leader");
        Assert.All(shell.Ok("Get-ConsulRaftPeer @kube").Output, static peer => Assert.StartsWith("behind-", peer.Text("Pod"), StringComparison.Ordinal));
        Assert.Empty(shell.Ok("Find-StalePet behind @kube -IntervalSeconds 2").Output);
    }
}
