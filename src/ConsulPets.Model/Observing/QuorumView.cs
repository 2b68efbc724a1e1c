using ConsulPets.Quorum;

namespace ConsulPets.Observing;

/// <summary>The quorum as an observation shows it.</summary>
/// <param name="Voters">Voters in the raft configuration; null when it could not be read.</param>
/// <param name="HealthyVoters">Those that are healthy; null when neither autopilot nor gossip and raft together tell.</param>
public readonly record struct QuorumView(int? Voters, int? HealthyVoters)
{
    /// <summary>Healthy voters that can be lost; null when unknown.</summary>
    public int? Tolerance => Voters is { } voters && HealthyVoters is { } healthy ? RaftQuorum.Tolerance(voters, healthy) : null;

    /// <summary>
    /// Reads the quorum from an observation: health is autopilot's word; where autopilot was not to be asked, a voter counts as healthy
    /// when gossip sees it alive.
    /// </summary>
    /// <param name="consul">What Consul said; null when nobody answered.</param>
    /// <returns>The quorum; both counts null when raft could not be read.</returns>
    public static QuorumView Of(ObservedConsul? consul)
    {
        if (consul?.Peers is not { } peers)
        {
            return default;
        }

        ObservedPeer[] voters = [.. peers.Where(static peer => peer.IsVoter)];
        return new QuorumView(voters.Length, voters.Count(voter => IsHealthy(voter.Id, consul)));
    }

    /// <summary>Whether a server is healthy, by autopilot's word, else by gossip's.</summary>
    /// <param name="id">The raft ID.</param>
    /// <param name="consul">What Consul said.</param>
    /// <returns>True when it is.</returns>
    public static bool IsHealthy(string id, ObservedConsul consul)
    {
        ArgumentNullException.ThrowIfNull(consul);
        return consul.Health is { } health
            ? health.Any(server => server.Id == id && server.Healthy)
            : consul.Members.Any(member => member.NodeId == id && member.Status == ConsulMemberStatus.Alive);
    }
}
