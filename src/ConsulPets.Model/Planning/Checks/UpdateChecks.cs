using ConsulPets.Observing;

namespace ConsulPets.Planning.Checks;

/// <summary>Whether an update is under way, paused or held up, and whether the servers run one version.</summary>
internal static class UpdateChecks
{
    /// <summary>Whether every pet runs the newest template, and the next update would reach every pet.</summary>
    public static CheckVerdict Update(CheckSubject subject)
    {
        ObservedWorkload workload = subject.Workload;
        if (!workload.ControllerIsCurrent)
        {
            return CheckVerdict.Warning("the controller has not seen the newest specification yet", subject.WaitFor(WaitCondition.Updated));
        }

        bool isOnDelete = subject.Surroundings.Update.Strategy == "OnDelete";
        ObservedPod[] outdated = [.. Outdated(subject.Observation)];
        string[] names = [.. outdated.Select(static pod => pod.Name)];
        if (outdated.Length == 0)
        {
            return UpToDate(subject, isOnDelete);
        }

        if (workload.Kind == PetSetKind.StatefulSet && subject.Observation.Pods.FirstOrDefault(pod => PetSetHealth.IsUpToDate(workload, pod) == true && !pod.Ready && !subject.IsYoung(pod)) is { } sick)
        {
            return CheckVerdict.Warning($"the update is held up by {sick.Name}, which is not ready: {sick.Phase}", PodChecks.Fix(subject, sick), sick.Name);
        }

        if (isOnDelete)
        {
            return CheckVerdict.Warning($"paused: {CheckSubject.List(names)} on an older revision, and with OnDelete until restarted", Finish(subject), names);
        }

        bool isPaused = workload.Partition > 0 && outdated.All(pod => pod.OrdinalIn(workload) < workload.Partition);
        return isPaused
            ? CheckVerdict.Warning(FormattableString.Invariant($"paused by partition {workload.Partition}: {CheckSubject.List(names)} on an older revision"), Finish(subject), names)
            : CheckVerdict.Warning($"an update is under way: {CheckSubject.List(names)} on an older revision", subject.WaitFor(WaitCondition.Updated), names);
    }

    /// <summary>Whether all servers that are alive run one version.</summary>
    public static CheckVerdict Versions(CheckSubject subject)
    {
        if (subject.ConsulIsSilent(needsLeader: false) is { } silent)
        {
            return silent;
        }

        ObservedMember[] servers = [.. subject.Observation.Consul!.Members.Where(static member => member is { IsServer: true, Status: ConsulMemberStatus.Alive })];
        string[] builds = [.. servers.Select(static server => server.Build).Distinct().OrderBy(MoveLeaderPlanner.VersionOf).ThenBy(static build => build, StringComparer.Ordinal)];
        if (builds.Length <= 1)
        {
            return servers.Length == 0
                ? CheckVerdict.Unknown("gossip knows no server that is alive")
                : CheckVerdict.Passed($"{CheckSubject.Count(servers.Length, "server")}, all on {builds[0]}");
        }

        ObservedMember[] old = [.. servers.Where(server => server.Build == builds[0])];
        string detail = string.Join(", ", builds.Select(build => $"{build} on {CheckSubject.List([.. servers.Where(server => server.Build == build).Select(static server => server.Name)])}"));
        return CheckVerdict.Warning($"mixed: {detail}", VersionFix(subject, old), [.. old.Select(static server => server.Name)]);
    }

    // A partition that nobody needs is found out by the next update, which then stops half way.
    private static CheckVerdict UpToDate(CheckSubject subject, bool isOnDelete)
    {
        ObservedWorkload workload = subject.Workload;
        if (workload.Partition > 0 && !isOnDelete)
        {
            return CheckVerdict.Warning(
                FormattableString.Invariant($"the partition is still {workload.Partition}: the next update will pass over the pets below it"), Finish(subject));
        }

        bool isUnfinished = workload is { Kind: PetSetKind.StatefulSet, Replicas: > 0 } && !isOnDelete
            && subject.Surroundings.Update.CurrentRevision is { } current && workload.UpdateRevision is { } newest && current != newest;
        return isUnfinished
            ? CheckVerdict.Warning("every pet runs the newest revision, and the controller has not ended the update yet", subject.Kubectl($"rollout status {subject.KubectlName}"))
            : CheckVerdict.Passed(isOnDelete ? "every pet runs the newest revision; the next update waits for restarts (OnDelete)" : "every pet runs the newest revision");
    }

    private static IEnumerable<ObservedPod> Outdated(PetSetObservation look)
    {
        if (look.Workload.Kind == PetSetKind.StatefulSet)
        {
            return look.Pods.Where(pod => PetSetHealth.IsUpToDate(look.Workload, pod) == false);
        }

        // A DaemonSet's status counts the newest ones and does not name the revision: the youngest pod has it.
        string? newest = look.Pods.OrderByDescending(static pod => pod.Created).FirstOrDefault()?.Revision;
        return look.Workload.UpdatedPods >= look.Workload.Replicas ? [] : look.Workload.UpdatedPods == 0 ? look.Pods : look.Pods.Where(pod => pod.Revision != newest);
    }

    // The leader's turn is last.
    private static ObservedPod Next(CheckSubject subject, ObservedPod[] outdated) => outdated
        .OrderBy(pod => subject.Join.Role(subject.Join.Member(pod)?.NodeId) == RaftRole.Leader)
        .ThenByDescending(static pod => pod.Name, PetNameOrder.Instance)
        .First();

    // An update without a change finishes the one that was left, pet by pet as raft allows, and opens the partition.
    private static string Finish(CheckSubject subject) => subject.Cmdlet($"Update-ConsulPetSet {subject.Set}");

    private static string? VersionFix(CheckSubject subject, ObservedMember[] old)
    {
        CheckVerdict update = Update(subject);
        if (update.Result != CheckResult.Passed && update.Target.Count > 0)
        {
            return update.Fix;
        }

        ObservedPod[] pods = [.. old.Select(subject.Join.Pod).OfType<ObservedPod>()];
        return pods.Length == 0 ? null : subject.Restart(Next(subject, pods).Name);
    }
}
