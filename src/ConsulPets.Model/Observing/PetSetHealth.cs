using System.Globalization;

namespace ConsulPets.Observing;

/// <summary>The set's state in one word and one sentence.</summary>
public static class PetSetHealth
{
    /// <summary>Judges an observation.</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="join">Its join.</param>
    /// <param name="quorum">Its quorum.</param>
    /// <returns>The status, and why; the message is empty for a healthy set.</returns>
    public static (PetSetStatus Status, string Message) Judge(PetSetObservation observation, PetJoin join, QuorumView quorum)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(join);
        ObservedWorkload workload = observation.Workload;
        if (workload.Replicas == 0)
        {
            return workload.Kind == PetSetKind.StatefulSet
                ? (PetSetStatus.Suspended, "scaled to zero")
                : (PetSetStatus.Degraded, "no node is fit for its pods");
        }

        string pods = PodProblem(observation);
        if (observation.Consul is not { } consul)
        {
            return (Planning.BootstrapRules.HasNothingToLose(observation) ? PetSetStatus.Bootstrapping : PetSetStatus.Unreachable,
                pods.Length > 0 ? pods : observation.ConsulProblem ?? "no pet answers yet");
        }

        if (!consul.HasLeader)
        {
            return Planning.BootstrapRules.HasNothingToLose(observation)
                ? (PetSetStatus.Bootstrapping, Sentence(Invariant($"{AliveServers(consul)} of {workload.Replicas} servers have found each other"), pods))
                : (PetSetStatus.NoLeader, Sentence(LostQuorum(quorum), pods));
        }

        string missing = consul.Peers is null ? $"raft could not be read: {consul.Problem}" : MissingVoters(observation, join, quorum);
        if (IsUpdating(observation))
        {
            int updated = workload.UpdatedPods ?? observation.Pods.Count(pod => IsUpToDate(workload, pod) == true);
            return (PetSetStatus.Updating, Sentence(Invariant($"{updated} of {workload.Replicas} pets run the newest revision"), missing, pods));
        }

        string degraded = Sentence(missing, pods);
        return degraded.Length > 0 ? (PetSetStatus.Degraded, degraded) : (PetSetStatus.Healthy, string.Empty);
    }

    /// <summary>Whether a pod runs the newest template.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="pod">The pod.</param>
    /// <returns>True or false; null when the workload's status does not name the revision (a DaemonSet's counts only).</returns>
    public static bool? IsUpToDate(ObservedWorkload workload, ObservedPod pod)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(pod);
        if (workload.Kind == PetSetKind.DaemonSet)
        {
            return workload.ControllerIsCurrent && workload.UpdatedPods >= workload.Replicas ? true : null;
        }

        return workload.ControllerIsCurrent && workload.UpdateRevision is { Length: > 0 } newest && pod.Revision is { } revision
            ? revision == newest
            : null;
    }

    /// <summary>Whether pets of different revisions run side by side, or the newest template has not reached every pet.</summary>
    /// <param name="observation">The observation.</param>
    /// <returns>True while the set is being updated.</returns>
    public static bool IsUpdating(PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return !observation.Workload.ControllerIsCurrent
            || (observation.Workload.Kind == PetSetKind.DaemonSet
                ? observation.Pods.Select(static pod => pod.Revision).Distinct().Skip(1).Any()
                : observation.Pods.Any(pod => IsUpToDate(observation.Workload, pod) == false));
    }

    /// <summary>What Kubernetes says is wrong with the pods: the first one that cannot start, else how many are not ready.</summary>
    /// <param name="observation">The observation.</param>
    /// <returns>One clause; empty when all wanted pods are ready.</returns>
    public static string PodProblem(PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ObservedPod? stuck = observation.Pods.FirstOrDefault(static pod => pod is { Ready: false, PhaseDetail: not null });
        if (stuck is not null)
        {
            return $"{stuck.Name}: {stuck.Phase}: {stuck.PhaseDetail}";
        }

        int ready = observation.Pods.Count(static pod => pod is { Ready: true, Deleting: false });
        return ready >= observation.Workload.Replicas ? string.Empty : Invariant($"{ready} of {observation.Workload.Replicas} pods are ready");
    }

    private static string MissingVoters(PetSetObservation observation, PetJoin join, QuorumView quorum)
    {
        if (quorum.HealthyVoters < quorum.Voters)
        {
            return Invariant($"{quorum.HealthyVoters} of {quorum.Voters} voters are healthy");
        }

        ObservedPod[] silent = [.. observation.Pods.Where(pod => join.Role(join.Member(pod)?.NodeId) is RaftRole.None or RaftRole.NonVoter)];
        return silent.Length switch
        {
            0 => string.Empty,
            1 => $"{silent[0].Name} is not a voter yet",
            _ => Invariant($"{silent.Length} pets are not voters yet"),
        };
    }

    private static string LostQuorum(QuorumView quorum) =>
        quorum.Tolerance < 0
            ? Invariant($"the quorum is lost: {quorum.HealthyVoters} of {quorum.Voters} voters are alive")
            : "no leader is elected";

    private static int AliveServers(ObservedConsul consul) =>
        consul.Members.Count(static member => member is { IsServer: true, Status: ConsulMemberStatus.Alive });

    private static string Sentence(params string[] clauses) => string.Join("; ", clauses.Where(static clause => clause.Length > 0));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
