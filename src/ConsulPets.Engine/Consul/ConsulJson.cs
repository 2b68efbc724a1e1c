using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Kubernetes;

namespace ConsulPets.Engine.Consul;

/// <summary>Reads Consul's answers.</summary>
internal static class ConsulJson
{
    public static IEnumerable<ObservedMember> Members(JsonElement answer) => answer.Items().Select(static member => new ObservedMember(
        member.Text("Name"),
        member.Text("Addr"),
        member.Count("Port"),
        (ConsulMemberStatus)member.Count("Status"),
        member.Map("Tags"),
        member.Count("ProtocolCur")));

    public static IEnumerable<ObservedPeer> Peers(JsonElement answer) => answer.Items("Servers").Select(static server => new ObservedPeer(
        server.Text("ID"),
        server.Text("Node"),
        server.Text("Address"),
        server.Is("Leader"),
        server.Is("Voter"),
        server.Text("ProtocolVersion"),
        server.Number("LastIndex") is > 0 and var index ? index : null));

    public static IEnumerable<ObservedServerHealth> Health(JsonElement answer) => answer.Items("Servers").Select(static server => new ObservedServerHealth(
        server.Text("ID"),
        server.Is("Healthy"),
        server.Is("Voter"),
        server.Time("StableSince")));

    public static AutopilotVerdict Verdict(JsonElement answer) => new(
        answer.Is("Healthy"),
        answer.Count("FailureTolerance"),
        [.. answer.Items("Servers").Select(static server => new ConsulAutopilotServer
        {
            Name = server.Text("Name"),
            NodeId = server.Text("ID"),
            Address = server.Text("Address"),
            MemberStatus = Enum.TryParse(server.Text("SerfStatus"), ignoreCase: true, out ConsulMemberStatus status) ? status : ConsulMemberStatus.None,
            Version = server.Text("Version"),
            IsLeader = server.Is("Leader"),
            IsVoter = server.Is("Voter"),
            Healthy = server.Is("Healthy"),
            LastContact = server.Text("LastContact").StartsWith('-') ? null : Time(server, "LastContact"), // -1ns stands for never
            LastIndex = server.Number("LastIndex") is > 0 and var index ? index : null,
            StableSince = server.Time("StableSince") is { Year: > 1 } since ? since : null, // Go's zero time stands for never
        })]);

    public static AutopilotConfiguration Settings(JsonElement answer) => new()
    {
        CleanupDeadServers = answer.Is("CleanupDeadServers"),
        LastContactThreshold = Time(answer, "LastContactThreshold") ?? TimeSpan.Zero,
        MaxTrailingLogs = answer.Number("MaxTrailingLogs") ?? 0,
        MinQuorum = answer.Count("MinQuorum"),
        HasMinQuorum = answer.TryGetProperty("MinQuorum", out _),
        ServerStabilizationTime = Time(answer, "ServerStabilizationTime") ?? TimeSpan.Zero,
        ModifyIndex = answer.Number("ModifyIndex") ?? 0,
        Document = answer.GetRawText(),
    };

    /// <summary>The document that was read, with the settings in it.</summary>
    public static string Body(AutopilotConfiguration settings)
    {
        JsonObject body = JsonNode.Parse(settings.Document)!.AsObject();
        body["CleanupDeadServers"] = settings.CleanupDeadServers;
        body["LastContactThreshold"] = ConsulDuration.Text(settings.LastContactThreshold);
        body["MaxTrailingLogs"] = settings.MaxTrailingLogs;
        body["MinQuorum"] = settings.MinQuorum;
        body["ServerStabilizationTime"] = ConsulDuration.Text(settings.ServerStabilizationTime);
        return body.ToJsonString();
    }

    // A text in Go's form, or a number of nanoseconds, as Go itself writes a duration.
    private static TimeSpan? Time(JsonElement element, string name) =>
        element.Number(name) is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / 100) : ConsulDuration.Parse(element.Text(name));
}
