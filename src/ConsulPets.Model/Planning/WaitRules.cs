using System.Globalization;
using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>What can be waited for.</summary>
public enum WaitCondition
{
    /// <summary>Raft has a leader.</summary>
    Leader,

    /// <summary>A leader, and healthy voters enough for a quorum of the wanted size.</summary>
    Quorum,

    /// <summary>Every wanted pet is ready, alive and a healthy voter, and no voter is unhealthy.</summary>
    Stable,

    /// <summary>Stable, and every pet runs the newest revision.</summary>
    Updated,
}

/// <summary>Whether a condition holds, and what is missing when it does not.</summary>
/// <param name="IsMet">Whether it holds.</param>
/// <param name="Missing">What is missing, in one clause; empty when it holds.</param>
/// <param name="OnlyConsul">Whether Kubernetes' part is done and only Consul's is missing: there is no event to wait for then, Consul must be asked.</param>
public sealed record WaitVerdict(bool IsMet, string Missing, bool OnlyConsul);

/// <summary>Judges what is waited for.</summary>
public static class WaitRules
{
    /// <summary>Judges a condition.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="observation">An observation.</param>
    /// <returns>The verdict.</returns>
    public static WaitVerdict Judge(WaitCondition condition, PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        string missing = Missing(condition, observation);
        bool podsRun = observation.Pods.Any(static pod => pod.Running);
        return new WaitVerdict(missing.Length == 0, missing, podsRun);
    }

    /// <summary>Whether one pet is back after a restart: another pod of its name, ready, and the same voter as before.</summary>
    /// <param name="pet">The pet's name.</param>
    /// <param name="formerUid">The unique ID of the pod that was taken down.</param>
    /// <param name="observation">An observation.</param>
    /// <returns>The verdict.</returns>
    public static WaitVerdict JudgeReturn(string pet, string formerUid, PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(pet);
        ArgumentNullException.ThrowIfNull(observation);
        ObservedPod? pod = observation.Pods.FirstOrDefault(candidate => candidate.Name == pet);
        bool formerIsThere = observation.Pods.Any(candidate => candidate.Uid == formerUid);
        string missing = formerIsThere ? $"{pet} has not stopped yet"
            : observation.Workload.Kind == PetSetKind.DaemonSet ? Missing(WaitCondition.Stable, observation)
            : pod is null ? $"{pet} has not been made again"
            : PetMissing(pod, observation, new PetJoin(observation));
        return new WaitVerdict(missing.Length == 0, missing, pod is { Running: true });
    }

    private static string Missing(WaitCondition condition, PetSetObservation observation)
    {
        QuorumView quorum = QuorumView.Of(observation.Consul);
        string leader = LeaderMissing(observation);
        if (condition == WaitCondition.Leader || leader.Length > 0)
        {
            return leader;
        }

        int wanted = observation.Workload.Replicas;
        if (condition == WaitCondition.Quorum)
        {
            int needed = Quorum.RaftQuorum.Size(wanted);
            return quorum is { HealthyVoters: { } healthy, Tolerance: >= 0 } && healthy >= needed
                ? string.Empty
                : string.Create(CultureInfo.InvariantCulture, $"{quorum.HealthyVoters ?? 0} of {needed} healthy voters that a quorum of {wanted} needs");
        }

        string unstable = StableMissing(observation, quorum);
        if (condition == WaitCondition.Stable || unstable.Length > 0)
        {
            return unstable;
        }

        return PetSetHealth.IsUpdating(observation)
            ? string.Create(CultureInfo.InvariantCulture, $"{observation.Workload.UpdatedPods ?? observation.Pods.Count(pod => PetSetHealth.IsUpToDate(observation.Workload, pod) == true)} of {wanted} pets run the newest revision")
            : string.Empty;
    }

    private static string LeaderMissing(PetSetObservation observation)
    {
        if (observation.Consul is { HasLeader: true })
        {
            return string.Empty;
        }

        if (observation.Workload is { Replicas: 0, Kind: PetSetKind.StatefulSet })
        {
            return $"the set is suspended, until Resume-ConsulPetSet {observation.Workload.Name}";
        }

        string pods = PetSetHealth.PodProblem(observation);
        string consul = observation.Consul is null ? observation.ConsulProblem ?? "Consul does not answer yet" : "no leader yet";
        return pods.Length > 0 ? $"{pods}; {consul}" : consul;
    }

    private static string StableMissing(PetSetObservation observation, QuorumView quorum)
    {
        if (!observation.Workload.ControllerIsCurrent)
        {
            return "the controller has not seen the newest specification";
        }

        int wanted = observation.Workload.Replicas;
        ObservedPod[] pods = [.. observation.Pods.Where(static pod => !pod.Deleting)];
        if (pods.Length != wanted || observation.Pods.Count != wanted)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{pods.Length} of {wanted} pods");
        }

        var join = new PetJoin(observation);
        string pet = pods.Select(pod => PetMissing(pod, observation, join)).FirstOrDefault(static missing => missing.Length > 0) ?? string.Empty;
        return pet.Length > 0 ? pet
            : quorum.Voters != quorum.HealthyVoters
                ? string.Create(CultureInfo.InvariantCulture, $"{quorum.HealthyVoters} of {quorum.Voters} voters are healthy")
                : string.Empty;
    }

    private static string PetMissing(ObservedPod pod, PetSetObservation observation, PetJoin join)
    {
        if (pod.PhaseDetail is not null && !pod.Ready)
        {
            return $"{pod.Name}: {pod.Phase}: {pod.PhaseDetail}";
        }

        if (!pod.Ready)
        {
            return $"{pod.Name} is not ready ({pod.Phase})";
        }

        if (join.Member(pod) is not { } member)
        {
            return $"{pod.Name} is no member yet";
        }

        if (member.Status != ConsulMemberStatus.Alive)
        {
            return $"{pod.Name} is {Word(member.Status)}";
        }

        return join.Role(member.NodeId) is RaftRole.None or RaftRole.NonVoter ? $"{pod.Name} is not a voter yet"
            : !QuorumView.IsHealthy(member.NodeId!, observation.Consul!) ? $"{pod.Name} is not healthy yet"
            : string.Empty;
    }

    private static string Word(ConsulMemberStatus status) => status switch
    {
        ConsulMemberStatus.Alive => "alive",
        ConsulMemberStatus.Leaving => "leaving",
        ConsulMemberStatus.Left => "left",
        ConsulMemberStatus.Failed => "failed",
        _ => "unknown",
    };
}
