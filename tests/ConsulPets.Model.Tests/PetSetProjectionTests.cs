namespace ConsulPets.Model.Tests;

public class PetSetProjectionTests
{
    [Fact]
    public void The_set_is_shown_with_its_leader_and_quorum()
    {
        ConsulPetSet set = Given.Healthy().ToPetSet();
        Assert.Equal(("consul", "default", "kind", PetSetKind.StatefulSet), (set.Name, set.Namespace, set.Context, set.Kind));
        Assert.Equal((3, 3, 3, 3, 1, 0), (set.Replicas, set.Ready, set.Voters, set.HealthyVoters, set.FailureTolerance, set.Stale));
        Assert.Equal(("consul-0", "1.21.4", "dc1", TimeSpan.FromHours(2)), (set.Leader, set.Version, set.Datacenter, set.Age));
    }

    [Fact]
    public void What_nobody_told_is_null_and_not_zero()
    {
        ConsulPetSet set = Given.Healthy().NoConsul("away").ToPetSet();
        Assert.Null(set.Voters);
        Assert.Null(set.HealthyVoters);
        Assert.Null(set.FailureTolerance);
        Assert.Null(set.Stale);
        Assert.Null(set.Leader);
        Assert.Null(set.Version);
        Assert.Null(set.Datacenter);
        Assert.Empty(Given.Healthy().NoConsul().ToMembers());
        Assert.Empty(Given.Healthy().NoConsul().ToRaftPeers());
    }

    [Fact]
    public void Without_a_leader_the_version_is_that_of_the_oldest_server_alive()
    {
        PetSetObservation observation = Given.Healthy().NoLeader()
            .Member("consul-1", static member => member with { Tags = new Dictionary<string, string> { ["role"] = "consul", ["build"] = "1.20.1:abc" } })
            .Member("consul-2", static member => member with { Status = ConsulMemberStatus.Left, Tags = new Dictionary<string, string> { ["role"] = "consul", ["build"] = "1.8.7" } });
        Assert.Equal("1.20.1", observation.ToPetSet().Version);
    }

    [Fact]
    public void One_dot_nine_is_older_than_one_dot_ten()
    {
        PetSetObservation observation = Given.Healthy(2).NoLeader()
            .Member("consul-0", static member => member with { Tags = new Dictionary<string, string> { ["role"] = "consul", ["build"] = "1.10.3" } })
            .Member("consul-1", static member => member with { Tags = new Dictionary<string, string> { ["role"] = "consul", ["build"] = "1.9.17" } });
        Assert.Equal("1.9.17", observation.ToPetSet().Version);
    }

    [Fact]
    public void A_pet_is_its_pod_member_peer_and_volume_in_one_row()
    {
        PetSetObservation observation = Given.Healthy().Pod("consul-1", static pod => pod with { Claims = ["extra", "data-consul-1"], Restarts = 4 });
        ConsulPet pet = observation.ToPets()[1];
        Assert.Equal(("consul-1", "consul", 1, "data-consul-1", 4), (pet.Name, pet.PetSet, pet.Ordinal, pet.Volume, pet.Restarts));
        Assert.Equal((Given.Id("consul-1"), ConsulMemberStatus.Alive, RaftRole.Voter, "1.21.4", true), (pet.NodeId, pet.MemberStatus, pet.RaftRole, pet.Version, pet.UpToDate));
        Assert.Equal((Given.Now.AddMinutes(-30), TimeSpan.FromHours(1)), (pet.StableSince, pet.Age));
    }

    [Fact]
    public void A_pod_without_a_member_has_none_of_Consuls_values()
    {
        ConsulPet pet = Given.Healthy().Member("consul-1", static _ => null).ToPets()[1];
        Assert.Equal((ConsulMemberStatus.None, RaftRole.None), (pet.MemberStatus, pet.RaftRole));
        Assert.Null(pet.NodeId);
        Assert.Null(pet.Version);
        Assert.Null(pet.StableSince);
    }

    [Fact]
    public void A_pet_in_a_DaemonSet_has_no_ordinal_even_if_its_name_ends_in_a_number() =>
        Assert.All(Given.HealthyCattle("cattle-24567").ToPets(), static pet => Assert.Null(pet.Ordinal));

    [Theory]
    [InlineData("new", true, true)]
    [InlineData("old", true, false)]
    [InlineData(null, true, null)]
    [InlineData("new", false, null)]
    public void Whether_a_pet_is_up_to_date_is_told_by_a_controller_that_is_current(string? revision, bool isCurrent, bool? expected) =>
        Assert.Equal(expected, PetSetHealth.IsUpToDate(Given.StatefulSet() with { ControllerIsCurrent = isCurrent }, Given.Pod("consul-0") with { Revision = revision }));

    [Fact]
    public void Members_come_in_the_order_of_their_numbers_with_raft_and_pod()
    {
        PetSetObservation observation = Given.Healthy(11).Plus(Given.Member("web-1") with { Tags = new Dictionary<string, string> { ["role"] = "node" } });
        IReadOnlyList<ConsulMember> members = observation.ToMembers();
        Assert.Equal(["consul-2", "consul-10", "web-1"], members.Select(static member => member.Name).Where(static name => name is "consul-2" or "consul-10" or "web-1"));
        Assert.Equal(["consul-0"], members.Where(static member => member.IsLeader == true).Select(static member => member.Name));
        ConsulMember client = members[^1];
        Assert.Equal((ConsulMemberType.Client, false, null, "consul"), (client.Type, client.IsVoter, client.Pod, client.PetSet));
        Assert.All(members.SkipLast(1), static member => Assert.Equal((member.Name, true), (member.Pod, member.IsVoter)));
    }

    [Fact]
    public void Who_leads_is_unknown_when_raft_could_not_be_read() =>
        Assert.All(Given.Healthy().Consul(static consul => consul with { Peers = null }).ToMembers(), static member => Assert.Null(member.IsLeader));

    [Fact]
    public void Members_of_the_WAN_pool_are_joined_to_pods_by_node_ID()
    {
        PetSetObservation observation = Given.Healthy().PlusWan(Given.Member("consul-1.dc1", id: Given.Id("consul-1"))).PlusWan(Given.Member("far-0.dc2"));
        Assert.Equal(["consul-1", null], observation.ToMembers(wan: true).Select(static member => member.Pod));
    }

    [Fact]
    public void A_peer_that_gossip_does_not_know_says_so()
    {
        IReadOnlyList<ConsulRaftPeer> peers = Given.Healthy().Plus(Given.Peer("(unknown)", id: "gone")).ToRaftPeers();
        Assert.Equal(["gone"], peers.Where(static peer => !peer.Known).Select(static peer => peer.NodeId));
        Assert.Equal(["consul-0", "consul-1", "consul-2"], peers.Where(static peer => peer.Known).Select(static peer => peer.Pod));
    }

    [Fact]
    public void Any_observation_can_be_shown() => RandomObservation.ForEach(1000, static observation =>
    {
        Assert.Equal(observation.Pods.Count, observation.ToPets().Count);
        Assert.Equal(observation.Consul?.Members.Count ?? 0, observation.ToMembers().Count);
        Assert.Equal(observation.Consul?.WanMembers?.Count ?? 0, observation.ToMembers(wan: true).Count);
        Assert.Equal(observation.Consul?.Peers?.Count ?? 0, observation.ToRaftPeers().Count);
    });
}
