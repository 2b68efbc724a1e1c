using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning.Checks;

/// <summary>Whether the set's size makes sense, and autopilot knows it.</summary>
internal static class SizeChecks
{
    // Every write waits for a majority, so more servers make it slower; Consul's documentation of consensus has no deployment above 7.
    private const int Largest = 7;

    /// <summary>Whether the number of servers is one that tolerates what it costs.</summary>
    public static CheckVerdict Size(CheckSubject subject)
    {
        ObservedWorkload workload = subject.Workload;
        if (workload.Deleting)
        {
            return CheckVerdict.Failed($"the {subject.KubectlName} is being deleted", null);
        }

        int size = workload.Replicas;
        if (size == 0)
        {
            return CheckVerdict.Warning("no server is wanted", workload.Kind == PetSetKind.DaemonSet ? null : subject.Resume());
        }

        if (size % 2 == 0)
        {
            return CheckVerdict.Warning(
                FormattableString.Invariant($"{size} servers tolerate the loss of {RaftQuorum.Tolerance(size, size)}, no more than {size - 1} do"),
                workload.Kind == PetSetKind.DaemonSet ? null : subject.Cmdlet(FormattableString.Invariant($"Resize-ConsulPetSet {subject.Set} -Replicas {size + 1}")));
        }

        int? voters = subject.Observation.Consul is { HasLeader: true } ? subject.Voting.Voters : null;
        return size > Largest ? CheckVerdict.Warning(FormattableString.Invariant($"{size} servers: each makes every write slower, and {Largest} tolerate the loss of 3"), null)
            : voters > size ? CheckVerdict.Warning(FormattableString.Invariant($"{voters} voters in raft, and the set wants {size}"), subject.Cmdlet($"Get-ConsulRaftPeer -PetSet {subject.Set}"))
            : CheckVerdict.Passed(FormattableString.Invariant($"{CheckSubject.Count(size, "server")} wanted, quorum {RaftQuorum.Size(size)}"));
    }

    /// <summary>
    /// Whether autopilot's MinQuorum is the quorum of the set's size. The server configuration sets it at bootstrap only, so it stays behind when the size changes: too low,
    /// and the clean-up of dead servers can shrink the quorum away (hashicorp/consul#5922); too high, and dead servers stay voters.
    /// </summary>
    public static CheckVerdict MinQuorum(CheckSubject subject)
    {
        if (subject.Surroundings.Autopilot is not { Value: { } autopilot })
        {
            return subject.ConsulIsSilent() ?? subject.NotRead("autopilot's configuration", subject.Surroundings.Autopilot.Failure);
        }

        if (!autopilot.HasMinQuorum)
        {
            return CheckVerdict.Passed("this Consul has no MinQuorum (1.6.2 and later have)");
        }

        int wanted = RaftQuorum.Size(subject.Workload.Replicas);
        if (subject.Workload.Replicas == 0 || autopilot.MinQuorum == wanted)
        {
            return CheckVerdict.Passed(FormattableString.Invariant($"MinQuorum is {autopilot.MinQuorum} for {CheckSubject.Count(subject.Workload.Replicas, "server")}"));
        }

        string consequence = !autopilot.CleanupDeadServers ? "the clean-up is off, so nothing comes of it yet"
            : autopilot.MinQuorum < wanted ? "the clean-up of dead servers may go too far"
            : "dead servers stay voters longer than they need";
        return CheckVerdict.Warning(
            FormattableString.Invariant($"MinQuorum is {autopilot.MinQuorum}, and {CheckSubject.Count(subject.Workload.Replicas, "server")} ask for {wanted}: {consequence}"),
            subject.Cmdlet(FormattableString.Invariant($"Set-ConsulAutopilot {subject.Set} -MinQuorum {wanted}")));
    }
}
