using System.Globalization;
using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>What is to change in autopilot's configuration; null keeps a setting.</summary>
public sealed record AutopilotChange
{
    /// <summary>Whether dead servers are to be taken out of raft.</summary>
    public bool? CleanupDeadServers { get; init; }

    /// <summary>How long a server may go without word from the leader.</summary>
    public TimeSpan? LastContactThreshold { get; init; }

    /// <summary>How many log entries a server may be behind.</summary>
    public long? MaxTrailingLogs { get; init; }

    /// <summary>How many servers the clean-up leaves at least.</summary>
    public int? MinQuorum { get; init; }

    /// <summary>How long a new server must have been healthy before it votes.</summary>
    public TimeSpan? ServerStabilizationTime { get; init; }

    /// <summary>The configuration with the change in it. Its <see cref="AutopilotConfiguration.Document"/> is still the old one.</summary>
    /// <param name="settings">The configuration as it is.</param>
    /// <returns>The configuration as it is to be.</returns>
    public AutopilotConfiguration ApplyTo(AutopilotConfiguration settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings with
        {
            CleanupDeadServers = CleanupDeadServers ?? settings.CleanupDeadServers,
            LastContactThreshold = LastContactThreshold ?? settings.LastContactThreshold,
            MaxTrailingLogs = MaxTrailingLogs ?? settings.MaxTrailingLogs,
            MinQuorum = MinQuorum ?? settings.MinQuorum,
            ServerStabilizationTime = ServerStabilizationTime ?? settings.ServerStabilizationTime,
        };
    }
}

/// <summary>Decides whether, and in which steps, autopilot's configuration may be changed.</summary>
public static class AutopilotPlanner
{
    /// <summary>The shortest time that is not zero. Less is a number that was meant to be seconds: PowerShell takes a bare number for units of 100 ns.</summary>
    public static readonly TimeSpan ShortestTime = TimeSpan.FromMilliseconds(1);

    /// <summary>Refuses values that no cluster can use, before any is asked.</summary>
    /// <param name="change">What is to change.</param>
    /// <returns>The refusal; null when the values can be used.</returns>
    public static PlanRefusal? Refusal(AutopilotChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change switch
        {
            _ when change == new AutopilotChange() => Invalid(
                "Nothing is to be changed.", "Give at least one of -CleanupDeadServers, -LastContactThreshold, -MaxTrailingLogs, -MinQuorum and -ServerStabilizationTime"),
            { MinQuorum: < 0 } => Invalid($"MinQuorum cannot be {Number(change.MinQuorum)}.", "Give a number of servers, or 0 for no lower limit"),
            { MaxTrailingLogs: < 0 } => Invalid($"MaxTrailingLogs cannot be {Number(change.MaxTrailingLogs)}.", "Give a number of log entries"),
            { LastContactThreshold: { } threshold } when threshold < ShortestTime => Invalid(
                $"With a LastContactThreshold of {ConsulDuration.Text(threshold)} every server would be called unhealthy.", "Give a time such as 200ms, Consul's default"),
            { ServerStabilizationTime: { } time } when time < TimeSpan.Zero || (time > TimeSpan.Zero && time < ShortestTime) => Invalid(
                $"ServerStabilizationTime cannot be {ConsulDuration.Text(time)}.", "Give a time such as 10s, Consul's default"),
            _ => null,
        };
    }

    /// <summary>Plans a change.</summary>
    /// <param name="target">The cluster, as the user knows it.</param>
    /// <param name="change">What is to change.</param>
    /// <param name="settings">The configuration as it is.</param>
    /// <param name="servers">How many servers there are, or are wanted where that is more.</param>
    /// <param name="force">Whether MinQuorum may be more than that.</param>
    /// <returns>The plan: a step for each setting that differs; none when nothing does.</returns>
    public static ConsulPetPlan Plan(string target, AutopilotChange change, AutopilotConfiguration settings, int servers, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(settings);
        if (Refusal(change) is { } refusal)
        {
            return new ConsulPetPlan(target, [], refusal);
        }

        // Consul takes such a value. Its documentation says that the clean-up stops at this number of servers, so above the number that there are it never begins:
        // every dead server counts for the quorum until somebody removes it by hand.
        if (change.MinQuorum is { } minimum && minimum != settings.MinQuorum && minimum > servers && !force)
        {
            return new ConsulPetPlan(target, [], new PlanRefusal(
                "MinQuorumTooLarge",
                string.Create(CultureInfo.InvariantCulture, $"With a MinQuorum of {minimum} and {servers} servers no dead server of '{target}' would ever be cleaned up."),
                string.Create(CultureInfo.InvariantCulture, $"Give at most {servers}; the quorum of {servers} is {Quorum.RaftQuorum.Size(servers)}. If it is meant, for servers that are yet to come, say -Force")));
        }

        AutopilotConfiguration wanted = change.ApplyTo(settings);
        var steps = new List<ConsulPetStep>();
        Add("CleanupDeadServers", settings.CleanupDeadServers ? "true" : "false", wanted.CleanupDeadServers ? "true" : "false");
        Add("LastContactThreshold", ConsulDuration.Text(settings.LastContactThreshold), ConsulDuration.Text(wanted.LastContactThreshold));
        Add("MaxTrailingLogs", Number(settings.MaxTrailingLogs), Number(wanted.MaxTrailingLogs));
        Add("MinQuorum", Number(settings.MinQuorum), Number(wanted.MinQuorum));
        Add("ServerStabilizationTime", ConsulDuration.Text(settings.ServerStabilizationTime), ConsulDuration.Text(wanted.ServerStabilizationTime));
        return new ConsulPetPlan(target, steps);

        void Add(string name, string before, string after)
        {
            if (before != after)
            {
                steps.Add(new ConsulPetStep { Order = steps.Count + 1, Action = $"set {name} to", Target = after, Reason = $"was {before}" });
            }
        }
    }

    private static PlanRefusal Invalid(string message, string action) => new("AutopilotValueInvalid", message, action);

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;
}
