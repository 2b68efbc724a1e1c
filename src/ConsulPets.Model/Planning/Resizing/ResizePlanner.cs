using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>
/// The next step of a resize, a suspend or a resume that has begun: one pet at a time, downwards with the leader moved away and MinQuorum lowered first, and nothing left of a pet in raft
/// and gossip before the next goes.
/// </summary>
/// <remarks>
/// Servers that leave raft when they stop (<c>leave_on_terminate</c>) are suspended one at a time, the first pet last: it keeps a configuration of itself alone, can lead at once when
/// it comes back, and the others join it one by one. Were all stopped together, each disk would hold another configuration. Servers that do not leave keep the full configuration on every disk, and are
/// stopped and started together: stopped one by one they would lose the quorum on the way.
/// </remarks>
internal static class ResizePlanner
{
    public static RollingDecision Decide(RollingView view)
    {
        OperationState state = view.State;
        int now = view.Workload.Replicas;
        if (RollingGates.Controller(view) is { } hold)
        {
            return hold;
        }

        if (view.Guards(RollingGate.DeadServer) && view.Set.Pods.FirstOrDefault(pod => !view.Pets.Contains(pod)) is { } stopping)
        {
            // With the pod management OrderedReady Kubernetes takes no pod away while one before it is not ready.
            return RollingDecision.Hold(
                RollingGate.Pods,
                stopping.Deleting ? $"{stopping.Name} is stopping"
                    : view.Pets.LastOrDefault(static pod => !pod.Ready) is { } unready ? $"Kubernetes has not stopped {stopping.Name} yet: {unready.Name} is not ready"
                    : $"Kubernetes has not stopped {stopping.Name} yet");
        }

        if ((now > 0 ? Removal.Next(view) : null) is { } removal)
        {
            return removal;
        }

        if (view.Set.Claims.FirstOrDefault(claim => IsNamed(view, claim)) is { } given)
        {
            // Only who can ask Consul knows that the pet has left raft.
            return RollingGates.Known(view) ?? RollingGates.Raft(view) ?? RollingDecision.Do(new RollingStep(RollingStepKind.DeleteClaim, given.Name, $"delete the volume claim {given.Name} and its data, as -VolumePolicy Delete says") { Uid = given.Uid });
        }

        return now == state.TargetReplicas ? Finish(view, now) : now > state.TargetReplicas ? Down(view, now) : Up(view, now);
    }

    // Only ordinals that this operation gave up, only where the policy says so, and never while a pod mounts it.
    private static bool IsNamed(RollingView view, ObservedClaim claim)
    {
        if (claim is not { Ordinal: { } ordinal, Deleting: false } || view.Workload.Wants(ordinal) || view.Set.Pods.Any(pod => pod.Claims.Contains(claim.Name)))
        {
            return false;
        }

        OperationState state = view.State;
        bool isNamed = state is { Kind: RollingKind.Resize, Volumes: VolumePolicy.Delete }
            && ordinal >= view.Workload.FirstOrdinal + state.TargetReplicas
            && ordinal < view.Workload.FirstOrdinal + state.FromReplicas
            && (view.Operation.AgreedClaims is not { } agreed || agreed.Contains(claim.Name, StringComparer.Ordinal))
            && view.Workload.ClaimTemplates.Any(template => PetName.ClaimOrdinal(claim.Name, template, view.Workload.Name) == ordinal);
        return isNamed || !view.Guards(RollingGate.NamedVolume);
    }

    private static RollingDecision Down(RollingView view, int now)
    {
        OperationState state = view.State;
        bool allTogether = state.Kind == RollingKind.Suspend && !state.LeavesGracefully;
        if ((allTogether || now == 1 ? RollingGates.ForHealthyPet(view) : RollingGates.ForLastPet(view)) is { } gate)
        {
            return gate;
        }

        if (allTogether || now == 1)
        {
            return SetReplicas(view, 0, allTogether ? "stop all pets; each keeps raft's configuration" : "stop the last pet");
        }

        int next = now - 1;
        int floor = AutopilotSettings.MinQuorumFor(next);
        if (view.Guards(RollingGate.MinQuorum))
        {
            if (view.Observation.Autopilot is not { } autopilot)
            {
                return RollingDecision.Hold(RollingGate.MinQuorum, "autopilot did not tell its MinQuorum");
            }

            if (autopilot.HasMinQuorum && autopilot.MinQuorum > floor)
            {
                return SetMinQuorum(view, floor, RollingView.Say($"lower MinQuorum from {autopilot.MinQuorum} to {floor} before a voter goes"));
            }
        }

        ObservedPod? doomed = view.LastPet;
        if (doomed is not null && view.Guards(RollingGate.Leader) && view.IsLeader(doomed) && view.CanTransfer)
        {
            // Pets stand from the last to the first: the first one stays longest.
            return view.Pets.LastOrDefault(pod => pod.Name != doomed.Name && view.IsHealthyVoter(pod)) is { } successor
                ? Leadership.Move(view, doomed, successor)
                : RollingDecision.Hold(RollingGate.Leader, $"{doomed.Name} leads, and no other healthy voter can");
        }

        var count = new QuorumCount(view.Quorum.Voters ?? 0, view.Quorum.HealthyVoters ?? 0);
        bool isVoter = doomed is null || view.IsHealthyVoter(doomed);
        bool stands = state.LeavesGracefully ? count.AfterLeave(isVoter ? 1 : 0) is { HasQuorum: true } : count.AfterStop(isVoter ? 1 : 0).HasQuorum;
        return stands || !view.Guards(RollingGate.Quorum)
            ? SetReplicas(view, next, $"go from {PetCount.Of(now)} to {RollingView.Say($"{next}")}")
            : RollingDecision.Refuse(ConsulGate.QuorumWouldBeLost($"going from {PetCount.Of(now)} to {RollingView.Say($"{next}")}", view.Quorum));
    }

    private static RollingDecision Up(RollingView view, int now)
    {
        // Those that stayed in raft have a quorum only when enough of them are back.
        bool allTogether = view.State is { Kind: RollingKind.Resume, LeavesGracefully: false };
        return (now > 0 && !allTogether ? RollingGates.ForHealthyPet(view) : null)
            ?? SetReplicas(view, allTogether ? view.State.TargetReplicas : now + 1, $"go from {PetCount.Of(now)} to {RollingView.Say($"{(allTogether ? view.State.TargetReplicas : now + 1)}")}");
    }

    private static RollingDecision Finish(RollingView view, int now)
    {
        if (now == 0)
        {
            // The annotation stays: it is what remembers the size.
            return RollingDecision.Done($"'{view.Workload.Name}' is suspended; it comes back to {PetCount.Of(view.State.FromReplicas)} with Resume-ConsulPetSet {view.Workload.Name}");
        }

        if (RollingGates.ForHealthyPet(view) is { } gate)
        {
            return gate;
        }

        if (view.Observation.Autopilot is not { } autopilot)
        {
            return RollingDecision.Hold(RollingGate.MinQuorum, "autopilot did not tell its MinQuorum");
        }

        int floor = AutopilotSettings.MinQuorumFor(now);
        return autopilot.HasMinQuorum && autopilot.MinQuorum < floor
            ? SetMinQuorum(view, floor, RollingView.Say($"raise MinQuorum from {autopilot.MinQuorum} to {floor}, a majority of {now}"))
            : RollingDecision.Do(new RollingStep(RollingStepKind.ReleaseOperation, view.Workload.Name, $"'{view.Workload.Name}' has {PetCount.Of(now)}; all vote and are stable"));
    }

    private static RollingDecision SetReplicas(RollingView view, int replicas, string reason) =>
        view.Write(RollingStepKind.SetReplicas, reason, view.State with { Written = view.State.Written with { Replicas = replicas } }, replicas);

    private static RollingDecision SetMinQuorum(RollingView view, int floor, string reason) =>
        RollingDecision.Do(new RollingStep(RollingStepKind.SetMinQuorum, view.Workload.Name, reason) { Number = floor });
}
