namespace ConsulPets.Model.Tests.Simulation;

/// <summary>Gossip, raft and autopilot.</summary>
internal sealed partial class SimCluster
{
    private int electedAt;
    private SimServer? autopilotOf;

    public bool TransferLeadership(string id)
    {
        SimServer? to = Servers.Find(server => server.Id == id);
        if (Leader is null || to is not { Answers: true, IsInRaft: true, IsVoter: true } || (scenario.Adversary.Count > 0 && random.Percent(10)))
        {
            return false;
        }

        Leader = to;
        LeaderSince = Now;
        return true;
    }

    public void Depose() => Leader = null;

    /// <summary>A failed member becomes left, or is forgotten; the leader's reconcile then takes it out of raft. One that lives refutes it.</summary>
    public void ForceLeave(SimServer server)
    {
        if (server.IsAlive)
        {
            return;
        }

        server.Serf = null;
        if (Leader is not null && random.Percent(70))
        {
            server.IsInRaft = server.IsVoter = false;
        }
    }

    /// <summary>What whoever is asked says of a server: an agent never calls itself leaving while it runs.</summary>
    public ConsulMemberStatus? Seen(SimServer server) =>
        server is { Serf: ConsulMemberStatus.Leaving, IsAlive: true } && (ReferenceEquals(server, Leader) || !Servers.Exists(other => !ReferenceEquals(other, server) && other.Answers))
            ? ConsulMemberStatus.Alive
            : server.Serf;

    /// <summary>A server that runs tells all that it is there.</summary>
    public static void JoinGossip(SimServer server)
    {
        if (server.Answers && server.Serf is not null)
        {
            server.Serf = ConsulMemberStatus.Alive;
        }
    }

    public void RemovePeer(SimServer server)
    {
        if (Leader is not null)
        {
            server.IsInRaft = server.IsVoter = false;
        }
    }

    private void Gossip()
    {
        foreach (SimServer server in Servers)
        {
            bool isDoubted = Now < server.DoubtedUntil;
            if (server.IsAlive && !isDoubted && (server.Serf is not (ConsulMemberStatus.Alive or ConsulMemberStatus.Leaving) || server.Address != server.OwnAddress) && Now >= server.SerfNotices)
            {
                server.Serf = scenario.StaysLeaving && server.Serf == ConsulMemberStatus.Left ? ConsulMemberStatus.Leaving : ConsulMemberStatus.Alive;
                server.Address = server.OwnAddress;
                server.JoinedAt = Now;
            }
            else if (server.Serf is ConsulMemberStatus.Alive or ConsulMemberStatus.Leaving && ((!server.IsAlive && Now >= server.SerfNotices) || (server.IsAlive && isDoubted)))
            {
                server.Serf = ConsulMemberStatus.Failed;
            }
        }
    }

    private void Raft()
    {
        int voters = 0, answering = 0;
        foreach (SimServer server in Servers)
        {
            if (server is { IsInRaft: true, IsVoter: true })
            {
                voters++;
                answering += server.Answers ? 1 : 0;
            }
        }

        bool hasMajority = answering * 2 > voters;
        if (Leader is not null && (!hasMajority || Leader is not { Answers: true, IsInRaft: true, IsVoter: true }))
        {
            Leader = null;
        }

        if (Leader is null)
        {
            autopilotOf = null;
            if (LeaderlessSince > Now)
            {
                LeaderlessSince = Now;
                electedAt = Now + random.Between(1, 3);
            }

            if (!hasMajority || Now < electedAt)
            {
                return;
            }

            int nth = random.Next(answering);
            Leader = Servers.Where(static server => server is { IsInRaft: true, IsVoter: true, Answers: true }).ElementAt(nth);
            LeaderSince = Now;
        }

        LeaderlessSince = 1_000_000;
        Reconcile();
    }

    // The leader's: who joined gossip is added without a vote, who left is taken out, one change a second.
    private void Reconcile()
    {
        foreach (SimServer server in Servers)
        {
            if (ReferenceEquals(server, Leader))
            {
                continue;
            }

            if (server.Serf == ConsulMemberStatus.Left && server.IsInRaft && !server.IsAlive)
            {
                server.IsInRaft = server.IsVoter = false;
                return;
            }

            if (server.Serf == ConsulMemberStatus.Alive && server.Answers && Now > server.JoinedAt)
            {
                if (!server.IsInRaft || server.IsNewAddress)
                {
                    // The same ID at another address: "removed server with duplicate ID", and added back without a vote.
                    server.IsInRaft = true;
                    server.IsVoter = false;
                    server.IsNewAddress = false;
                    server.AutopilotHealthy = true;
                    server.AutopilotSince = Now;
                    return;
                }

                if (!server.IsVoter && server.AutopilotHealthy && Now - server.AutopilotSince >= StabilizationSeconds)
                {
                    server.IsVoter = true;
                    return;
                }
            }
        }
    }

    private void Autopilot()
    {
        if (Leader is null || (Now % 2 != 0 && ReferenceEquals(autopilotOf, Leader)))
        {
            return;
        }

        // Autopilot lives in the leader's memory: a new leader has seen nobody be healthy before.
        bool isNew = !ReferenceEquals(autopilotOf, Leader);
        autopilotOf = Leader;
        foreach (SimServer server in Servers)
        {
            bool isHealthy = server.Answers && Seen(server) == ConsulMemberStatus.Alive;
            if (server.AutopilotHealthy != isHealthy || isNew)
            {
                server.AutopilotHealthy = isHealthy;
                server.AutopilotSince = Now;
            }
        }

        if (scenario.CleansUpDeadServers && Now % 10 == 0)
        {
            int voters = Voters;
            int most = (voters - 1) / 2;
            foreach (SimServer server in Servers)
            {
                bool isDead = server is { IsInRaft: true, IsAlive: false } && server.Serf is ConsulMemberStatus.Failed or null;
                if (isDead && !server.IsVoter)
                {
                    server.IsInRaft = false;
                }
                else if (isDead && most > 0 && voters - 1 >= MinQuorum)
                {
                    server.IsInRaft = server.IsVoter = false;
                    server.Serf = server.Serf is null ? null : ConsulMemberStatus.Left;
                    most--;
                    voters--;
                }
            }
        }
    }
}
