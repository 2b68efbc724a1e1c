namespace ConsulPets.Quorum;

/// <summary>
/// The arithmetic of a raft quorum. All numbers are counts of servers. <c>voters</c> is what the raft configuration says,
/// <c>healthyVoters</c> those of them that autopilot calls healthy.
/// Source: "Fault tolerance" and the deployment table in Consul's documentation of consensus
/// (developer.hashicorp.com/consul/docs/architecture/consensus): quorum = (N/2)+1.
/// </summary>
public static class RaftQuorum
{
    /// <summary>How many voters must agree: 1 of 1, 2 of 2, 2 of 3, 3 of 4, 3 of 5, 4 of 7.</summary>
    /// <param name="voters">Voters in the raft configuration.</param>
    /// <returns>The quorum; 1 for an empty configuration, which no one can meet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static int Size(int voters)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(voters);
        return (voters / 2) + 1;
    }

    /// <summary>Healthy voters that can be lost while a quorum remains: 3 of 3 healthy give 1, 2 of 3 give 0, 1 of 3 gives -1 (quorum lost).</summary>
    /// <param name="voters">Voters in the raft configuration.</param>
    /// <param name="healthyVoters">Those that are healthy.</param>
    /// <returns>The tolerance; below 0 the quorum is lost.</returns>
    public static int Tolerance(int voters, int healthyVoters) => healthyVoters - Size(voters);

    /// <summary>
    /// Whether servers may be stopped abruptly. They stay in the raft configuration, so the quorum does not shrink with them:
    /// with 3 of 3 healthy one may go (2 &gt;= 2); with 2 of 3 healthy a healthy one may not (1 &lt; 2), a sick one may.
    /// </summary>
    /// <param name="voters">Voters in the raft configuration.</param>
    /// <param name="healthyVoters">Those that are healthy.</param>
    /// <param name="healthyVotersStopped">Healthy voters among the servers to be stopped.</param>
    /// <returns>True when a quorum remains.</returns>
    public static bool CanStop(int voters, int healthyVoters, int healthyVotersStopped) =>
        healthyVoters - healthyVotersStopped >= Size(voters);

    /// <summary>
    /// Whether peers may be taken out of the raft configuration, as a graceful leave or a removal does. The change itself must be
    /// agreed by the quorum of before; then the smaller configuration must have its own. 3 voters, 3 healthy, one leaves: 2 of 2, tolerance 0.
    /// </summary>
    /// <param name="voters">Voters in the raft configuration.</param>
    /// <param name="healthyVoters">Those that are healthy.</param>
    /// <param name="votersRemoved">Voters to be removed.</param>
    /// <param name="healthyVotersRemoved">Those of them that are healthy.</param>
    /// <returns>True when the change can be agreed and a quorum remains after it.</returns>
    public static bool CanRemove(int voters, int healthyVoters, int votersRemoved, int healthyVotersRemoved) =>
        healthyVoters >= Size(voters)
        && voters > votersRemoved
        && healthyVoters - healthyVotersRemoved >= Size(voters - votersRemoved);
}
