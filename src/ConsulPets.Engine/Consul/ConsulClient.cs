using System.Text;
using System.Text.Json;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Consul;

/// <summary>
/// The part of Consul's HTTP API that the module uses, with its traps (research: consul api and agent sources of 1.8 to 1.2x): flags count by their
/// presence, whatever their value; autopilot's health answers 429 with a valid body; without a leader most calls are 500 "No cluster leader".
/// </summary>
/// <param name="transport">The way to the agent.</param>
public sealed partial class ConsulClient(IConsulTransport transport)
{
    /// <summary>The agent's pod or address.</summary>
    public string Name => transport.Name;

    /// <summary>The gossip pool as this agent sees it.</summary>
    /// <param name="wan">True for the WAN pool.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The members, and whether ACLs hid some.</returns>
    public async Task<(IReadOnlyList<ObservedMember> Members, bool IsFiltered)> MembersAsync(bool wan, CancellationToken cancellationToken)
    {
        ConsulAnswer answer = await SendAsync(HttpMethod.Get, wan ? "v1/agent/members?wan=1" : "v1/agent/members", "node:read", cancellationToken).ConfigureAwait(false);
        ObservedMember[] members = [.. ConsulJson.Members(Json(answer))];

        // Consul before 1.10 does not say that it hides something; but an agent is always a member of its own LAN pool.
        return (members, answer.IsFiltered || (!wan && members.Length == 0));
    }

    /// <summary>The leader, as this agent knows it. Needs no permission, and answers at once also when there is none.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The raft address; null when there is no leader.</returns>
    public async Task<string?> LeaderAddressAsync(CancellationToken cancellationToken)
    {
        JsonElement answer = Json(await SendAsync(HttpMethod.Get, "v1/status/leader", "none", cancellationToken).ConfigureAwait(false));
        return answer.ValueKind == JsonValueKind.String && answer.GetString() is { Length: > 0 } address ? address : null;
    }

    /// <summary>The raft addresses that this agent knows. Needs no permission, and answers at once also when there is no leader.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The addresses; empty for a server that has not been bootstrapped.</returns>
    public async Task<IReadOnlyList<string>> RaftAddressesAsync(CancellationToken cancellationToken) =>
        [.. Json(await SendAsync(HttpMethod.Get, "v1/status/peers", "none", cancellationToken).ConfigureAwait(false)).Texts()];

    /// <summary>The raft configuration.</summary>
    /// <param name="stale">True to take any server's word, also without a leader.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The peers.</returns>
    /// <exception cref="ConsulPetsException">NoConsulLeader, ConsulPermissionDenied.</exception>
    public async Task<IReadOnlyList<ObservedPeer>> RaftConfigurationAsync(bool stale, CancellationToken cancellationToken)
    {
        ConsulAnswer answer = await SendAsync(
            HttpMethod.Get, stale ? "v1/operator/raft/configuration?stale" : "v1/operator/raft/configuration", "operator:read", cancellationToken).ConfigureAwait(false);
        return [.. ConsulJson.Peers(Json(answer))];
    }

    /// <summary>Autopilot's view of the servers.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One entry a server.</returns>
    /// <exception cref="ConsulPetsException">NoConsulLeader, ConsulPermissionDenied.</exception>
    public async Task<IReadOnlyList<ObservedServerHealth>> HealthAsync(CancellationToken cancellationToken) =>
        [.. ConsulJson.Health(await HealthAnswerAsync(cancellationToken).ConfigureAwait(false))];

    /// <summary>Autopilot's judgement, with all that it says of each server.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The judgement.</returns>
    /// <exception cref="ConsulPetsException">NoConsulLeader, ConsulPermissionDenied.</exception>
    public async Task<AutopilotVerdict> AutopilotVerdictAsync(CancellationToken cancellationToken) =>
        ConsulJson.Verdict(await HealthAnswerAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Autopilot's configuration.</summary>
    /// <param name="stale">True to take any server's word, also without a leader.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ConsulPetsException">NoConsulLeader, ConsulPermissionDenied.</exception>
    public async Task<AutopilotConfiguration> AutopilotConfigurationAsync(bool stale, CancellationToken cancellationToken) => ConsulJson.Settings(Json(await SendAsync(
        HttpMethod.Get, stale ? "v1/operator/autopilot/configuration?stale" : "v1/operator/autopilot/configuration", "operator:read", cancellationToken).ConfigureAwait(false)));

    /// <summary>Changes autopilot's configuration, unless somebody else changed it since it was read.</summary>
    /// <param name="wanted">The configuration as it is to be, with the index and the document that were read.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when somebody else changed it: then nothing was written.</returns>
    /// <exception cref="ConsulPetsException">NoConsulLeader, ConsulPermissionDenied.</exception>
    public async Task<bool> SetAutopilotConfigurationAsync(AutopilotConfiguration wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ConsulAnswer answer = await transport.SendAsync(
            HttpMethod.Put,
            FormattableString.Invariant($"v1/operator/autopilot/configuration?cas={wanted.ModifyIndex}"),
            ConsulJson.Body(wanted),
            cancellationToken).ConfigureAwait(false);
        return Json(Checked(answer, "operator:write")).ValueKind == JsonValueKind.True;
    }

    /// <summary>Moves the leader to another server (Consul 1.15 and later). The answer comes when raft has handed over; who leads then is for the caller to see.</summary>
    /// <param name="id">The raft ID of the server that is to lead.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">LeaderTransferUnsupported, NoConsulLeader, ConsulPermissionDenied; ConsulFailed when raft did not hand over.</exception>
    public async Task TransferLeaderAsync(string id, CancellationToken cancellationToken)
    {
        ConsulAnswer answer = await transport.SendAsync(
            HttpMethod.Post, $"v1/operator/raft/transfer-leader?id={Uri.EscapeDataString(id)}", cancellationToken).ConfigureAwait(false);
        if (answer.Status is 404 or 405)
        {
            throw new ConsulPetsException(
                "LeaderTransferUnsupported",
                ConsulPetsErrorKind.InvalidOperation,
                $"Consul on '{Name}' cannot move the leader by its API: Consul 1.15 and later can.",
                "Restart the leader with Restart-ConsulPet, and the others elect another one",
                Name);
        }

        if (!Json(Checked(answer, "operator:write")).Is("Success"))
        {
            throw new ConsulPetsException(
                "ConsulFailed", ConsulPetsErrorKind.ResourceUnavailable, $"Consul on '{Name}' did not move the leader.", "Look at the leader's log", Name);
        }
    }

    /// <summary>Whether the agent leaves the cluster when it is terminated (<c>leave_on_terminate</c>).</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Null when this version does not tell.</returns>
    /// <exception cref="ConsulPetsException">ConsulPermissionDenied without agent:read; PodUnreachable.</exception>
    public async Task<bool?> LeavesOnTerminateAsync(CancellationToken cancellationToken)
    {
        JsonElement self = Json(await SendAsync(HttpMethod.Get, "v1/agent/self", "agent:read", cancellationToken).ConfigureAwait(false));
        return self.Find("DebugConfig", "LeaveOnTerm") is { ValueKind: JsonValueKind.True or JsonValueKind.False } found ? found.GetBoolean() : null;
    }

    /// <summary>What the agent is itself.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Its node ID and the address that it advertises; null where the agent does not say.</returns>
    public async Task<(string? NodeId, string? Address)> SelfAsync(CancellationToken cancellationToken)
    {
        JsonElement self = Json(await SendAsync(HttpMethod.Get, "v1/agent/self", "agent:read", cancellationToken).ConfigureAwait(false));
        return (self.TextOrNull("Config", "NodeID"), self.TextOrNull("Member", "Addr"));
    }

    /// <summary>Lets the agent join the gossip pool by way of another one, also when it is in it already: then it tells all once more that it is there.</summary>
    /// <param name="address">Where the other one's gossip listens.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">ConsulPermissionDenied without agent:write; ConsulFailed when the agent is leaving, or does not reach the other one.</exception>
    public async Task JoinAsync(string address, CancellationToken cancellationToken) =>
        Checked(await transport.SendAsync(HttpMethod.Put, $"v1/agent/join/{Uri.EscapeDataString(address)}", cancellationToken).ConfigureAwait(false), "agent:write");

    /// <summary>Has the agent read its configuration and certificates again.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">ConsulPermissionDenied without agent:write; ConsulFailed when what it read is wrong.</exception>
    public async Task ReloadAsync(CancellationToken cancellationToken) =>
        Checked(await transport.SendAsync(HttpMethod.Put, "v1/agent/reload", cancellationToken).ConfigureAwait(false), "agent:write");

    /// <summary>Tells all agents that a failed member has left for good, and to forget it.</summary>
    /// <param name="member">The member's name.</param>
    /// <param name="prune">Whether to drop it from the lists at once, instead of after 72 hours.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when the agent did not know the member.</returns>
    public async Task<bool> ForceLeaveAsync(string member, bool prune, CancellationToken cancellationToken)
    {
        ConsulAnswer answer = await transport.SendAsync(
            HttpMethod.Put, $"v1/agent/force-leave/{Uri.EscapeDataString(member)}{(prune ? "?prune" : string.Empty)}", cancellationToken).ConfigureAwait(false);
        if (answer.Status is 500 or 404 && Text(answer).Contains("No node found", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        Checked(answer, "operator:write");
        return true;
    }

    /// <summary>Takes a peer out of the raft configuration.</summary>
    /// <param name="id">The raft ID.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when raft did not have it.</returns>
    public async Task<bool> RemoveRaftPeerAsync(string id, CancellationToken cancellationToken)
    {
        ConsulAnswer answer = await transport.SendAsync(
            HttpMethod.Delete, $"v1/operator/raft/peer?id={Uri.EscapeDataString(id)}", cancellationToken).ConfigureAwait(false);
        if (answer.Status == 500 && Text(answer).Contains("was not found in the Raft configuration", StringComparison.Ordinal))
        {
            return false;
        }

        Checked(answer, "operator:write");
        return true;
    }

    // 429 has two meanings: unhealthy, with the whole report as its body, or too many requests, without one.
    private async Task<JsonElement> HealthAnswerAsync(CancellationToken cancellationToken)
    {
        ConsulAnswer answer = await transport.SendAsync(HttpMethod.Get, "v1/operator/autopilot/health", cancellationToken).ConfigureAwait(false);
        return Json(answer.Status == 429 && answer.Body.Length > 0 && answer.Body[0] == (byte)'{' ? answer : Checked(answer, "operator:read"));
    }

    private async Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string permission, CancellationToken cancellationToken) =>
        Checked(await transport.SendAsync(method, path, cancellationToken).ConfigureAwait(false), permission);

    private ConsulAnswer Checked(ConsulAnswer answer, string permission)
    {
        if (answer.Status is >= 200 and < 300)
        {
            return answer;
        }

        string text = Text(answer).Trim();
        throw answer.Status switch
        {
            403 => new ConsulPetsException(
                "ConsulPermissionDenied",
                ConsulPetsErrorKind.PermissionDenied,
                $"Consul on '{Name}' refused the token: {(text.Length > 0 ? text : "permission denied")}.",
                $"Give a token with the permission {permission}: -Token",
                Name),
            _ when text.Contains("No cluster leader", StringComparison.OrdinalIgnoreCase) || text.Contains("leader not found", StringComparison.OrdinalIgnoreCase) => new ConsulPetsException(
                "NoConsulLeader",
                ConsulPetsErrorKind.ResourceUnavailable,
                $"Consul on '{Name}' has no leader.",
                "See which servers are away with Get-ConsulPet, or wait with Wait-ConsulPetSet -For Leader",
                Name),
            429 => new ConsulPetsException(
                "ConsulBusy",
                ConsulPetsErrorKind.ResourceBusy,
                $"Consul on '{Name}' limits the rate of requests.",
                "Run the command again in a while",
                Name),
            _ => new ConsulPetsException(
                "ConsulFailed",
                ConsulPetsErrorKind.ResourceUnavailable,
                FormattableString.Invariant($"Consul on '{Name}' answered {answer.Status}: {(text.Length > 300 ? text[..300] : text)}."),
                "Look at the server's log",
                Name),
        };
    }

    private JsonElement Json(ConsulAnswer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new ConsulPetsException(
                "NotConsul",
                ConsulPetsErrorKind.InvalidData,
                $"What answers on '{Name}' is not Consul's HTTP API.",
                "Check the address and the port",
                Name,
                exception);
        }
    }

    private static string Text(ConsulAnswer answer) => Encoding.UTF8.GetString(answer.Body);
}
