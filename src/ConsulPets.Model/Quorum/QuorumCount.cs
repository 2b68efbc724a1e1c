namespace ConsulPets.Quorum;

/// <summary>
/// A raft configuration in numbers of servers. Only voters count: a non-voter (a server that waits to be promoted, a read replica) receives the log, and its coming and going
/// changes neither number.
/// </summary>
/// <param name="Voters">Voters in the raft configuration, dead ones included: a server that stops without leaving stays in it.</param>
/// <param name="HealthyVoters">Those of them that answer.</param>
public readonly record struct QuorumCount(int Voters, int HealthyVoters)
{
    /// <summary>How many voters must agree, see <see cref="RaftQuorum.Size"/>.</summary>
    public int Quorum => RaftQuorum.Size(Voters);

    /// <summary>Healthy voters that can be lost while a quorum remains; below 0 the quorum is lost.</summary>
    public int Tolerance => RaftQuorum.Tolerance(Voters, HealthyVoters);

    /// <summary>Whether anything can be agreed on.</summary>
    public bool HasQuorum => Tolerance >= 0;

    /// <summary>
    /// After servers have stopped abruptly (a lost node, SIGKILL, <c>leave_on_terminate</c> off): they stay in the configuration as failed voters, so the quorum does not shrink with
    /// them. 5 of 5 less two: 3 of 5, tolerance 0. 4 of 4 less one: 3 of 4, tolerance 0, no better than three servers.
    /// </summary>
    /// <param name="healthyVoters">Healthy voters among those that stop.</param>
    /// <returns>The configuration afterwards.</returns>
    public QuorumCount AfterStop(int healthyVoters) => this with { HealthyVoters = HealthyVoters - healthyVoters };

    /// <summary>
    /// After healthy voters have left one after another (SIGTERM with <c>leave_on_terminate</c>, <c>consul leave</c>): each is taken out of the configuration, by an entry that the voters of
    /// before must agree on. 3 of 3 less one: 2 of 2, tolerance 0. 5 of 5 less two: 3 of 3, tolerance 1. 2 of 2 less one: 1 of 1.
    /// Source: hashicorp/consul, agent/consul/server.go, Leave; hashicorp/raft, RemoveServer.
    /// </summary>
    /// <param name="healthyVoters">Healthy voters that leave.</param>
    /// <returns>The configuration afterwards; null when one of the departures cannot be agreed on, or would leave no quorum: then it is not known where they get stuck.</returns>
    public QuorumCount? AfterLeave(int healthyVoters)
    {
        QuorumCount now = this;
        for (int left = 0; left < healthyVoters; left++)
        {
            if (!RaftQuorum.CanRemove(now.Voters, now.HealthyVoters, 1, 1))
            {
                return null;
            }

            now = new QuorumCount(now.Voters - 1, now.HealthyVoters - 1);
        }

        return now;
    }
}
