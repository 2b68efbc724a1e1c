using System.Text.Json;

namespace ConsulPets.Observing;

/// <summary>Turns what autopilot said into the object that a user sees.</summary>
public static class AutopilotProjection
{
    /// <summary>The object of a configuration and a judgement.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="verdict">The judgement; null without a leader.</param>
    /// <param name="observation">The observation that it was read with; null for a plain address.</param>
    /// <returns>The object.</returns>
    public static ConsulAutopilot ToAutopilot(AutopilotConfiguration settings, AutopilotVerdict? verdict, PetSetObservation? observation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var document = JsonDocument.Parse(settings.Document);
        JsonElement root = document.RootElement;

        // Autopilot too knows the leader by its address in raft's configuration, which of a lone server may be a former one (RaftConfiguration).
        string? leader = verdict?.Servers.Any(static server => server.IsLeader) == true ? null : observation?.Consul?.Peers?.FirstOrDefault(static peer => peer.IsLeader)?.Id;
        return new ConsulAutopilot
        {
            Namespace = observation?.Workload.Namespace,
            Context = observation?.Context,
            KubeConfig = observation?.KubeConfig,
            PetSet = observation?.Workload.Name,
            CleanupDeadServers = settings.CleanupDeadServers,
            LastContactThreshold = settings.LastContactThreshold,
            MaxTrailingLogs = settings.MaxTrailingLogs,
            MinQuorum = settings.MinQuorum,
            ServerStabilizationTime = settings.ServerStabilizationTime,
            RedundancyZoneTag = Text("RedundancyZoneTag"),
            DisableUpgradeMigration = root.TryGetProperty("DisableUpgradeMigration", out JsonElement flag) && flag.ValueKind == JsonValueKind.True,
            UpgradeVersionTag = Text("UpgradeVersionTag"),
            ModifyIndex = settings.ModifyIndex,
            Healthy = verdict?.Healthy,
            FailureTolerance = verdict?.FailureTolerance,
            Voters = verdict?.Servers.Count(static server => server.IsVoter),
            HealthyVoters = verdict?.Servers.Count(static server => server is { IsVoter: true, Healthy: true }),
            Servers = [.. (verdict?.Servers ?? []).Select(server => server.NodeId == leader ? server with { IsLeader = true } : server).OrderBy(static server => server.Name, PetNameOrder.Instance)],
        };

        string? Text(string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
    }
}
