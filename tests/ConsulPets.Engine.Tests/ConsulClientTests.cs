using System.Text;
using ConsulPets.Engine.Consul;

namespace ConsulPets.Engine.Tests;

public class ConsulClientTests
{
    private sealed class Canned(int status, string answer, bool isFiltered = false) : IConsulTransport
    {
        public List<string> Sent { get; } = [];

        public string Name => "consul-0";

        public Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
        {
            Sent.Add($"{method} {path}");
            return Task.FromResult(new ConsulAnswer(status, Encoding.UTF8.GetBytes(answer), isFiltered));
        }
    }

    private static ConsulClient Client(int status, string body) => new(new Canned(status, body));

    [Theory]
    [InlineData(200)]
    [InlineData(429)]
    public async Task The_health_of_an_unhealthy_cluster_is_read_from_the_429(int status)
    {
        IReadOnlyList<ObservedServerHealth> health = await Client(status, """{"Healthy":false,"Servers":[{"ID":"a","Healthy":true,"Voter":true,"StableSince":"2026-11-22T20:00:00Z"},{"ID":"b","Healthy":false,"Voter":false}]}""").HealthAsync(Lab.Token);
        Assert.Equal([new("a", true, true, new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero)), new("b", false, false, null)], health);
    }

    [Theory]
    [InlineData(429, "", "ConsulBusy")]
    [InlineData(429, "rate limit reached", "ConsulBusy")]
    [InlineData(500, "No cluster leader", "NoConsulLeader")]
    [InlineData(500, "rpc error making call: No cluster leader", "NoConsulLeader")]
    [InlineData(500, "Raft leader not found in server lookup mapping", "NoConsulLeader")]
    [InlineData(500, "something else", "ConsulFailed")]
    [InlineData(403, "Permission denied", "ConsulPermissionDenied")]
    [InlineData(200, "<html>", "NotConsul")]
    public async Task An_answer_that_is_no_success_has_its_error(int status, string body, string errorId)
    {
        await Lab.FailsAsync(errorId, () => Client(status, body).HealthAsync(Lab.Token));
        await Lab.FailsAsync(errorId, () => Client(status, body).RaftConfigurationAsync(stale: false, Lab.Token));
        await Lab.FailsAsync(errorId, () => Client(status, body).MembersAsync(wan: false, Lab.Token));
    }

    [Theory]
    [InlineData("members", "node:read")]
    [InlineData("raft", "operator:read")]
    [InlineData("health", "operator:read")]
    [InlineData("self", "agent:read")]
    [InlineData("force-leave", "operator:write")]
    [InlineData("remove", "operator:write")]
    [InlineData("autopilot", "operator:read")]
    [InlineData("verdict", "operator:read")]
    [InlineData("set autopilot", "operator:write")]
    [InlineData("transfer", "operator:write")]
    public async Task The_permission_that_a_call_needs_is_named(string what, string permission)
    {
        ConsulClient client = Client(403, "Permission denied: token with AccessorID 'x' lacks permission");
        ConsulPetsException exception = await Lab.FailsAsync("ConsulPermissionDenied", () => what switch
        {
            "members" => client.MembersAsync(wan: false, Lab.Token),
            "raft" => client.RaftConfigurationAsync(stale: true, Lab.Token),
            "health" => client.HealthAsync(Lab.Token),
            "self" => client.SelfAsync(Lab.Token),
            "force-leave" => client.ForceLeaveAsync("a", prune: true, Lab.Token),
            "autopilot" => client.AutopilotConfigurationAsync(stale: false, Lab.Token),
            "verdict" => client.AutopilotVerdictAsync(Lab.Token),
            "set autopilot" => client.SetAutopilotConfigurationAsync(AutopilotClientTests.Settings, Lab.Token),
            "transfer" => client.TransferLeaderAsync("a", Lab.Token),
            _ => client.RemoveRaftPeerAsync("a", Lab.Token),
        });
        Assert.Contains(permission, exception.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("lacks permission", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flag_is_sent_only_when_it_is_true_since_its_presence_counts()
    {
        var transport = new Canned(200, "[]");
        var client = new ConsulClient(transport);
        await client.ForceLeaveAsync("a/b c", prune: false, Lab.Token);
        await client.ForceLeaveAsync("a", prune: true, Lab.Token);
        await client.MembersAsync(wan: false, Lab.Token);
        await client.MembersAsync(wan: true, Lab.Token);
        await client.RaftConfigurationAsync(stale: false, Lab.Token);
        await client.RaftConfigurationAsync(stale: true, Lab.Token);
        await client.RemoveRaftPeerAsync("i&d", Lab.Token);
        Assert.Equal(
            [
                "PUT v1/agent/force-leave/a%2Fb%20c", "PUT v1/agent/force-leave/a?prune", "GET v1/agent/members", "GET v1/agent/members?wan=1",
                "GET v1/operator/raft/configuration", "GET v1/operator/raft/configuration?stale", "DELETE v1/operator/raft/peer?id=i%26d",
            ],
            transport.Sent);
    }

    [Theory]
    [InlineData(500, "agent: No node found with name 'x'", false)]
    [InlineData(404, "No node found with name 'x'", false)]
    [InlineData(200, "", true)]
    public async Task Forcing_a_member_that_nobody_knows_says_so(int status, string body, bool wasKnown) =>
        Assert.Equal(wasKnown, await Client(status, body).ForceLeaveAsync("x", prune: true, Lab.Token));

    [Theory]
    [InlineData(500, "id \"x\" was not found in the Raft configuration", false)]
    [InlineData(200, "", true)]
    public async Task Removing_a_peer_that_raft_does_not_have_says_so(int status, string body, bool wasThere) =>
        Assert.Equal(wasThere, await Client(status, body).RemoveRaftPeerAsync("x", Lab.Token));

    [Fact]
    public async Task Members_and_peers_are_read_as_Consul_writes_them()
    {
        (IReadOnlyList<ObservedMember> members, bool isFiltered) = await new ConsulClient(new Canned(
            200, """[{"Name":"a","Addr":"10.0.0.1","Port":8301,"Status":4,"Tags":{"role":"consul","id":"i","build":"1.21.4:abc","dc":"dc9"},"ProtocolCur":2}]""", isFiltered: true)).MembersAsync(wan: false, Lab.Token);
        ObservedMember member = Assert.Single(members);
        Assert.True(isFiltered);
        Assert.Equal(("a", "10.0.0.1", 8301, ConsulMemberStatus.Failed, 2), (member.Name, member.Address, member.Port, member.Status, member.Protocol));
        Assert.Equal(("i", true, "1.21.4", "dc9"), (member.NodeId, member.IsServer, member.Build, member.Datacenter));
        IReadOnlyList<ObservedPeer> peers = await Client(200, """{"Servers":[{"ID":"i","Node":"a","Address":"10.0.0.1:8300","Leader":true,"ProtocolVersion":"3","Voter":true,"LastIndex":0}]}""").RaftConfigurationAsync(false, Lab.Token);
        Assert.Equal([new("i", "a", "10.0.0.1:8300", true, true, "3", null)], peers);
    }
}
