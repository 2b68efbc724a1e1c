using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>What a restart of a set, or of some of its pets, will do, as far as it can be told before: the order in which the pets go. Each step is decided anew when its turn comes.</summary>
public static class RestartOutline
{
    /// <summary>Tells it.</summary>
    /// <param name="operation">What is wanted.</param>
    /// <param name="observation">A fresh look.</param>
    /// <returns>One step a pet that is to be restarted still.</returns>
    public static ConsulPetPlan Of(RollingOperation operation, OperationObservation observation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(observation);
        var view = new RollingView(operation, observation, null);
        ObservedPod[] pets =
        [
            .. view.Pets.Where(pod => observation.State is not { Kind: RollingKind.Restart } || view.IsOutdated(pod))
                .Where(pod => operation.Pets is not { Count: > 0 } named || named.Contains(pod.Name, StringComparer.OrdinalIgnoreCase))
                .OrderBy(pod => view.IsLeader(pod) ? 1 : 0)
                .ThenBy(pod => operation.SickFirst && !view.IsHealthyVoter(pod) ? 0 : 1),
        ];
        if (operation.StopAfter is { } canary && observation.State?.StoppedAfter != canary)
        {
            pets = [.. pets.Take(Array.FindIndex(pets, pod => pod.Name == canary) + 1)];
        }

        int? voters = view.Quorum.Voters;
        return new ConsulPetPlan(
            $"{view.Workload.Namespace}/{view.Workload.Name}",
            [.. pets.Select((pod, index) => new ConsulPetStep
            {
                Order = index + 1,
                Action = !view.IsLeader(pod) ? "restart" : view.CanTransfer && view.Pets.Count > 1 ? "move the leadership away, restart" : "restart the leader",
                Target = pod.Name,
                Reason = view.Pets.Count == 1 ? "the only server, so Consul is away until it is back"
                    : index == 0 ? operation.Pets is { Count: > 0 } ? "asked for" : "when all voters are healthy and stable"
                    : $"when {pets[index - 1].Name} is back, votes and is stable",
                VotersBefore = voters,
                VotersAfter = voters,
                ToleranceBefore = view.Quorum.Tolerance,
                ToleranceAfter = view.Quorum.Tolerance - (view.IsHealthyVoter(pod) ? 1 : 0),
            })]);
    }
}
