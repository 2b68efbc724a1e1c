using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Consul;

namespace ConsulPets.Engine.Tests;

/// <summary>What the client sends and reads of autopilot and of the leader's transfer.</summary>
public class AutopilotClientTests
{
    private const string Configuration = """
        {"CleanupDeadServers":true,"LastContactThreshold":"200ms","MaxTrailingLogs":250,"MinQuorum":2,"ServerStabilizationTime":"1m30s","RedundancyZoneTag":"zone",
        "DisableUpgradeMigration":true,"UpgradeVersionTag":"","SettingOfTomorrow":{"deep":[1,2]},"CreateIndex":4,"ModifyIndex":17}
        """;

    public static AutopilotConfiguration Settings { get; } = ReadAsync(Configuration).GetAwaiter().GetResult();

    private static Task<AutopilotConfiguration> ReadAsync(string document) => new ConsulClient(new Recorder(200, document)).AutopilotConfigurationAsync(stale: false, Lab.Token);

    [Fact]
    public void The_configuration_is_read_as_Consul_writes_it()
    {
        Assert.Equal((true, 250, 2, 17), (Settings.CleanupDeadServers, Settings.MaxTrailingLogs, Settings.MinQuorum, Settings.ModifyIndex));
        Assert.Equal((TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(90)), (Settings.LastContactThreshold, Settings.ServerStabilizationTime));
    }

    [Fact]
    public async Task A_duration_may_be_a_number_of_nanoseconds_and_what_is_missing_is_zero()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(200), (await ReadAsync("""{"LastContactThreshold":200000000}""")).LastContactThreshold);
        AutopilotConfiguration empty = await ReadAsync("{}");
        Assert.Equal((false, TimeSpan.Zero, 0, 0), (empty.CleanupDeadServers, empty.ServerStabilizationTime, empty.MinQuorum, empty.ModifyIndex));
        Assert.Equal((false, true), (empty.HasMinQuorum, Settings.HasMinQuorum));
    }

    [Fact]
    public async Task A_write_compares_the_index_and_sends_all_that_was_read_also_what_this_version_does_not_know()
    {
        var transport = new Recorder(200, "true\n");
        Assert.True(await new ConsulClient(transport).SetAutopilotConfigurationAsync(Settings with { MinQuorum = 3, LastContactThreshold = TimeSpan.FromSeconds(1) }, Lab.Token));
        Assert.Equal("PUT v1/operator/autopilot/configuration?cas=17", transport.Sent);
        JsonObject expected = JsonNode.Parse(Configuration)!.AsObject();
        expected["MinQuorum"] = 3;
        expected["LastContactThreshold"] = "1s";
        expected["ServerStabilizationTime"] = "90s";
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(transport.Body!)), transport.Body);
    }

    [Fact]
    public async Task A_write_that_came_too_late_says_so() =>
        Assert.False(await new ConsulClient(new Recorder(200, "false")).SetAutopilotConfigurationAsync(Settings, Lab.Token));

    [Fact]
    public async Task A_follower_is_asked_for_the_configuration_where_there_is_no_leader()
    {
        var transport = new Recorder(200, Configuration);
        await new ConsulClient(transport).AutopilotConfigurationAsync(stale: true, Lab.Token);
        Assert.Equal("GET v1/operator/autopilot/configuration?stale", transport.Sent);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(429)]
    public async Task The_verdict_is_read_also_from_the_429_of_an_unhealthy_cluster(int status)
    {
        AutopilotVerdict verdict = await new ConsulClient(new Recorder(status, """
            {"Healthy":false,"FailureTolerance":0,"Servers":[
            {"ID":"a","Name":"one","Address":"10.0.0.1:8300","SerfStatus":"alive","Version":"1.8.7","Leader":true,"LastContact":"0s","LastTerm":2,"LastIndex":91,"Healthy":true,"Voter":true,"StableSince":"2026-11-22T20:00:00Z"},
            {"ID":"b","Name":"two","Address":"10.0.0.2:8300","SerfStatus":"failed","Version":"1.8.7","Leader":false,"LastContact":"-1ns","LastTerm":0,"LastIndex":0,"Healthy":false,"Voter":true,"StableSince":"0001-01-01T00:00:00Z"}]}
            """)).AutopilotVerdictAsync(Lab.Token);
        Assert.Equal((false, 0), (verdict.Healthy, verdict.FailureTolerance));
        ConsulAutopilotServer one = verdict.Servers[0];
        Assert.Equal(("one", "a", "10.0.0.1:8300", ConsulMemberStatus.Alive, "1.8.7"), (one.Name, one.NodeId, one.Address, one.MemberStatus, one.Version));
        Assert.Equal((true, true, true, TimeSpan.Zero, 91L), (one.IsLeader, one.IsVoter, one.Healthy, one.LastContact!.Value, one.LastIndex!.Value));
        ConsulAutopilotServer two = verdict.Servers[1];
        Assert.Equal((ConsulMemberStatus.Failed, false), (two.MemberStatus, two.Healthy));
        Assert.Equal((null, null, null), (two.LastContact, two.LastIndex, two.StableSince));
    }

    [Theory]
    [InlineData(404, "404 page not found", "LeaderTransferUnsupported")]
    [InlineData(405, "method POST not allowed", "LeaderTransferUnsupported")]
    [InlineData(500, "No cluster leader", "NoConsulLeader")]
    [InlineData(500, "failed to transfer leadership", "ConsulFailed")]
    [InlineData(403, "Permission denied", "ConsulPermissionDenied")]
    [InlineData(429, "", "ConsulBusy")]
    [InlineData(200, """{"Success":false}""", "ConsulFailed")]
    [InlineData(200, "<html>", "NotConsul")]
    public async Task A_transfer_that_did_not_happen_has_its_error(int status, string answer, string errorId) =>
        await Lab.FailsAsync(errorId, () => new ConsulClient(new Recorder(status, answer)).TransferLeaderAsync("a", Lab.Token));

    [Fact]
    public async Task A_transfer_names_the_heir()
    {
        var transport = new Recorder(200, """{"Success":true}""");
        await new ConsulClient(transport).TransferLeaderAsync("i&d", Lab.Token);
        Assert.Equal(("POST v1/operator/raft/transfer-leader?id=i%26d", null), (transport.Sent, transport.Body));
    }

    private sealed class Recorder(int status, string answer) : IConsulTransport
    {
        public string? Sent { get; private set; }

        public string? Body { get; private set; }

        public string Name => "consul-0";

        public Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
        {
            (Sent, Body) = ($"{method} {path}", body);
            return Task.FromResult(new ConsulAnswer(status, Encoding.UTF8.GetBytes(answer), false));
        }
    }
}
