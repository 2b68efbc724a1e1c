namespace ConsulPets.Model.Tests;

/// <summary>The only server of a set that comes back under another IP: seen on Consul 1.8.7.</summary>
public class RaftConfigurationTests
{
    private static readonly ObservedPeer Unnamed = new(Given.Id("consul-0"), "(unknown)", "10.9.9.9:8300", IsLeader: false, IsVoter: true, "unknown", null);

    [Theory]
    [InlineData("10.244.0.7", "10.244.0.7:8300", true)]
    [InlineData("fd00::7", "[fd00::7]:8300", true)]
    [InlineData("10.244.0.7", "10.244.0.8:8300", false)]
    [InlineData("10.244.0.7", null, false)]
    public void The_server_that_has_the_leaders_address_now_leads_whatever_address_raft_remembers(string address, string? leader, bool leads)
    {
        ObservedPeer peer = RaftConfiguration.Complete([Unnamed], [Server(address)], leader).Single();
        Assert.Equal(Unnamed with { Name = "consul-0", IsLeader = leads }, peer);
    }

    [Fact]
    public void What_Consul_says_of_the_leader_stands()
    {
        ObservedPeer leading = Given.Peer("consul-1", leader: true);
        Assert.Equal(
            [Unnamed with { Name = "consul-0" }, leading],
            RaftConfiguration.Complete([Unnamed, leading], [Server("10.244.0.7"), Given.Member("consul-1")], "10.244.0.7:8300"));
    }

    [Theory]
    [InlineData(ConsulMemberStatus.Failed, "consul")]
    [InlineData(ConsulMemberStatus.Left, "consul")]
    [InlineData(ConsulMemberStatus.Alive, "node")]
    public void Who_had_that_address_once_or_is_no_server_does_not_lead(ConsulMemberStatus status, string role)
    {
        ObservedMember member = Server("10.244.0.7") with { Status = status };
        member = member with { Tags = new Dictionary<string, string>(member.Tags) { ["role"] = role } };
        Assert.False(RaftConfiguration.Complete([Unnamed], [member], "10.244.0.7:8300").Single().IsLeader);
    }

    [Fact]
    public void A_peer_that_gossip_does_not_know_keeps_Consuls_word() => Assert.Equal(
        [Unnamed],
        RaftConfiguration.Complete([Unnamed], [Given.Member("consul-1")], "10.244.0.7:8300"));

    private static ObservedMember Server(string address)
    {
        ObservedMember member = Given.Member("consul-0", address: address);
        return member with { Tags = new Dictionary<string, string>(member.Tags) { ["port"] = "8300" } };
    }
}
