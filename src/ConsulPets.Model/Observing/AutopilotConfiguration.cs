using ConsulPets.Quorum;

namespace ConsulPets.Observing;

/// <summary>Autopilot's configuration, as Consul gave it.</summary>
public sealed record AutopilotConfiguration
{
    /// <summary>Whether dead servers are taken out of raft.</summary>
    public required bool CleanupDeadServers { get; init; }

    /// <summary>How long a server may go without word from the leader.</summary>
    public required TimeSpan LastContactThreshold { get; init; }

    /// <summary>How many log entries a server may be behind.</summary>
    public required long MaxTrailingLogs { get; init; }

    /// <summary>How many servers the clean-up leaves at least; 0 for no lower limit.</summary>
    public required int MinQuorum { get; init; }

    /// <summary>Whether the answer had a MinQuorum: a Consul before 1.6.2 has none.</summary>
    public bool HasMinQuorum { get; init; } = true;

    /// <summary>How long a new server must have been healthy before it votes.</summary>
    public required TimeSpan ServerStabilizationTime { get; init; }

    /// <summary>The raft index at which it was last changed: what a check-and-set compares.</summary>
    public required long ModifyIndex { get; init; }

    /// <summary>The part of it that decides on the quorum.</summary>
    public AutopilotSettings ForQuorum => new(CleanupDeadServers, MinQuorum, ServerStabilizationTime) { HasMinQuorum = HasMinQuorum };

    /// <summary>
    /// The whole answer, in JSON. A write sends all of it back with what is to change: a field that is left out would be set to zero (Consul 1.8) or to its default
    /// (later), and a newer Consul may have fields that this module does not know.
    /// </summary>
    public required string Document { get; init; }
}

/// <summary>Autopilot's judgement of the servers.</summary>
/// <param name="Healthy">Whether all of them are healthy.</param>
/// <param name="FailureTolerance">Healthy voters that can be lost.</param>
/// <param name="Servers">One entry a server.</param>
public sealed record AutopilotVerdict(bool Healthy, int FailureTolerance, IReadOnlyList<ConsulAutopilotServer> Servers);
