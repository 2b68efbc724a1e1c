using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>
/// Decides whether a peer may be taken out of the raft configuration. Consul itself checks next to nothing there: its own source calls the operation
/// "super dangerous" and leaves the judgement to the operator (hashicorp/consul, agent/consul/operator_raft_endpoint.go).
/// </summary>
public static class RemoveRaftPeerPlanner
{
    /// <summary>Plans the removal of one peer.</summary>
    /// <param name="nodeId">The raft ID.</param>
    /// <param name="observation">A fresh observation, with what every agent knows of the gossip pool.</param>
    /// <returns>The plan: one step; none when raft does not have the peer; or a refusal.</returns>
    public static ConsulPetPlan Plan(string nodeId, PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        ArgumentNullException.ThrowIfNull(observation);
        string target = $"{observation.Workload.Namespace}/{observation.Workload.Name}";
        if (ConsulGate.Refusal(observation) is { } gate)
        {
            return new ConsulPetPlan(target, [], gate);
        }

        ObservedConsul consul = observation.Consul!;
        if (consul.Peers!.FirstOrDefault(candidate => candidate.Id == nodeId) is not { } peer)
        {
            return new ConsulPetPlan(target, []);
        }

        QuorumView before = QuorumView.Of(consul);
        if (Refusal(peer, before, observation) is { } refusal)
        {
            return new ConsulPetPlan(target, [], refusal);
        }

        int votersAfter = before.Voters!.Value - (peer.IsVoter ? 1 : 0);
        return new ConsulPetPlan(target, [new ConsulPetStep
        {
            Order = 1,
            Action = $"remove the raft {(peer.IsVoter ? "voter" : "peer")}",
            Target = peer.Id,
            Reason = MemberOf(peer, consul) is { } member
                ? $"{member.Name} is {member.Status.ToString().ToLowerInvariant()}, and no pod bears it"
                : "gossip does not know it, and no pod bears it",
            VotersBefore = before.Voters,
            VotersAfter = votersAfter,
            ToleranceBefore = before.Tolerance,
            ToleranceAfter = RaftQuorum.Tolerance(votersAfter, before.HealthyVoters!.Value),
        }]);
    }

    private static PlanRefusal? Refusal(ObservedPeer peer, QuorumView quorum, PetSetObservation observation)
    {
        ObservedConsul consul = observation.Consul!;
        string set = observation.Workload.Name;
        if (WhyAlive(peer, consul) is { } alive)
        {
            return new PlanRefusal(
                "RaftPeerIsAlive",
                $"The raft peer {peer.Id} is alive: {alive}.",
                "A server that lives leaves raft by itself when it is stopped; peers that gossip does not know are found with: "
                + $"Get-ConsulRaftPeer -PetSet {set} | Where-Object Known -eq $false");
        }

        if (PodOf(peer, observation) is { } pod)
        {
            return new PlanRefusal(
                "RaftPeerIsAPet",
                $"The raft peer {peer.Id} {pod}.",
                $"Bring the pet back, and it is the same peer again: Get-ConsulPet -PetSet {set} shows what it lacks");
        }

        if (PetSetHealth.IsUpdating(observation))
        {
            return new PlanRefusal(
                "PetSetIsUpdating",
                $"'{set}' is being updated, so a peer that is away may be on its way back.",
                $"Wait for it: Wait-ConsulPetSet {set} -For Updated");
        }

        // The peer is not healthy (else it was refused above), so only the number of voters goes down.
        return quorum is { Voters: { } voters, HealthyVoters: { } healthy } && RaftQuorum.CanRemove(voters, healthy, peer.IsVoter ? 1 : 0, 0)
            ? null
            : ConsulGate.QuorumWouldBeLost($"removing the raft peer {peer.Id}", quorum);
    }

    private static string? WhyAlive(ObservedPeer peer, ObservedConsul consul)
    {
        if (peer.IsLeader)
        {
            return "it is the leader";
        }

        if (QuorumView.IsHealthy(peer.Id, consul))
        {
            return "autopilot calls it healthy";
        }

        // By ID; and where IDs do not tell (raft protocol 2 has addresses for IDs), by address: a server that lives at the peer's address and has no other peer is this one.
        ObservedMember? member = consul.Members.FirstOrDefault(candidate =>
            candidate is { IsServer: true, Status: ConsulMemberStatus.Alive or ConsulMemberStatus.Leaving }
            && (candidate.NodeId == peer.Id
                || (HostOf(peer.Address) == candidate.Address && !consul.Peers!.Any(other => other.Id == candidate.NodeId))));
        return member is null ? null : $"gossip calls '{member.Name}' {member.Status.ToString().ToLowerInvariant()}";
    }

    // The pod that has the peer, or that may have it: what a pod that nobody can identify will be is unknown.
    private static string? PodOf(ObservedPeer peer, PetSetObservation observation)
    {
        var join = new PetJoin(observation);

        // Members with the peer's ID tell its name; without one, raft's own word, which is whoever has the peer's address.
        string[] names = [.. observation.Consul!.Members.Where(member => member.NodeId == peer.Id).Select(static member => member.Name).DefaultIfEmpty(peer.Name)];
        if (observation.Pods.FirstOrDefault(pod => pod.AgentNodeId == peer.Id || join.Member(pod)?.NodeId == peer.Id || names.Contains(pod.Name)) is { } found)
        {
            return $"is the pet '{found.Name}', whose pod exists";
        }

        if (names.FirstOrDefault(name => PetName.Ordinal(name, observation.Workload.Name) is { } ordinal && observation.Workload.Wants(ordinal)) is { } wanted)
        {
            return $"is the pet '{wanted}', which the set still wants";
        }

        return observation.Pods.FirstOrDefault(pod => join.Member(pod) is null) is { } stranger
            ? $"may be the pet '{stranger.Name}', which no member was found for yet"
            : null;
    }

    private static ObservedMember? MemberOf(ObservedPeer peer, ObservedConsul consul) => consul.Members.FirstOrDefault(member => member.NodeId == peer.Id);

    private static string HostOf(string address) => address.LastIndexOf(':') is var colon and >= 0 ? address[..colon].Trim('[', ']') : address;
}
