using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>Clears raft and gossip of servers that an operation has taken away.</summary>
internal static class Removal
{
    /// <summary>The next removal, or what it waits for; null when nothing is left of them.</summary>
    public static RollingDecision? Next(RollingView view)
    {
        IReadOnlyList<StalePet> dead = RollingGates.DeadServers(view);
        if (dead.Count == 0)
        {
            return view.Guards(RollingGate.DeadServer) && RollingGates.Remains(view) is { } name
                ? RollingGates.Known(view) ?? RollingDecision.Hold(RollingGate.DeadServer, $"{name} has not left raft and gossip yet, or a second look must confirm that it is dead")
                : null;
        }

        if (RollingGates.Known(view) is { } unknown)
        {
            return unknown;
        }

        StalePet stale = dead[0];
        if (view.Guards(RollingGate.Quorum) && QuorumRefusal(view, stale) is { } refusal)
        {
            return RollingDecision.Hold(RollingGate.Quorum, refusal.Message);
        }

        return RollingDecision.Do(stale.Kind == StalePetKind.Member
            ? new RollingStep(RollingStepKind.ForceLeave, stale.Name, $"{stale.Name} {stale.Reason}: make it leave, and forget it") { Id = stale.NodeId }
            : new RollingStep(RollingStepKind.RemoveRaftPeer, stale.Name, $"{stale.Name}: {stale.Reason}") { Id = stale.NodeId });
    }

    private static PlanRefusal? QuorumRefusal(RollingView view, StalePet stale)
    {
        ObservedPeer? peer = RemoveStalePlanner.Peer(stale, view.Set);
        int removed = peer is { IsVoter: true } ? 1 : 0;
        int healthy = removed == 1 && QuorumView.IsHealthy(peer!.Id, view.Consul!) ? 1 : 0;
        return view.Quorum is { Voters: { } voters, HealthyVoters: { } healthyVoters } && RaftQuorum.CanRemove(voters, healthyVoters, removed, healthy)
            ? null
            : ConsulGate.QuorumWouldBeLost($"removing '{stale.Name}'", view.Quorum);
    }
}
