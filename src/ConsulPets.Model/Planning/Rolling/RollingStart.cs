using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>The first step of an operation: nothing is left to do, it is refused, or its annotation is written, together with the freeze where a template is to follow.</summary>
internal static class RollingStart
{
    public static RollingDecision Decide(RollingView view) => view.Operation.Kind switch
    {
        RollingKind.Restart => view.Operation.Pets is { Count: > 0 } pets ? NamedRestart.Begin(view, pets) : Restart(view),
        RollingKind.Update or RollingKind.Undo => Roll(view),
        _ => Resize(view),
    };

    private static RollingDecision Restart(RollingView view) => Suspended(view) ?? Canary(view) ?? RollGoesOn(view) ?? Unknown(view) ?? RollingGates.Controller(view)
        ?? view.Write(RollingStepKind.AnnotateOperation, $"begin to restart {PetCount.Of(view.Pets.Count)}", NewState(view, view.Observation.Shape) with
        {
            FormerPods = [.. view.Pets.Select(static pod => pod.Uid)],
        });

    private static RollingDecision Roll(RollingView view)
    {
        WorkloadShape shape = view.Observation.Shape;
        if (RollingGates.Controller(view) is { } hold)
        {
            return hold;
        }

        bool isWritten = shape.TemplateHash == view.Operation.TemplateHash;
        bool isOpen = !view.IsStatefulSet || view.Observation.OnDelete || shape.Partition == 0;
        if (isWritten && isOpen && view.Observation.State is null && view.Workload.Replicas == view.Pets.Count && view.Pets.All(pod => PetSetHealth.IsUpToDate(view.Workload, pod) == true))
        {
            return RollingDecision.Done($"every pet of '{view.Workload.Name}' runs this template already");
        }

        // A pet that is stuck is what is to be cured, and with it gone there may be nobody to ask. Nothing is taken down by a frozen template.
        bool isCure = view.Operation.Kind == RollingKind.Undo || view.Pets.Any(RollingView.IsStuck);

        // Kubernetes makes a lost pod from the newest template unless its place is below the partition, so the freeze is of all places. A DaemonSet has no partition:
        // OnDelete keeps its controller still.
        WorkloadShape frozen = !view.Guards(RollingGate.Freeze) ? shape
            : view.IsStatefulSet ? shape with { Partition = shape.Replicas, OnDelete = false }
            : shape with { OnDelete = true };
        return Suspended(view) ?? Canary(view) ?? (isWritten || isCure ? null : Unknown(view))
            ?? view.Write(
                view.IsStatefulSet ? RollingStepKind.FreezePartition : RollingStepKind.SetOnDelete,
                view.IsStatefulSet ? RollingView.Say($"freeze the roll at {shape.Replicas}, so that nothing moves when the template is written") : "keep the controller from replacing pods by itself",
                NewState(view, frozen) with { FormerPods = view.IsStatefulSet ? [] : [.. view.Pets.Select(static pod => pod.Uid)] },
                view.IsStatefulSet ? frozen.Partition : null);
    }

    private static RollingDecision Resize(RollingView view)
    {
        if (ResizeGoal.Of(view) is not { } goal)
        {
            return Refuse("SizeUnknown", $"'{view.Workload.Name}' has no pets, and nothing says how many it had.", "Name the number that it had: -Replicas");
        }

        int now = view.Workload.Replicas;
        if (ResizeRefusals.Of(view, goal) is { } refusal)
        {
            return RollingDecision.Refuse(refusal);
        }

        bool isAtRest = view.Operation.Kind switch
        {
            RollingKind.Suspend => now == 0 && view.Set.Pods.Count == 0,
            RollingKind.Resume => now == goal.Target,
            _ => now == goal.Target && MinQuorumFits(view, goal.Target),
        };
        if (isAtRest && view.Observation.State is null)
        {
            return RollingDecision.Done(view.Operation.Kind == RollingKind.Resume ? $"'{view.Workload.Name}' is not suspended" : $"'{view.Workload.Name}' has {PetCount.Of(now)} already");
        }

        // A set that is not whole is not begun upon: what waits for it to mend must not keep other commands from mending it. What is suspended has nobody that could be asked.
        RollingDecision? closed = now == 0 ? RollingGates.Controller(view)
            : view.Operation.Kind == RollingKind.Resume ? RollGoesOn(view) ?? RollingGates.Controller(view)
            : RollGoesOn(view) ?? Unknown(view) ?? RollingGates.Controller(view)
                ?? (view.Operation.Kind == RollingKind.Resize && goal.Target < now ? RollingGates.ForLastPet(view) : goal.Target == now ? null : RollingGates.ForHealthyPet(view));
        return closed ?? Refused(ResizeRefusals.OfLeaving(view, goal))
            ?? view.Write(RollingStepKind.AnnotateOperation, $"begin to go from {PetCount.Of(now)} to {RollingView.Say($"{goal.Target}")}", NewState(view, view.Observation.Shape) with
            {
                FromReplicas = goal.From,
                TargetReplicas = goal.Target,
                LeavesGracefully = goal.LeavesGracefully == true,
                FormerServers = [.. view.Pets.Select(view.IdOf).OfType<string>().Union(view.Observation.State?.FormerServers ?? [], StringComparer.Ordinal)],
            });
    }

    public static OperationState NewState(RollingView view, WorkloadShape shape) => new()
    {
        Kind = view.Operation.Kind,
        Run = view.Operation.Run,
        Written = shape,
        TemplateHash = view.Operation.Kind is RollingKind.Update or RollingKind.Undo ? view.Operation.TemplateHash : null,
        FromReplicas = view.Workload.Replicas,
        TargetReplicas = view.Workload.Replicas,
        Volumes = view.Operation.Volumes,
        // What an unfinished run found stays what is to be restored.
        RestoreOnDelete = view.Observation.State?.RestoreOnDelete ?? view.Observation.OnDelete,
        LeavesGracefully = view.Observation.LeavesGracefully == true,
        FormerServers = [.. view.Pets.Select(view.IdOf).OfType<string>()],
    };

    private static bool MinQuorumFits(RollingView view, int replicas) => view.Observation.Autopilot is { } autopilot && (!autopilot.HasMinQuorum || autopilot.MinQuorum >= AutopilotSettings.MinQuorumFor(replicas));

    private static RollingDecision? Suspended(RollingView view) => Refused(ResizeRefusals.OfZero(view));

    // A pet of a StatefulSet may be away for a moment, and is wanted all the same.
    private static RollingDecision? Canary(RollingView view) => view.Operation.StopAfter is { } canary
        && !(view.IsStatefulSet ? PetName.Ordinal(canary, view.Workload.Name) is { } ordinal && view.Workload.Wants(ordinal) : view.Pets.Any(pod => pod.Name == canary))
        ? Refuse("PetNotFound", $"'{view.Workload.Name}' has no pet '{canary}' to stop after.", $"List them with: Get-ConsulPet -PetSet {view.Workload.Name}")
        : null;

    // A roll that Kubernetes carries out by itself, by readiness: two hands in one set.
    private static RollingDecision? RollGoesOn(RollingView view) =>
        view.Workload.ControllerIsCurrent && (view.IsStatefulSet
            ? view.Pets.Any(pod => PetSetHealth.IsUpToDate(view.Workload, pod) == false && (view.Observation.OnDelete || view.Place(pod) >= view.Workload.Partition))
            : PetSetHealth.IsUpdating(view.Set))
            ? Refuse("PetSetIsUpdating", $"'{view.Workload.Name}' is being updated.", $"Finish it first: Update-ConsulPetSet with the same values, or wait with Wait-ConsulPetSet {view.Workload.Name} -For Updated")
            : null;

    private static RollingDecision? Unknown(RollingView view) => view.Guards(RollingGate.KnownState) ? Refused(ConsulGate.Refusal(view.Set)) : null;

    private static RollingDecision? Refused(PlanRefusal? refusal) => refusal is null ? null : RollingDecision.Refuse(refusal);

    private static RollingDecision Refuse(string id, string message, string action) => RollingDecision.Refuse(new PlanRefusal(id, message, action));
}
