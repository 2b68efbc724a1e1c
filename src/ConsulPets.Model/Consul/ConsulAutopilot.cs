namespace ConsulPets;

/// <summary>
/// Autopilot, the part of Consul's leader that looks after the servers: how it is set, and how it judges them. Source of the settings' meaning: "Bootstrap
/// parameters", <c>autopilot</c>, in Consul's reference of the agent's configuration.
/// </summary>
public sealed record ConsulAutopilot : ClusterObject
{
    /// <summary>The pet set; null when read from a plain address.</summary>
    public string? PetSet { get; init; }

    /// <summary>Whether dead servers are taken out of raft: periodically, and whenever a new server joins.</summary>
    public required bool CleanupDeadServers { get; init; }

    /// <summary>How long a server may go without word from the leader before it is called unhealthy.</summary>
    public required TimeSpan LastContactThreshold { get; init; }

    /// <summary>How many log entries a server may be behind the leader before it is called unhealthy.</summary>
    public required long MaxTrailingLogs { get; init; }

    /// <summary>How many servers the clean-up leaves at least; 0 for no lower limit.</summary>
    public required int MinQuorum { get; init; }

    /// <summary>How long a new server must have been healthy before it becomes a voter.</summary>
    public required TimeSpan ServerStabilizationTime { get; init; }

    /// <summary>The node metadata key that names a server's zone (Consul Enterprise); null when it is not set.</summary>
    public string? RedundancyZoneTag { get; init; }

    /// <summary>Whether autopilot's upgrade migration is off (Consul Enterprise).</summary>
    public bool DisableUpgradeMigration { get; init; }

    /// <summary>The node metadata key that stands for the version in an upgrade migration (Consul Enterprise); null when it is not set.</summary>
    public string? UpgradeVersionTag { get; init; }

    /// <summary>The raft index at which the configuration was last changed.</summary>
    public required long ModifyIndex { get; init; }

    /// <summary>Whether all servers are healthy, by autopilot's word; null without a leader.</summary>
    public bool? Healthy { get; init; }

    /// <summary>Healthy voters that can be lost, by autopilot's word; null without a leader.</summary>
    public int? FailureTolerance { get; init; }

    /// <summary>Servers that vote; null without a leader.</summary>
    public int? Voters { get; init; }

    /// <summary>Servers that vote and are healthy; null without a leader.</summary>
    public int? HealthyVoters { get; init; }

    /// <summary>The servers, by name; empty without a leader.</summary>
    public required IReadOnlyList<ConsulAutopilotServer> Servers { get; init; }
}

/// <summary>A server, as autopilot judges it.</summary>
public sealed record ConsulAutopilotServer
{
    /// <summary>The member's name.</summary>
    public required string Name { get; init; }

    /// <summary>The node ID, which is the raft ID.</summary>
    public required string NodeId { get; init; }

    /// <summary>The raft address.</summary>
    public required string Address { get; init; }

    /// <summary>The serf status.</summary>
    public required ConsulMemberStatus MemberStatus { get; init; }

    /// <summary>The Consul version; empty when autopilot does not say.</summary>
    public required string Version { get; init; }

    /// <summary>Whether it leads.</summary>
    public required bool IsLeader { get; init; }

    /// <summary>Whether it votes.</summary>
    public required bool IsVoter { get; init; }

    /// <summary>Whether it is healthy.</summary>
    public required bool Healthy { get; init; }

    /// <summary>How long ago it last had word from the leader; null when autopilot does not know.</summary>
    public TimeSpan? LastContact { get; init; }

    /// <summary>Its last log index; null when autopilot does not know.</summary>
    public long? LastIndex { get; init; }

    /// <summary>Since when its health has not changed; null when autopilot does not say.</summary>
    public DateTimeOffset? StableSince { get; init; }

    /// <summary>The name and what is to be known first: what a list of servers shows.</summary>
    /// <returns>For example <c>consul-1 (leader)</c>, or <c>consul-2 (voter, unhealthy)</c>.</returns>
    public override string ToString() => $"{Name} ({(IsLeader ? "leader" : IsVoter ? "voter" : "no voter")}{(Healthy ? string.Empty : ", unhealthy")})";
}
