using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>What an update or an undo will do, as far as it can be told before. Each step is decided anew when its turn comes.</summary>
public static class UpdateOutline
{
    /// <summary>Tells it.</summary>
    /// <param name="operation">What is wanted.</param>
    /// <param name="observation">A fresh look.</param>
    /// <param name="changes">What the template changes, in words.</param>
    /// <param name="podRevision">The revision of pods that have the template already; null when none can.</param>
    /// <returns>The freeze, the template, one step a pet that is to be replaced still, and the end.</returns>
    public static ConsulPetPlan Of(RollingOperation operation, OperationObservation observation, IReadOnlyList<string> changes, string? podRevision)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(changes);
        var view = new RollingView(operation, observation, null);
        OperationState? state = observation.State is { } under && under.TemplateHash == operation.TemplateHash ? under : null;
        bool isWritten = observation.TemplateHash == operation.TemplateHash;
        var steps = new List<ConsulPetStep>();
        if (state is null)
        {
            Add(
                view.IsStatefulSet ? $"freeze the roll of {PetCount.Of(view.Workload.Replicas)} in" : "keep the controller from replacing pods of",
                view.Workload.Name,
                "nothing moves when the template is written",
                0);
        }

        if (!isWritten)
        {
            Add("write the template of", view.Workload.Name, changes.Count == 0 ? "as it was before" : string.Join(", ", changes), 0);
        }

        ObservedPod[] pets = Pets(view, state, isWritten, podRevision);
        for (int index = 0; index < pets.Length; index++)
        {
            ObservedPod pod = pets[index];
            Add(
                !view.IsLeader(pod) ? "roll" : view.CanTransfer && view.Pets.Count > 1 ? "move the leadership away, roll" : "roll the leader",
                pod.Name,
                RollingView.IsStuck(pod) ? "stuck, and costs nothing"
                    : view.Pets.Count == 1 ? "the only server, so Consul is away until it is back"
                    : index == 0 ? "when all voters are healthy and stable"
                    : $"when {pets[index - 1].Name} is back, votes and is stable",
                view.IsHealthyVoter(pod) ? 1 : 0);
        }

        if (operation.StopAfter is null || pets.Length == 0 || pets[^1].Name != operation.StopAfter)
        {
            Add(
                observation.State?.RestoreOnDelete ?? observation.OnDelete ? "set the strategy OnDelete again for" : view.IsStatefulSet ? "open the partition of" : "set the strategy RollingUpdate again for",
                view.Workload.Name,
                "every pet has the template",
                0);
        }

        return new ConsulPetPlan($"{view.Workload.Namespace}/{view.Workload.Name}", steps);

        void Add(string action, string target, string reason, int missed) => steps.Add(new ConsulPetStep
        {
            Order = steps.Count + 1,
            Action = action,
            Target = target,
            Reason = reason,
            VotersBefore = view.Quorum.Voters,
            VotersAfter = view.Quorum.Voters,
            ToleranceBefore = view.Quorum.Tolerance,
            ToleranceAfter = view.Quorum.Tolerance - missed,
        });
    }

    private static ObservedPod[] Pets(RollingView view, OperationState? state, bool isWritten, string? podRevision)
    {
        ObservedPod[] pets =
        [
            .. view.Pets
                .Where(pod => podRevision is null || pod.Revision != podRevision)
                .Where(pod => !isWritten || (state is { FormerPods.Count: > 0 } ? state.FormerPods.Contains(pod.Uid) : PetSetHealth.IsUpToDate(view.Workload, pod) != true))
                .OrderBy(pod => RollingView.IsStuck(pod) ? 0 : view.IsLeader(pod) ? 3 : view.Operation.SickFirst && !view.IsHealthyVoter(pod) ? 1 : 2),
        ];
        return view.Operation.StopAfter is { } canary && state?.StoppedAfter != canary && Array.FindIndex(pets, pod => pod.Name == canary) is >= 0 and int index
            ? pets[..(index + 1)]
            : pets;
    }
}
