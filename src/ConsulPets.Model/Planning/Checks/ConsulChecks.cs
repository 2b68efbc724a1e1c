using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning.Checks;

/// <summary>Whether Consul answers, has a leader, and could lose a server.</summary>
internal static class ConsulChecks
{
    /// <summary>Whether some pet's agent answers and shows all that it knows.</summary>
    public static CheckVerdict Answers(CheckSubject subject)
    {
        PetSetObservation look = subject.Observation;
        if (look.Workload.Replicas == 0)
        {
            return look.Workload.Kind == PetSetKind.DaemonSet
                ? CheckVerdict.Failed("no node is fit for the set's pods, so no server runs", subject.Surroundings.Scope.KubectlCluster("get nodes --show-labels"))
                : CheckVerdict.Failed("the set is scaled to zero, so no server runs", subject.Resume());
        }

        if (look.Consul is not { } consul)
        {
            return look.ConsulRefusal is { } refusal
                ? subject.NotRead("Consul", refusal)
                : CheckVerdict.Failed($"no pet's Consul agent answers: {(look.ConsulProblem ?? "there are no pods").TrimEnd('.')}", PodFix(subject));
        }

        return subject.ConsulIsSilent(needsLeader: false)
            ?? CheckVerdict.Passed(FormattableString.Invariant($"{consul.AnsweredBy} answers, and knows {CheckSubject.Count(consul.Members.Count(static member => member.IsServer), "server")}"));
    }

    /// <summary>Whether there is a leader.</summary>
    public static CheckVerdict Leader(CheckSubject subject)
    {
        PetSetObservation look = subject.Observation;
        if (look.Consul is not { } consul)
        {
            return subject.ConsulIsSilent()!;
        }

        if (consul.HasLeader)
        {
            return CheckVerdict.Passed($"{consul.Leader?.Name ?? consul.LeaderAddress} leads");
        }

        string why = BootstrapRules.HasNothingToLose(look)
            ? FormattableString.Invariant($"the set was never bootstrapped: {consul.Members.Count(static member => member is { IsServer: true, Status: ConsulMemberStatus.Alive })} of {look.Workload.Replicas} servers have found each other")
            : subject.Voting is { Tolerance: < 0, Voters: { } voters, HealthyVoters: { } healthy }
                ? FormattableString.Invariant($"the quorum is lost: {healthy} of {voters} voters are alive, and {RaftQuorum.Size(voters)} are needed")
                : "the servers have not agreed on one";
        return CheckVerdict.Failed($"no leader, so nothing can be written; {why}", PodChecks.Stuck(look).Count > 0 ? PodFix(subject) : subject.WaitFor(WaitCondition.Leader));
    }

    /// <summary>Whether a voter can be lost.</summary>
    public static CheckVerdict Quorum(CheckSubject subject)
    {
        QuorumView voting = subject.Voting;
        if (subject.Observation.Consul is { HasLeader: false, FilteredByAcls: false } && voting is { Tolerance: < 0 } && voting.Voters > 0)
        {
            return CheckVerdict.Failed($"{Counts(voting)}; the quorum is lost", subject.WaitFor(WaitCondition.Quorum));
        }

        if (subject.ConsulIsSilent() is { } silent)
        {
            return silent;
        }

        if (subject.Observation.Consul!.Health is null)
        {
            return CheckVerdict.Unknown($"autopilot did not tell the health of the servers{Reason(subject.Observation.Consul.Problem)}", subject.Observation.Consul.IsDenied ? subject.WithToken : subject.Again);
        }

        return voting.Tolerance switch
        {
            > 0 => CheckVerdict.Passed(FormattableString.Invariant($"{Counts(voting)}; {voting.Tolerance} can be lost")),
            < 0 => CheckVerdict.Failed($"{Counts(voting)}; the quorum is lost", subject.WaitFor(WaitCondition.Quorum)),
            _ when subject.Workload.Replicas <= 2 => CheckVerdict.Warning($"{Counts(voting)}; the loss of one stops Consul, which a set of 3 does not have", null),
            _ => CheckVerdict.Failed($"{Counts(voting)}; the next loss stops Consul", subject.WaitFor(WaitCondition.Stable)),
        };
    }

    /// <summary>Whether every pet is a healthy voter.</summary>
    public static CheckVerdict Voters(CheckSubject subject)
    {
        if (subject.ConsulIsSilent() is { } silent)
        {
            return silent;
        }

        ObservedConsul consul = subject.Observation.Consul!;
        ObservedPod[] others = [.. subject.Observation.Pods.Where(pod => subject.Join.Role(subject.Join.Member(pod)?.NodeId) is RaftRole.None or RaftRole.NonVoter)];
        if (others.Length > 0)
        {
            string[] names = [.. others.Select(static pod => pod.Name)];
            return others.All(subject.IsYoung)
                ? CheckVerdict.Warning($"{CheckSubject.List(names)} {(names.Length == 1 ? "is" : "are")} on the way to become a voter", subject.WaitFor(WaitCondition.Stable), names)
                : CheckVerdict.Failed($"{CheckSubject.List(names)}: no voter", FixOf(subject, others.First(pod => !subject.IsYoung(pod))), names);
        }

        // A gap in the ordinals is the Pods check's to name; here it is a seat that nobody has.
        if (subject.Observation.Pods.Count < subject.Workload.Replicas)
        {
            return CheckVerdict.Failed(FormattableString.Invariant($"{subject.Observation.Pods.Count} of {subject.Workload.Replicas} pets are there to vote"), subject.WaitFor(WaitCondition.Stable));
        }

        string[] sick = [.. consul.Peers!.Where(peer => peer.IsVoter && !QuorumView.IsHealthy(peer.Id, consul)).Select(static peer => peer.Name.StartsWith('(') ? peer.Id : peer.Name)];
        if (sick.Length > 0)
        {
            ObservedPod? pod = subject.Observation.Pods.FirstOrDefault(candidate => sick.Contains(subject.Join.Peer(subject.Join.Member(candidate)?.NodeId)?.Name));
            return CheckVerdict.Failed($"{CheckSubject.List(sick)}: not healthy", pod is null ? subject.Cmdlet($"Find-StalePet {subject.Set}") + " | Remove-StalePet" : FixOf(subject, pod), sick);
        }

        return consul.Health is null
            ? CheckVerdict.Unknown($"all pets vote; autopilot did not tell whether they are healthy{Reason(consul.Problem)}", consul.IsDenied ? subject.WithToken : subject.Again)
            : CheckVerdict.Passed(subject.Observation.Pods.Count == 1 ? "the one pet is a healthy voter" : FormattableString.Invariant($"all {subject.Observation.Pods.Count} pets are healthy voters"));
    }

    private static string FixOf(CheckSubject subject, ObservedPod pod) =>
        PodChecks.Fix(subject, pod) ?? (subject.IsYoung(pod) ? subject.WaitFor(WaitCondition.Stable) : subject.Restart(pod.Name));

    private static string PodFix(CheckSubject subject)
    {
        ObservedPod? pod = PodChecks.Stuck(subject.Observation).FirstOrDefault() ?? subject.Observation.Pods.FirstOrDefault(static pod => !pod.Ready) ?? subject.Observation.Pods.FirstOrDefault();
        return pod is null ? subject.Kubectl($"describe {subject.KubectlName}") : PodChecks.Fix(subject, pod) ?? subject.Kubectl($"logs {pod.Name} --all-containers --tail=50");
    }

    private static string Counts(QuorumView voting) => FormattableString.Invariant($"{voting.HealthyVoters} of {CheckSubject.Count(voting.Voters ?? 0, "voter")} healthy, quorum {RaftQuorum.Size(voting.Voters ?? 0)}");

    private static string Reason(string? problem) => string.IsNullOrEmpty(problem) ? string.Empty : $": {problem.TrimEnd('.')}";
}
