using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>Decides whether, and in which steps, a stale pet may be removed.</summary>
public static class RemoveStalePlanner
{
    /// <summary>Plans the removal of one stale pet.</summary>
    /// <param name="stale">What is to be removed, as found before.</param>
    /// <param name="observation">A fresh observation.</param>
    /// <returns>The plan; no steps when it is gone already.</returns>
    public static ConsulPetPlan Plan(StalePet stale, PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(stale);
        ArgumentNullException.ThrowIfNull(observation);
        string target = $"{observation.Workload.Namespace}/{observation.Workload.Name}";
        if (IsGone(stale, observation))
        {
            return new ConsulPetPlan(target, []);
        }

        if (Refusal(stale, observation) is { } refusal)
        {
            return new ConsulPetPlan(target, [], refusal);
        }

        QuorumView before = QuorumView.Of(observation.Consul);
        ObservedPeer? peer = Peer(stale, observation);
        int? votersAfter = before.Voters - (peer is { IsVoter: true } ? 1 : 0);
        int? toleranceAfter = votersAfter is { } voters && before.HealthyVoters is { } healthy ? RaftQuorum.Tolerance(voters, healthy) : null;
        var steps = new List<ConsulPetStep>();
        if (stale.Kind is StalePetKind.Member or StalePetKind.WanMember)
        {
            Add("force-leave and prune the member", stale.Name, stale.Reason, peer is null ? before.Voters : votersAfter, peer is null ? before.Tolerance : toleranceAfter);
        }

        if (stale.Kind == StalePetKind.RaftPeer || peer is not null)
        {
            Add("remove the raft peer", stale.NodeId ?? stale.Name, stale.Kind == StalePetKind.RaftPeer ? stale.Reason : "if it is still there", votersAfter, toleranceAfter);
        }

        if (stale.Kind == StalePetKind.Volume)
        {
            Add("delete the volume claim and its data", stale.Name, stale.Reason, before.Voters, before.Tolerance);
        }

        return new ConsulPetPlan(target, steps);

        void Add(string action, string what, string reason, int? voters, int? tolerance) => steps.Add(new ConsulPetStep
        {
            Order = steps.Count + 1,
            Action = action,
            Target = what,
            Reason = reason,
            VotersBefore = before.Voters,
            VotersAfter = voters,
            ToleranceBefore = before.Tolerance,
            ToleranceAfter = tolerance,
        });
    }

    /// <summary>Whether nothing is left of it.</summary>
    /// <param name="stale">What was to be removed.</param>
    /// <param name="observation">A fresh observation.</param>
    /// <returns>True when neither gossip, raft nor Kubernetes has it.</returns>
    public static bool IsGone(StalePet stale, PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(stale);
        ArgumentNullException.ThrowIfNull(observation);
        return stale.Kind switch
        {
            StalePetKind.Volume => !observation.Claims.Any(claim => claim.Name == stale.Name),
            _ when observation.Consul is not { } => false,
            StalePetKind.WanMember => !(observation.Consul.WanMembers ?? []).Any(member => member.Name == stale.Name),
            StalePetKind.RaftPeer => Peer(stale, observation) is null,
            _ => Peer(stale, observation) is null && !observation.Consul.Members.Any(member => IsThis(member, stale)),
        };
    }

    /// <summary>The raft peer of a stale pet.</summary>
    /// <param name="stale">The stale pet.</param>
    /// <param name="observation">An observation.</param>
    /// <returns>The peer; null when raft has none, or when the ID lives on under another name (a pod that kept its data on the host).</returns>
    public static ObservedPeer? Peer(StalePet stale, PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(stale);
        ArgumentNullException.ThrowIfNull(observation);
        bool livesOn = observation.Consul?.Members.Any(member =>
            member.NodeId == stale.NodeId && member.Name != stale.Name && member.Status is ConsulMemberStatus.Alive or ConsulMemberStatus.Leaving) ?? false;
        return stale.NodeId is null || livesOn ? null : observation.Consul?.Peers?.FirstOrDefault(peer => peer.Id == stale.NodeId);
    }

    /// <summary>Whether a member is the stale pet: same name, and the same node ID where both are known.</summary>
    /// <param name="member">A member.</param>
    /// <param name="stale">The stale pet.</param>
    /// <returns>True when it is.</returns>
    public static bool IsThis(ObservedMember member, StalePet stale)
    {
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(stale);
        return member.Name == stale.Name && (member.NodeId is null || stale.NodeId is null || member.NodeId == stale.NodeId);
    }

    private static PlanRefusal? Refusal(StalePet stale, PetSetObservation observation)
    {
        // A volume is judged by Kubernetes alone. For the rest, what Consul does not say proves nothing: the gate below tells.
        bool canBeJudged = stale.Kind == StalePetKind.Volume || observation.Consul is { FilteredByAcls: false, Leader: not null };
        if (canBeJudged && !StaleRules.Find(observation).Any(found => StaleRules.IsSame(found, stale)))
        {
            return new PlanRefusal(
                "NotStale",
                $"'{stale.Name}' is no longer stale: it is alive again, or the set wants its name.",
                $"Look with: Find-StalePet -PetSet {observation.Workload.Name}");
        }

        if (stale.Kind == StalePetKind.Volume)
        {
            return null;
        }

        return ConsulGate.Refusal(observation)
            ?? (PetSetHealth.IsUpdating(observation)
                ? new PlanRefusal(
                    "PetSetIsUpdating",
                    $"'{observation.Workload.Name}' is being updated, so a pet that is away may be on its way back.",
                    $"Wait for it: Wait-ConsulPetSet {observation.Workload.Name} -For Updated")
                : QuorumRefusal(stale, observation));
    }

    private static PlanRefusal? QuorumRefusal(StalePet stale, PetSetObservation observation)
    {
        QuorumView quorum = QuorumView.Of(observation.Consul);
        ObservedPeer? peer = Peer(stale, observation);
        int removed = peer is { IsVoter: true } ? 1 : 0;
        int healthyRemoved = removed == 1 && QuorumView.IsHealthy(peer!.Id, observation.Consul!) ? 1 : 0;
        return quorum is { Voters: { } voters, HealthyVoters: { } healthy } && RaftQuorum.CanRemove(voters, healthy, removed, healthyRemoved)
            ? null
            : ConsulGate.QuorumWouldBeLost($"removing '{stale.Name}'", quorum);
    }
}
