namespace ConsulPets.Model.Tests;

public class PetJoinTests
{
    [Fact]
    public void Raft_and_health_are_joined_by_node_ID_when_the_advertised_address_is_not_the_pods()
    {
        PetSetObservation observation = Given.Healthy().Member("consul-1", static member => member with { Address = "192.168.1.7" });
        var join = new PetJoin(observation);
        ObservedMember? member = join.Member(observation.Pods[1]);
        Assert.Equal("consul-1", member?.Name);
        Assert.Equal("consul-1", join.Pod(member!)?.Name);
        Assert.Equal(RaftRole.Voter, join.Role(member!.NodeId));
        Assert.True(join.Health(member.NodeId)!.Healthy);
    }

    [Fact]
    public void A_member_that_has_a_pods_address_and_another_pets_name_is_that_other_pet()
    {
        PetSetObservation observation = Given.Healthy()
            .Member("consul-0", static _ => null)
            .Pod("consul-0", static pod => pod with { PodIP = "10.244.9.9" })
            .Plus(Given.Member("consul-7", address: "10.244.9.9"));
        var join = new PetJoin(observation);
        Assert.Null(join.Member(observation.Pods[0]));
        Assert.Null(join.Pod(observation.Consul!.Members.Single(static member => member.Name == "consul-7")));
    }

    [Fact]
    public void The_node_ID_that_the_pods_agent_gave_wins_over_name_and_address()
    {
        PetSetObservation observation = Given.Healthy()
            .Plus(Given.Member("blue", id: "blue-id", address: "10.9.9.9"))
            .Pod("consul-1", static pod => pod with { AgentNodeId = "blue-id" });
        Assert.Equal("blue", new PetJoin(observation).Member(observation.Pods[1])?.Name);
    }

    // Seen on a set without a readiness probe: the pod was replaced within a second, and gossip still called the old agent alive.
    [Theory]
    [InlineData(ConsulMemberStatus.Alive, "10.244.7.7", "new-id", "10.244.7.7", false)]
    [InlineData(ConsulMemberStatus.Alive, "10.244.7.7", "consul-1-id", "10.244.7.7", false)]
    [InlineData(ConsulMemberStatus.Alive, "10.244.7.7", "", null, false)]
    [InlineData(ConsulMemberStatus.Alive, "10.244.7.7", null, null, true)]
    [InlineData(ConsulMemberStatus.Failed, "10.244.7.7", "new-id", "10.244.7.7", true)]
    [InlineData(ConsulMemberStatus.Alive, null, "new-id", "10.244.1.1", true)]
    public void A_member_that_is_called_alive_at_an_address_that_the_pods_agent_denies_is_the_pet_that_was_there_before(
        ConsulMemberStatus status, string? podIP, string? agentNodeId, string? agentAddress, bool isJoined)
    {
        PetSetObservation observation = Given.Healthy().Member("consul-1", member => Given.Member("consul-1", status, id: "consul-1-id", address: member.Address));
        observation = observation.Pod("consul-1", pod => pod with { PodIP = podIP ?? pod.PodIP, AgentNodeId = agentNodeId, AgentAddress = agentAddress });
        Assert.Equal(isJoined ? "consul-1" : null, new PetJoin(observation).Member(observation.Pods[1])?.Name);
    }

    [Fact]
    public void A_member_that_advertises_another_address_than_its_pods_is_its_when_the_agent_says_so()
    {
        PetSetObservation observation = Given.Healthy()
            .Member("consul-1", static _ => Given.Member("consul-1", id: "its-id", address: "192.168.1.7"))
            .Pod("consul-1", static pod => pod with { AgentNodeId = "its-id", AgentAddress = "192.168.1.7" });
        Assert.Equal("consul-1", new PetJoin(observation).Member(observation.Pods[1])?.Name);
    }

    [Theory]
    [InlineData(ConsulMemberStatus.Alive, true)]
    [InlineData(ConsulMemberStatus.Leaving, false)]
    [InlineData(ConsulMemberStatus.Left, false)]
    [InlineData(ConsulMemberStatus.Failed, false)]
    [InlineData(ConsulMemberStatus.None, false)]
    public void With_the_hosts_network_the_member_is_named_after_the_node_and_only_a_living_one_is_found_by_address(ConsulMemberStatus status, bool isFound)
    {
        PetSetObservation observation = Given.HealthyCattle("cattle-bcdfg")
            .Workload(static workload => workload with { HostNetwork = true })
            .Member("cattle-bcdfg", member => Given.Member("worker-1", status, address: "172.18.0.3"))
            .Pod("cattle-bcdfg", static pod => pod with { PodIP = "172.18.0.3", HostIP = "172.18.0.3" });
        Assert.Equal(isFound ? "worker-1" : null, new PetJoin(observation).Member(observation.Pods[0])?.Name);
    }

    [Fact]
    public void A_pod_without_an_address_is_not_joined_to_a_member_without_one()
    {
        PetSetObservation observation = Given.Healthy(1).Member("consul-0", static _ => Given.Member("blue", address: string.Empty)).Pod("consul-0", static pod => pod with { PodIP = null });
        Assert.Null(new PetJoin(observation).Member(observation.Pods[0]));
    }

    [Fact]
    public void Roles_are_those_of_the_raft_configuration()
    {
        PetSetObservation observation = Given.Healthy(4).Peer("consul-2", static peer => peer with { IsVoter = false }).Peer("consul-3", static _ => null);
        var join = new PetJoin(observation);
        Assert.Equal([RaftRole.Leader, RaftRole.Voter, RaftRole.NonVoter, RaftRole.None], observation.Pods.Select(pod => join.Role(join.Member(pod)!.NodeId)));
        Assert.Equal(RaftRole.None, join.Role(null));
    }

    [Fact]
    public void A_view_has_each_name_once_with_the_likeliest_status_to_come_back()
    {
        ConsulMemberStatus[] likeliestFirst = [ConsulMemberStatus.Alive, ConsulMemberStatus.Leaving, ConsulMemberStatus.Failed, ConsulMemberStatus.Left, ConsulMemberStatus.None];
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            IReadOnlyList<ObservedMember>[] views = [.. Enumerable.Range(0, random.Next(1, 5)).Select(IReadOnlyList<ObservedMember> (view) =>
                [.. new[] { "a-0", "a-1", "a-2", "b-0" }.Where(_ => random.Next(2) == 0).Select(name => Given.Member(name, (ConsulMemberStatus)random.Next(5), id: $"{name}-{view}"))])];
            IReadOnlyList<ObservedMember> merged = GossipViews.Merge(views);
            ObservedMember[] all = [.. views.SelectMany(static view => view)];
            Assert.Equal(all.Select(static member => member.Name).Distinct(), merged.Select(static member => member.Name));
            Assert.All(merged, member =>
            {
                ObservedMember[] same = [.. all.Where(other => other.Name == member.Name)];
                ConsulMemberStatus best = likeliestFirst.First(status => same.Any(other => other.Status == status));
                Assert.True(member == same.First(other => other.Status == best), $"seed {seed}: {member.Name}"); // of equals, the most trusted view's
            });
        }
    }
}
