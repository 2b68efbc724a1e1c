using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>
/// Decides the next single step of an operation: look, ask here, carry out the one step, look again. It remembers nothing; what an operation must remember is in the workload's
/// annotation (<see cref="OperationState"/>), so a run that was killed is continued by asking again.
/// </summary>
public static class RollingPlanner
{
    /// <summary>How far apart two looks must be to prove that something is dead.</summary>
    public static TimeSpan BetweenLooks => RollingGates.BetweenLooks;

    /// <summary>Decides.</summary>
    /// <param name="operation">What was asked for.</param>
    /// <param name="observation">A fresh look.</param>
    /// <returns>Exactly one of a step, a hold, done, or a refusal.</returns>
    public static RollingDecision Decide(RollingOperation operation, OperationObservation observation) => Decide(operation, observation, null);

    /// <summary>Whether an operation goes on with the one that is under way, rather than begins or is refused.</summary>
    /// <param name="operation">What was asked for.</param>
    /// <param name="observation">A fresh look.</param>
    /// <returns>True when the set's annotation is of this very operation.</returns>
    public static bool GoesOn(RollingOperation operation, OperationObservation observation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(observation);
        return observation.State is { } state && IsSame(operation, state);
    }

    /// <summary>What a run that fails must still write: a restart of some pets that has taken none of them down leaves nothing that would have to be finished.</summary>
    /// <param name="operation">What was asked for.</param>
    /// <param name="observation">A fresh look.</param>
    /// <returns>The step that takes the annotation away; null when the operation must be finished, or has written none.</returns>
    public static RollingStep? Withdrawal(RollingOperation operation, OperationObservation observation) =>
        GoesOn(operation, observation) ? NamedRestart.Withdrawal(new RollingView(operation, observation, null)) : null;

    /// <summary>Decides with one gate held open: the model check must then find a history that goes wrong.</summary>
    /// <param name="operation">What was asked for.</param>
    /// <param name="observation">A fresh look.</param>
    /// <param name="open">The gate; null in earnest.</param>
    /// <returns>The decision.</returns>
    internal static RollingDecision Decide(RollingOperation operation, OperationObservation observation, RollingGate? open)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(observation);
        var view = new RollingView(operation, observation, open);
        RollingDecision decision = Decide(view);

        // What is waited for, and does not come by itself, is helped along.
        return decision.Kind == RollingDecisionKind.Hold ? GossipCure.Of(view) ?? decision : decision;
    }

    private static RollingDecision Decide(RollingView view)
    {
        (RollingOperation operation, OperationObservation observation) = (view.Operation, view.Observation);
        if (view.Guards(RollingGate.Lease) && observation.LockedBy is { } holder)
        {
            return Refuse("SetIsLocked", $"'{holder}' is at work on '{view.Workload.Name}'.", "Wait until it is done; if it is gone, its lock runs out by itself: run the command again");
        }

        if (view.Workload.Deleting)
        {
            return Refuse("PetSetIsDeleting", $"'{view.Workload.Name}' is being deleted.", $"Look with: Get-ConsulPetSet {view.Workload.Name}");
        }

        if (!view.IsStatefulSet && operation.Kind is RollingKind.Resize or RollingKind.Suspend or RollingKind.Resume)
        {
            return Refuse(
                "DaemonSetHasNoSize",
                $"'{view.Workload.Name}' is a DaemonSet: it has a pet on every node that fits, and no size that could be set.",
                "Label or taint nodes to change where it runs, one node at a time, and wait with Wait-ConsulPetSet -For Stable in between");
        }

        if (observation.State is { } state && !Begins(operation, state))
        {
            return Continue(view, state);
        }

        return RollingStart.Decide(view);
    }

    // A state that the operation does not go on from, but begins anew over: a roll over a roll (a fixed image over a bad one, an undo), another size over a size, the resume of what was suspended.
    private static bool Begins(RollingOperation operation, OperationState state) => !IsSame(operation, state) && operation.Kind switch
    {
        RollingKind.Update or RollingKind.Undo => state.Kind is RollingKind.Update or RollingKind.Undo or RollingKind.Restart || IsGrowth(state),
        RollingKind.Resize => state.Kind == RollingKind.Resize,
        RollingKind.Resume => state.Kind is RollingKind.Suspend or RollingKind.Resume,
        RollingKind.Suspend => state.Kind == RollingKind.Resume,
        _ => false,
    };

    // What comes may not be able to start, and another template is the cure.
    private static bool IsGrowth(OperationState state) => state.Kind == RollingKind.Resume || (state.Kind == RollingKind.Resize && state.TargetReplicas > state.FromReplicas);

    private static bool IsSame(RollingOperation operation, OperationState state) => operation.Kind == state.Kind && operation.Kind switch
    {
        RollingKind.Update or RollingKind.Undo => operation.TemplateHash == state.TemplateHash,
        RollingKind.Resize => operation.Replicas == state.TargetReplicas && operation.Volumes == state.Volumes,
        RollingKind.Resume => operation.Replicas is null || operation.Replicas == state.TargetReplicas,
        RollingKind.Restart => new HashSet<string>(operation.Pets ?? [], StringComparer.OrdinalIgnoreCase).SetEquals(state.Pets ?? []),
        _ => true,
    };

    private static RollingDecision Continue(RollingView view, OperationState state)
    {
        string set = view.Workload.Name;
        bool isEdited = view.Guards(RollingGate.Edits) && view.Observation.Shape != state.Written;
        if (!IsSame(view.Operation, state))
        {
            return NamedRestart.Cure(view) is { } cure ? isEdited && !view.Operation.AcceptChanges ? Edited() : cure
                : state.Kind == RollingKind.Suspend
                ? Refuse("PetSetIsSuspended", $"'{set}' is suspended, or was on the way to it.", $"Bring it back with: Resume-ConsulPetSet {set}")
                : Refuse(
                    "OperationInProgress",
                    $"Another operation on '{set}' is not finished: {Describe(state)}.",
                    $"Run that command again to finish it{WayOut(state, set)}");
        }

        if (isEdited)
        {
            return view.Operation.AcceptChanges && state.Run != view.Operation.Run ? RollingStart.Decide(view) : Edited();
        }

        return state.Kind is RollingKind.Restart or RollingKind.Update or RollingKind.Undo ? RollPlanner.Decide(view) : ResizePlanner.Decide(view);

        RollingDecision Edited() => Refuse(
            "PetSetChangedMeanwhile",
            $"Somebody else has changed '{set}' since the operation under way wrote it: {Differences(state.Written, view.Observation.Shape)}.",
            "Find out who, then run the command again with -Force to go on from what is there");
    }

    private static string WayOut(OperationState state, string set) => state.Kind switch
    {
        RollingKind.Update or RollingKind.Undo => $", or take it back with: Undo-ConsulPetSet {set}",
        RollingKind.Resize => $", or name another number: Resize-ConsulPetSet {set}",
        RollingKind.Resume => $", or stop the pets again: Suspend-ConsulPetSet {set}",
        _ => string.Empty,
    };

    /// <summary>What an operation under way is, in words.</summary>
    /// <param name="state">Its state.</param>
    /// <returns>The words.</returns>
    public static string Describe(OperationState state) => state.Kind == RollingKind.Resize
        ? RollingView.Say($"Resize from {state.FromReplicas} to {state.TargetReplicas}{(state.Volumes == VolumePolicy.Delete ? " with -VolumePolicy Delete" : string.Empty)}")
        : state.Pets is { } pets ? $"{state.Kind} of {string.Join(", ", pets)}" : state.Kind.ToString();

    private static string Differences(WorkloadShape written, WorkloadShape seen) => string.Join(", ", new[]
    {
        written.Replicas != seen.Replicas ? RollingView.Say($"replicas {seen.Replicas} instead of {written.Replicas}") : null,
        written.Partition != seen.Partition ? RollingView.Say($"partition {seen.Partition} instead of {written.Partition}") : null,
        written.OnDelete != seen.OnDelete ? $"update strategy {Strategy(seen)} instead of {Strategy(written)}" : null,
        written.TemplateHash != seen.TemplateHash ? "another pod template" : null,
    }.OfType<string>());

    private static string Strategy(WorkloadShape shape) => shape.OnDelete ? "OnDelete" : "RollingUpdate";

    private static RollingDecision Refuse(string id, string message, string action) => RollingDecision.Refuse(new PlanRefusal(id, message, action));
}
