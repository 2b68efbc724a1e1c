using ConsulPets.Observing;

namespace ConsulPets.Planning.Checks;

/// <summary>Whether gossip and raft hold servers that should not be there.</summary>
internal static class MemberChecks
{
    /// <summary>Whether every server that gossip knows is alive.</summary>
    public static CheckVerdict Members(CheckSubject subject)
    {
        if (subject.ConsulIsSilent(needsLeader: false) is { } silent)
        {
            return silent;
        }

        ObservedMember[] servers = [.. subject.Observation.Consul!.Members.Where(static member => member.IsServer)];
        ObservedMember[] failed = [.. servers.Where(static member => member.Status == ConsulMemberStatus.Failed)];
        if (failed.Length > 0)
        {
            string[] names = [.. failed.Select(static member => member.Name)];
            return CheckVerdict.Failed($"{CheckSubject.List(names)}: failed in gossip{(failed.Any(member => IsStale(subject, member)) ? ", and no pod has the name" : string.Empty)}", FailedFix(subject, failed), names);
        }

        if (subject.Observation.Pods.FirstOrDefault(pod => GossipCure.IsCalledLeaving(pod, subject.Observation, subject.Join)) is { } pet)
        {
            bool isLeader = subject.Join.Member(pet)!.Status != ConsulMemberStatus.Leaving;
            // An operation cures it by itself (GossipCure); who is not about to begin one restarts the pet.
            return CheckVerdict.Failed(
                $"{pet.Name}: {(isLeader ? "the leader" : subject.Observation.Consul.AnsweredBy)} calls it leaving, though it runs", subject.IsYoung(pet) ? subject.WaitFor(WaitCondition.Stable) : subject.Restart(pet.Name), [pet.Name]);
        }

        string[] stale = [.. servers.Where(member => IsStale(subject, member)).Select(static member => member.Name)];
        return stale.Length > 0
            ? CheckVerdict.Warning($"{CheckSubject.List(stale)}: left, and no pod has the name", RemoveStale(subject), stale)
            : CheckVerdict.Passed(FormattableString.Invariant($"{servers.Count(static member => member.Status == ConsulMemberStatus.Alive)} of {CheckSubject.Count(servers.Length, "server")} in gossip are alive, none failed"));
    }

    /// <summary>Whether every server in raft is one that gossip knows and a pod may come back for.</summary>
    public static CheckVerdict RaftPeers(CheckSubject subject)
    {
        if (subject.ConsulIsSilent() is { } silent)
        {
            return silent;
        }

        ObservedConsul consul = subject.Observation.Consul!;
        ObservedPeer[] gone = [.. consul.Peers!.Where(peer => subject.Stale.Any(stale => stale.NodeId == peer.Id))];
        if (gone.Length > 0)
        {
            string[] names = [.. gone.Select(static peer => peer.Name.StartsWith('(') ? peer.Id : peer.Name)];
            int votes = gone.Count(static peer => peer.IsVoter);
            return CheckVerdict.Failed(
                $"{CheckSubject.List(names)}: in raft, and no pet will come back for it{(votes == 0 ? string.Empty : votes == 1 ? "; it still counts for the quorum" : "; they still count for the quorum")}",
                RemoveStale(subject),
                names);
        }

        // A pod that runs and is no member yet may be the one behind such a peer.
        string[] strange = [.. consul.Peers!.Where(peer => !consul.Members.Any(member => member.NodeId == peer.Id)).Select(static peer => peer.Id)];
        return strange.Length > 0
            ? CheckVerdict.Unknown($"{CheckSubject.List(strange)}: in raft and not in gossip, and a pet that runs is not in gossip either", subject.WaitFor(WaitCondition.Stable))
            : CheckVerdict.Passed($"{CheckSubject.Count(consul.Peers!.Count, "peer")} in raft, and gossip knows every one");
    }

    /// <summary>
    /// Whether two members bear one node ID, which is the raft ID: raft and the catalog take them for one server. Members that left do not count, as for Consul itself
    /// (hashicorp/consul, agent/consul/merge.go).
    /// </summary>
    public static CheckVerdict NodeIds(CheckSubject subject)
    {
        if (subject.ConsulIsSilent(needsLeader: false) is { } silent)
        {
            return silent;
        }

        ObservedMember[] members = [.. subject.Observation.Consul!.Members.Where(static member => member.Status != ConsulMemberStatus.Left && member.NodeId is not null)];
        if (members.GroupBy(static member => member.NodeId).FirstOrDefault(static same => same.Skip(1).Any()) is not { } twice)
        {
            return CheckVerdict.Passed($"{CheckSubject.Count(members.Length, "member")}, each with a node ID of its own");
        }

        ObservedMember[] same = [.. twice.OrderBy(static member => member.Name, PetNameOrder.Instance)];
        string[] names = [.. same.Select(static member => member.Name)];
        return CheckVerdict.Failed($"{string.Join(" and ", names)} have the node ID {twice.Key}", SameIdFix(subject, same), names);
    }

    // What is dead is told to leave. Of those that are alive, the one whose address raft has is the server; another has copied its data, and begins anew without it.
    private static string SameIdFix(CheckSubject subject, ObservedMember[] same)
    {
        if (same.FirstOrDefault(static member => member.Status == ConsulMemberStatus.Failed) is { } dead)
        {
            return IsStale(subject, dead) ? RemoveStale(subject) : ForceLeave(subject, dead);
        }

        string address = subject.Join.Peer(same[0].NodeId)?.Address ?? string.Empty;
        ObservedMember[] copies = [.. same.Where(member => !address.StartsWith($"{member.Address}:", StringComparison.Ordinal) && !address.StartsWith($"[{member.Address}]:", StringComparison.Ordinal))];
        ObservedPod? pod = copies.Length == 1 ? subject.Observation.Pods.FirstOrDefault(candidate => candidate.Name == copies[0].Name) : null;
        if (pod is null)
        {
            // A stranger, or raft does not tell which is which: nothing is to be deleted on a guess.
            return subject.Cmdlet($"Get-ConsulMember {string.Join(", ", copies.Select(static member => FixScope.Quoted(member.Name)))} -PetSet {subject.Set}") + " | Format-List";
        }

        string restart = subject.Restart(pod.Name);
        return pod.Claims.Count == 0 ? restart : $"{subject.Kubectl($"delete pvc {pod.Claims[0]} --wait=false")}; {restart}";
    }

    private static string FailedFix(CheckSubject subject, ObservedMember[] failed)
    {
        if (failed.Any(member => IsStale(subject, member)))
        {
            return RemoveStale(subject);
        }

        ObservedMember first = failed[0];
        return subject.Observation.Pods.FirstOrDefault(pod => subject.Join.Member(pod)?.Name == first.Name || pod.Name == first.Name) is { } own
            ? PodChecks.Fix(subject, own) ?? (subject.IsYoung(own) ? subject.WaitFor(WaitCondition.Stable) : subject.Restart(own.Name))
            : PetName.Ordinal(first.Name, subject.Workload.Name) is not null ? subject.WaitFor(WaitCondition.Stable)
            : ForceLeave(subject, first);
    }

    private static string ForceLeave(CheckSubject subject, ObservedMember member) =>
        subject.Kubectl($"exec {subject.Observation.Consul!.AnsweredBy} -- consul force-leave -prune {FixScope.Quoted(member.Name)}");

    // Volumes are passed over with a warning, so nothing is lost with it but what is stale.
    private static string RemoveStale(CheckSubject subject) => subject.Cmdlet($"Find-StalePet {subject.Set}") + " | Remove-StalePet";

    private static bool IsStale(CheckSubject subject, ObservedMember member) => subject.Stale.Any(stale => stale.Kind == StalePetKind.Member && stale.Name == member.Name);
}
