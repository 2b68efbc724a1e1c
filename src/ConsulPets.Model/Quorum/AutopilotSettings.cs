namespace ConsulPets.Quorum;

/// <summary>
/// What autopilot was told, as far as it decides on the quorum. <c>min_quorum</c> in a server's configuration file is read at the first bootstrap only; afterwards the API is the way to change it
/// (developer.hashicorp.com/consul/commands/operator/autopilot).
/// </summary>
/// <param name="CleanupDeadServers">Whether the leader removes dead servers from the raft configuration by itself. Consul's default is true.</param>
/// <param name="MinQuorum">The number of voters that this clean-up must leave; 0, the default, sets no floor.</param>
/// <param name="ServerStabilizationTime">How long a server must have been healthy before it becomes a voter. Consul's default is 10 s.</param>
public sealed record AutopilotSettings(bool CleanupDeadServers, int MinQuorum, TimeSpan ServerStabilizationTime)
{
    /// <summary>Whether this Consul has a MinQuorum that could be set: from 1.6.2 on (hashicorp/consul#6654). Before that the clean-up has no floor.</summary>
    public bool HasMinQuorum { get; init; } = true;

    /// <summary>
    /// How many of the dead voters autopilot removes in one pass: none that would leave fewer than <see cref="MinQuorum"/> voters, and fewer than half of all
    /// (hashicorp/raft-autopilot, reconcile.go, adjudicateRemoval). With 3 voters, one dead: MinQuorum 2 removes it (2 of 2, tolerance 0); MinQuorum 3 keeps it (2 of 3, tolerance 0 too, but the pet
    /// that comes back finds its seat). With 5 voters, two dead: MinQuorum 3 removes both (3 of 3, tolerance 1), MinQuorum 4 one (3 of 4, tolerance 0). With 2 voters nothing is ever removed.
    /// </summary>
    /// <param name="voters">Voters in the raft configuration, dead ones included.</param>
    /// <param name="deadVoters">Those that gossip calls failed, or does not know.</param>
    /// <returns>The number of voters removed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or more are dead than there are.</exception>
    public int Removes(int voters, int deadVoters)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(deadVoters);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(deadVoters, voters);
        bool canAgree = voters - deadVoters >= RaftQuorum.Size(voters);
        return CleanupDeadServers && canAgree ? Math.Min(deadVoters, Math.Max(0, Math.Min((voters - 1) / 2, voters - MinQuorum))) : 0;
    }

    /// <summary>
    /// The MinQuorum that belongs to a set of a size: a majority, so that autopilot never shrinks the configuration to where fewer than a quorum of the set could agree. 1 of 1, 2 of 3, 3 of 5, 4 of 7.
    /// </summary>
    /// <param name="replicas">The servers that the set wants.</param>
    /// <returns>The floor.</returns>
    public static int MinQuorumFor(int replicas) => RaftQuorum.Size(replicas);
}
