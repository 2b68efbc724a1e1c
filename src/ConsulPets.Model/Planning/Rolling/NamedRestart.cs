using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>
/// A restart of some pets of a set, by name. It is how a user mends a sick pet, so the others need not be whole, as they must for the restart of a set: a quorum must stand without the pet, nobody
/// else may be on the way out, and the pets of the same restart that went before must be back.
/// </summary>
internal static class NamedRestart
{
    public static RollingDecision Begin(RollingView view, IReadOnlyList<string> pets)
    {
        foreach (string pet in pets)
        {
            if (RestartPlanner.Plan(pet, view).Refusal is { } refusal)
            {
                return RollingDecision.Refuse(refusal);
            }
        }

        ObservedPod[] named = [.. view.Set.Pods.Where(pod => pets.Contains(pod.Name, StringComparer.OrdinalIgnoreCase))];
        if (view.Operation.AgreedPods is { } agreed && named.FirstOrDefault(pod => !agreed.Contains(pod.Uid)) is { } other)
        {
            return RollingDecision.Refuse(new PlanRefusal(
                "PetWasReplaced", $"'{other.Name}' was replaced by somebody else meanwhile.", "Look with Get-ConsulPet, and run the command again if it is still wanted"));
        }

        return RollingGates.Controller(view) ?? view.Write(RollingStepKind.AnnotateOperation, $"begin to restart {string.Join(", ", pets)}", RollingStart.NewState(view, view.Observation.Shape) with
        {
            Pets = pets,
            FormerPods = [.. named.Select(static pod => pod.Uid)],
            FormerServers = [.. named.Select(view.IdOf).OfType<string>()],
        });
    }

    /// <summary>
    /// The cure of pets that another operation under way may wait for in vain: a pet that got sick between two of its steps. It takes no vote that counts, and leaves that operation's annotation as it
    /// is, so that its command goes on afterwards. What this run has to remember, which pods it was asked about, the caller names (<see cref="RollingOperation.AgreedPods"/>); the set's Lease keeps
    /// the two runs apart. Null when it is no cure: a pet that is healthy, a voter or about to become one, must wait for that operation. Not for a DaemonSet, whose pet comes back as another server that somebody must clean up after.
    /// </summary>
    public static RollingDecision? Cure(RollingView view)
    {
        if (!view.IsStatefulSet || view.Operation is not { Kind: RollingKind.Restart, Pets: { Count: > 0 } pets })
        {
            return null;
        }

        ObservedPod[] named = [.. view.Set.Pods.Where(pod => pets.Contains(pod.Name, StringComparer.OrdinalIgnoreCase))];
        ObservedPod[] former = [.. named.Where(pod => view.Operation.AgreedPods?.Contains(pod.Uid) != false)];
        ObservedPod[] left = [.. former.Where(static pod => !pod.Deleting)];
        if (left.Any(IsWell) || (named.Length == 0 && view.Operation.AgreedPods is null))
        {
            return null;
        }

        if (left is [var pet, ..])
        {
            return RestartPlanner.Plan(pet.Name, view).Refusal is { } refusal ? RollingDecision.Refuse(refusal)
                : Leaving(view, pet) ?? view.Delete(pet, $"restart {pet.Name}, which is not healthy; what is under way ({RollingPlanner.Describe(view.State)}) goes on when its command is run again");
        }

        return (view.Operation.ReturnsAtOnce ? null : NotBack(view, pets, former))
            ?? RollingDecision.Done($"{string.Join(", ", pets)}: {(view.Operation.ReturnsAtOnce ? "taken down" : "back")}");

        bool IsWell(ObservedPod pod) => view.IdOf(pod) is { } id && view.Consul is { } consul && QuorumView.IsHealthy(id, consul);
    }

    public static RollingDecision Decide(RollingView view, IReadOnlyList<string> pets)
    {
        ObservedPod[] left = [.. view.Set.Pods.Where(pod => view.IsOutdated(pod) && !pod.Deleting)];
        if (left.Length == 0)
        {
            return IsStuckAgain(view, pets) ? RollingStart.Decide(view)
                : view.Operation.ReturnsAtOnce ? Release(view, $"{string.Join(", ", pets)}: taken down")
                : CleanUp(view) ?? Away(view, pets) ?? Release(view, $"{string.Join(", ", pets)}: back as {(pets.Count == 1 ? "a healthy voter" : "healthy voters")}");
        }

        ObservedPod pet = left
            .OrderBy(pod => view.IsLeader(pod) ? 2 : view.IsHealthyVoter(pod) ? 1 : 0)
            .ThenBy(pod => pets.TakeWhile(name => !string.Equals(name, pod.Name, StringComparison.OrdinalIgnoreCase)).Count())
            .First();
        return Closed(view, pets, left, pet) ?? LeaderGoes(view, pet) ?? view.Delete(pet, $"restart {pet.Name}");
    }

    /// <summary>
    /// Whether raft must be asked before a pet goes: not for the only server, and not for one that does not run and has no vote that counts. The user named it, so even a crash loop whose next try
    /// might bring a vote back is not left alone.
    /// </summary>
    public static bool NeedsRaft(RollingView view, ObservedPod pet) => view.Workload.Replicas > 1 && (pet.Running || view.IsHealthyVoter(pet));

    /// <summary>
    /// Why a quorum would not stand without a pet that raft must be asked for. One that autopilot calls unhealthy may vote all the same; only of one that is known and no voter is it certain that it
    /// does not.
    /// </summary>
    public static PlanRefusal? QuorumRefusal(RollingView view, ObservedPod pet)
    {
        bool isNoVoter = view.IdOf(pet) is { } id && view.Consul is { Peers: not null } && view.Join.Peer(id) is not { IsVoter: true };
        return !view.Guards(RollingGate.Quorum) || isNoVoter || ToleranceWithout(view, pet) >= 0 ? null : ConsulGate.QuorumWouldBeLost($"restarting '{pet.Name}'", view.Quorum);
    }

    /// <summary>Healthy voters beyond the quorum when a pet is away, and with it those that are on their way out; null when raft could not be read.</summary>
    public static int? ToleranceWithout(RollingView view, ObservedPod pet) =>
        view.Quorum.Voters is { } voters ? RaftQuorum.Tolerance(voters, RollingGates.HealthyOthers(view, pet)) : null;

    /// <summary>The restart's end, before it has taken anything down: it leaves nothing behind that would have to be finished. Null when it has, or when it is another operation's state.</summary>
    public static RollingStep? Withdrawal(RollingView view) =>
        view.State.Pets is { } pets && view.State.FormerPods.All(uid => view.Set.Pods.Any(pod => pod.Uid == uid && !pod.Deleting))
            ? new RollingStep(RollingStepKind.ReleaseOperation, view.Workload.Name, $"{string.Join(", ", pets)}: left alone")
            : null;

    private static RollingDecision? Closed(RollingView view, IReadOnlyList<string> pets, ObservedPod[] left, ObservedPod pet)
    {
        if (Leaving(view, pet) is { } leaving)
        {
            return leaving;
        }

        if (!NeedsRaft(view, pet))
        {
            return null;
        }

        string[] before = [.. pets.Where(name => !left.Any(pod => string.Equals(pod.Name, name, StringComparison.OrdinalIgnoreCase)))];
        return RollingGates.Known(view)
            ?? (before.Length == 0 ? null : CleanUp(view) ?? Away(view, before) ?? Unsteady(view, before))
            ?? (QuorumRefusal(view, pet) is { } refusal ? RollingDecision.Refuse(refusal) : null);
    }

    // A DaemonSet's pod comes back as another server: the one before must be out of raft.
    private static RollingDecision? CleanUp(RollingView view) => view.IsStatefulSet ? null : Removal.Next(view);

    private static RollingDecision? Away(RollingView view, IEnumerable<string> pets) => NotBack(view, pets, view.Set.Pods.Where(view.IsOutdated));

    private static RollingDecision? Leaving(RollingView view, ObservedPod pet) =>
        view.Guards(RollingGate.Pods) && view.Set.Pods.FirstOrDefault(pod => pod.Deleting && pod.Name != pet.Name) is { } leaving
            ? RollingDecision.Hold(RollingGate.Pods, $"{leaving.Name} is stopping")
            : null;

    private static RollingDecision? NotBack(RollingView view, IEnumerable<string> pets, IEnumerable<ObservedPod> former) => !view.Guards(RollingGate.Pods) ? null : pets
        .Select(pet => WaitRules.JudgeReturn(pet, former.FirstOrDefault(pod => pod.Name == pet)?.Uid ?? string.Empty, view.Set))
        .Where(static verdict => !verdict.IsMet)
        .Select(static verdict => RollingDecision.Hold(RollingGate.Pods, verdict.Missing))
        .FirstOrDefault();

    private static RollingDecision? Unsteady(RollingView view, string[] pets) => !view.Guards(RollingGate.Stable) ? null
        : view.Observation.Autopilot is not { } autopilot ? RollingDecision.Hold(RollingGate.Stable, "autopilot did not tell its ServerStabilizationTime")
        : view.Set.Pods.FirstOrDefault(pod => (!view.IsStatefulSet || pets.Contains(pod.Name, StringComparer.OrdinalIgnoreCase))
            && !(view.Join.Health(view.IdOf(pod))?.StableSince is { } since && view.Set.Taken - since >= autopilot.ServerStabilizationTime)) is { } young
            ? RollingDecision.Hold(RollingGate.Stable, RollingView.Say($"{young.Name} has not been stable for {autopilot.ServerStabilizationTime.TotalSeconds:0} s yet"))
            : null;

    // To a pet that stays where it is, or is done; where none can, the others elect one: the quorum stands without it.
    private static RollingDecision? LeaderGoes(RollingView view, ObservedPod pet)
    {
        if (!view.Guards(RollingGate.Leader) || !view.IsLeader(pet) || !view.CanTransfer)
        {
            return null;
        }

        ObservedPod[] others = [.. view.Pets.Where(pod => pod.Name != pet.Name && pod is { Deleting: false, Running: true } && view.IsHealthyVoter(pod))];
        return (others.FirstOrDefault(pod => !view.IsOutdated(pod)) ?? others.LastOrDefault()) is { } successor ? Leadership.Move(view, pet, successor) : null;
    }

    // An earlier run took it down, and it came back unable to run: that run has nothing left to wait for, and who runs the command again wants it taken down again.
    private static bool IsStuckAgain(RollingView view, IReadOnlyList<string> pets) => view.State.Run != view.Operation.Run
        && view.Set.Pods.Any(pod => pets.Contains(pod.Name, StringComparer.OrdinalIgnoreCase) && RollingView.IsStuck(pod));

    private static RollingDecision Release(RollingView view, string reason) =>
        RollingDecision.Do(new RollingStep(RollingStepKind.ReleaseOperation, view.Workload.Name, reason));
}
