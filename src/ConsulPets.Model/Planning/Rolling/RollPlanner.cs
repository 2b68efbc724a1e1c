using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>
/// The next step of a restart, an update or an undo that has begun.
/// </summary>
/// <remarks>
/// <para>How a pet gets the new template is Kubernetes' business, and it knows two ways (kubernetes, pkg/controller/statefulset, stateful_set_control.go and stateful_set_utils.go):</para>
/// <para>RollingUpdate with a partition: the controller replaces outdated pods by itself, from the last place down to the partition, the next when the one before is ready. A pod that is lost comes back with
/// the new template at or above the partition, with the old one below. So the partition is a stop that lives in the cluster, and the pets below it are safe from a bad template whoever dies;
/// but the order is given: the last place first.</para>
/// <para>OnDelete: the controller replaces nothing, and any pod that is lost comes back with the new template. The order is free, but a bad template spreads with every pod that is lost.</para>
/// <para>Therefore: the partition wherever the pet to be replaced is the last outdated one. Where it is not (a leader in the last place and a Consul before 1.15 that cannot move it; a sick pet that goes
/// first), OnDelete for this one pet: strategy, delete, and as soon as the new pod is there, the partition again, above all that is outdated. A pod of the new template below the partition
/// is left alone by the controller.</para>
/// </remarks>
internal static class RollPlanner
{
    public static RollingDecision Decide(RollingView view)
    {
        OperationState state = view.State;
        if (state.TemplateHash is { } template && state.Written.TemplateHash != template)
        {
            return view.Write(RollingStepKind.WriteTemplate, "write the template", state with { Written = state.Written with { TemplateHash = template } });
        }

        // Before the controller is asked for: an order must be taken back also when it has not been heard yet.
        if (Ordered(view) is { } ordered)
        {
            return WhileOrdered(view, ordered);
        }

        if (RollingGates.Controller(view) is { } hold)
        {
            return hold;
        }

        if (state.TemplateHash is not null && view.IsStatefulSet && (view.Workload.UpdateRevision is null || view.Pets.Any(static pod => pod.Revision is null)))
        {
            return RollingDecision.Hold(RollingGate.Controller, "the controller has not said which pod is of which revision yet");
        }

        if (state.Window is { } pet)
        {
            return InWindow(view, pet);
        }

        return state.Pets is { } pets ? NamedRestart.Decide(view, pets) : CleanUp(view) ?? AtCanary(view) ?? Next(view);
    }

    // A pod that the controller was told to replace, and has not yet.
    private static ObservedPod? Ordered(RollingView view) => view.IsStatefulSet && view.State is { TemplateHash: not null, Written.OnDelete: false }
        ? view.Pets.FirstOrDefault(pod => view.IsOutdated(pod) && view.Place(pod) >= view.State.Written.Partition)
        : null;

    private static RollingDecision WhileOrdered(RollingView view, ObservedPod pod)
    {
        if (pod.Deleting)
        {
            return RollingDecision.Hold(RollingGate.Controller, $"{pod.Name} is stopping");
        }

        if (view.Guards(RollingGate.Withdraw) && Closed(view, pod) is { } closed)
        {
            return Freeze(view, RollingStepKind.FreezePartition, $"take back the order to replace {pod.Name}: {closed.Words}");
        }

        // The controller waits for a pod that cannot become ready: with OrderedReady always, with Parallel from Kubernetes 1.35 on (kubernetes#67250, prometheus-operator#8205).
        return RollingView.IsStuck(pod)
            ? view.Delete(pod, $"free {pod.Name}, which is stuck ({pod.Phase})")
            : RollingDecision.Hold(RollingGate.Controller, $"the controller has not replaced {pod.Name} yet");
    }

    private static RollingDecision InWindow(RollingView view, string pet)
    {
        if (view.Pets.FirstOrDefault(pod => pod.Name == pet) is not { } pod)
        {
            return RollingDecision.Hold(RollingGate.Controller, $"{pet} has not been made again yet");
        }

        if (!view.IsOutdated(pod))
        {
            return Freeze(view, RollingStepKind.SetPartition, $"{pet} has the new template: freeze the others again");
        }

        return pod.Deleting ? RollingDecision.Hold(RollingGate.Controller, $"{pet} is stopping")
            : Closed(view, pod) is { } closed ? Freeze(view, RollingStepKind.FreezePartition, $"{pet} must wait ({closed.Words}): freeze again")
            : view.Delete(pod, $"replace {pet}");
    }

    // Above all that is outdated: what is updated stays so when it is lost, and nothing else moves.
    private static RollingDecision Freeze(RollingView view, RollingStepKind kind, string reason)
    {
        int partition = view.Pets.Where(view.IsOutdated).Select(pod => view.Place(pod) + 1).DefaultIfEmpty(0).Max();
        return view.Write(kind, reason, view.State with { Window = null, Written = view.State.Written with { Partition = partition, OnDelete = false } }, partition);
    }

    // A DaemonSet's pod comes back as another server: the one before must be out of raft before the next pet goes.
    private static RollingDecision? CleanUp(RollingView view) => view.IsStatefulSet ? null : Removal.Next(view);

    private static RollingDecision? AtCanary(RollingView view)
    {
        OperationState state = view.State;
        if (view.Operation.StopAfter is not { } canary || !view.Guards(RollingGate.Canary) || (state.StoppedAfter == canary && state.StoppedBy != view.Operation.Run))
        {
            return null;
        }

        if (state.StoppedAfter == canary)
        {
            return RollingDecision.Done($"stopped after {canary}, as asked; run the command again to go on", isStoppedAtCanary: true);
        }

        // The last pet is no canary: the run is done then.
        bool isReached = view.IsStatefulSet ? view.Pets.Any(pod => pod.Name == canary && !view.IsOutdated(pod)) : !view.Pets.Any(pod => pod.Name == canary);
        return !isReached || !view.Pets.Any(view.IsOutdated) ? null
            : RollingGates.ForHealthyPet(view)
                ?? view.Write(RollingStepKind.AnnotateOperation, $"stop after {canary}", state with { StoppedAfter = canary, StoppedBy = view.Operation.Run });
    }

    private static RollingDecision Next(RollingView view)
    {
        ObservedPod[] outdated = [.. view.Pets.Where(pod => view.IsOutdated(pod) && !pod.Deleting)];
        if (outdated.Length == 0)
        {
            return RollingGates.ForHealthyPet(view) ?? Finish(view);
        }

        ObservedPod pet = outdated.FirstOrDefault(view.CostsNothing) ?? outdated.FirstOrDefault(pod => IsSickFirst(view, pod)) ?? outdated[0];
        if (view.IsLeader(pet) && outdated.Length > 1 && view.Guards(RollingGate.Leader) && !view.CanTransfer)
        {
            if (view.Operation.StopAfter == pet.Name)
            {
                return RollingDecision.Refuse(new PlanRefusal(
                    "CanaryIsLeader",
                    $"'{pet.Name}' leads, this Consul cannot move the leadership (1.15 and later can), and a leader's pet is the last: it is no canary.",
                    "Name another pet with -StopAfter"));
            }

            pet = outdated.FirstOrDefault(pod => IsSickFirst(view, pod) && !view.IsLeader(pod)) ?? outdated.First(pod => !view.IsLeader(pod));
        }

        return Closed(view, pet) ?? TakeDown(view, pet);
    }

    // A pet that is stuck on a template that is not wanted any more costs nothing to replace, and holds up all others.
    private static bool IsSickFirst(RollingView view, ObservedPod pod) =>
        RollingView.IsStuck(pod) || ((view.Operation.SickFirst || view.Operation.Kind == RollingKind.Undo) && !view.IsHealthyVoter(pod) && view.Consul is not null);

    /// <summary>Why a pet must not be taken down now (a hold, a refusal, or the step that must come first); null when it may.</summary>
    private static RollingDecision? Closed(RollingView view, ObservedPod pet)
    {
        RollingDecision? gate = IsSickFirst(view, pet) ? RollingGates.ForSickPet(view, pet) : RollingGates.ForHealthyPet(view);
        if (gate is { Kind: RollingDecisionKind.Hold, Gate: RollingGate.Pods or RollingGate.Voters } && !view.Operation.SickFirst && view.Pets.FirstOrDefault(pod => view.IsOutdated(pod) && !pod.Deleting && !view.IsHealthyVoter(pod)) is { } sick)
        {
            return RollingDecision.Hold(gate.Gate!.Value, $"{gate.Words}; -SickFirst replaces {sick.Name} before the others");
        }

        if ((gate ?? LeaderStays(view, pet)) is { } closed)
        {
            return closed;
        }

        // A set that is whole and cannot miss a pet never can: waiting mends nothing.
        return RollingGates.Quorum(view, pet) is not { } refusal ? null
            : IsSickFirst(view, pet) ? RollingDecision.Hold(RollingGate.Quorum, refusal.Message)
            : RollingDecision.Refuse(refusal);
    }

    private static RollingDecision? LeaderStays(RollingView view, ObservedPod pet)
    {
        if (!view.Guards(RollingGate.Leader) || !view.IsLeader(pet) || view.Pets.Count == 1)
        {
            return null;
        }

        if (!view.CanTransfer)
        {
            return view.Pets.Any(pod => view.IsOutdated(pod) && pod.Name != pet.Name) ? RollingDecision.Hold(RollingGate.Leader, $"{pet.Name} leads, and is the last") : null;
        }

        // To a pet that is done, then it stays there; else to the one that comes last.
        ObservedPod[] others = [.. view.Pets.Where(pod => pod.Name != pet.Name && !pod.Deleting && view.IsHealthyVoter(pod))];
        return (others.FirstOrDefault(pod => !view.IsOutdated(pod)) ?? others.LastOrDefault()) is { } successor
            ? Leadership.Move(view, pet, successor)
            : RollingDecision.Hold(RollingGate.Leader, $"{pet.Name} leads, and no other healthy voter can");
    }

    private static RollingDecision TakeDown(RollingView view, ObservedPod pet)
    {
        OperationState state = view.State;
        if (!view.IsStatefulSet || state.TemplateHash is null)
        {
            return view.Delete(pet, $"replace {pet.Name}");
        }

        bool isLastOutdated = !view.Pets.Any(pod => view.IsOutdated(pod) && view.Place(pod) > view.Place(pet));
        return isLastOutdated
            ? view.Write(RollingStepKind.SetPartition, $"roll {pet.Name}", state with { Written = state.Written with { Partition = view.Place(pet), OnDelete = false } }, view.Place(pet))
            : view.Write(RollingStepKind.SetOnDelete, $"{pet.Name} goes before pets of a higher ordinal: let its next pod have the new template", state with { Window = pet.Name, Written = state.Written with { Partition = 0, OnDelete = true } });
    }

    private static RollingDecision Finish(RollingView view)
    {
        OperationState state = view.State;
        if (!view.IsStatefulSet && state.TemplateHash is not null && view.Workload.UpdatedPods < view.Workload.Replicas)
        {
            // A pod that was lost between the two first writes was made from the old template, under another ID than those noted.
            return view.Write(RollingStepKind.AnnotateOperation, "some pods are of the old template still", state with { FormerPods = [.. view.Pets.Select(static pod => pod.Uid)] });
        }

        // The partition is written even where it is 0 already by default: without it, Kubernetes 1.20 makes a lost pod from the old template while its count of current pods is above the ordinal.
        if (state.TemplateHash is not null && state.Written.OnDelete != state.RestoreOnDelete)
        {
            return state.RestoreOnDelete
                ? view.Write(RollingStepKind.SetOnDelete, "the update strategy is what it was before", state with { Written = state.Written with { Partition = 0, OnDelete = true } })
                : view.Write(RollingStepKind.SetPartition, "the update strategy is what it was before", state with { Written = state.Written with { Partition = 0, OnDelete = false } }, 0);
        }

        return state is { TemplateHash: not null, Written: { OnDelete: false, Partition: > 0 } }
            ? view.Write(RollingStepKind.SetPartition, "all pets have the new template: open the partition", state with { Written = state.Written with { Partition = 0 } }, 0)
            : RollingDecision.Do(new RollingStep(RollingStepKind.ReleaseOperation, view.Workload.Name, $"every pet of '{view.Workload.Name}' is done, votes and is stable"));
    }
}
