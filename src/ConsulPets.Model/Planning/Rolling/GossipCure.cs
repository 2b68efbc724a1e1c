using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>
/// A pet that came back, and that an agent calls leaving for ever: <see href="https://github.com/hashicorp/consul/issues/13379"/>. An agent that syncs with one that still has the pet as left takes a
/// leave message of the next Lamport time from it (hashicorp/serf, serf/delegate.go, MergeRemoteState), and when the pet's own message has no later time, nothing that gossip repeats is newer. To the
/// leader such a pet is unhealthy, so whatever waits for it would wait in vain. When the pet's agent joins the pool again, its message is newer than all.
/// </summary>
internal static class GossipCure
{
    /// <summary>The step that cures the first such pet; null when there is none. It does no harm to one that is leaving in truth: its agent refuses to join.</summary>
    public static RollingDecision? Of(RollingView view) =>
        view.Observation.Earlier is { } earlier && view.Set.Taken - earlier.Taken >= RollingGates.BetweenLooks
            && view.Pets.FirstOrDefault(pod => IsCalledLeaving(pod, view.Set, view.Join) && earlier.Pods.FirstOrDefault(before => before.Uid == pod.Uid) is { } before && IsCalledLeaving(before, earlier, new PetJoin(earlier))) is { } pet
            ? RollingDecision.Do(new RollingStep(RollingStepKind.JoinGossip, pet.Name, $"{pet.Name} runs, and gossip calls it leaving: it joins once more"))
            : null;

    /// <summary>Whether a pet runs, and the agent that was asked or the leader's calls it leaving.</summary>
    public static bool IsCalledLeaving(ObservedPod pod, PetSetObservation look, PetJoin join) =>
        pod is { Running: true, Deleting: false } && join.Member(pod) is { } member && (member.Status == ConsulMemberStatus.Leaving || look.Consul!.LeavingToLeader.Contains(member.Name));
}
