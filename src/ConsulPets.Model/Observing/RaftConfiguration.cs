namespace ConsulPets.Observing;

/// <summary>
/// Completes raft's configuration where Consul could not. Consul finds a peer's name, and which one leads, by the peer's address (hashicorp/consul, agent/consul/operator_raft_endpoint.go). The
/// only server of a configuration, or one of two, that comes back under another IP keeps its former address in it, because a leader corrects its own entry only where three or more servers are
/// (agent/consul/leader.go, joinConsulServer: "Skipping self join check"). It leads and writes, and its entry says <c>(unknown)</c> and no leader: seen on 1.8.7 after every restart of a set of one.
/// </summary>
public static class RaftConfiguration
{
    /// <summary>Names the peers that gossip knows by their ID, and marks the one that leads if none is marked.</summary>
    /// <param name="peers">The peers, as Consul gives them.</param>
    /// <param name="members">The LAN gossip pool.</param>
    /// <param name="leaderAddress">The leader's raft address, as an agent gives it; null when there is no leader.</param>
    /// <returns>The peers. One that no member alive fits stays as it is.</returns>
    public static IReadOnlyList<ObservedPeer> Complete(IReadOnlyList<ObservedPeer> peers, IReadOnlyList<ObservedMember> members, string? leaderAddress)
    {
        ArgumentNullException.ThrowIfNull(peers);
        ArgumentNullException.ThrowIfNull(members);
        string? leader = leaderAddress is null || peers.Any(static peer => peer.IsLeader)
            ? null
            : members.FirstOrDefault(member => member is { IsServer: true, Status: ConsulMemberStatus.Alive } && member.RaftAddress == leaderAddress)?.NodeId;
        return [.. peers.Select(peer => peer with
        {
            Name = peer.IsNamed ? peer.Name : members.FirstOrDefault(member => member.NodeId == peer.Id)?.Name ?? peer.Name,
            IsLeader = peer.IsLeader || peer.Id == leader,
        })];
    }
}
