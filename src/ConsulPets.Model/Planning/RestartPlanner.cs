using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>Decides whether one pet may be taken down to come back: what is refused before anything is begun.</summary>
public static class RestartPlanner
{
    /// <summary>Plans the restart of one pet.</summary>
    /// <param name="pet">The pet's name.</param>
    /// <param name="observation">A fresh observation.</param>
    /// <param name="force">Whether a pet that is only joining may be restarted too. The quorum is not for force to pass over.</param>
    /// <returns>The plan: one step, or a refusal.</returns>
    public static ConsulPetPlan Plan(string pet, PetSetObservation observation, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(pet);
        ArgumentNullException.ThrowIfNull(observation);
        var operation = new RollingOperation { Kind = RollingKind.Restart, Run = string.Empty, Pets = [pet], Force = force };
        return Plan(pet, new RollingView(operation, new OperationObservation { Set = observation, TemplateHash = string.Empty }, null));
    }

    internal static ConsulPetPlan Plan(string pet, RollingView view)
    {
        PetSetObservation observation = view.Set;
        string target = $"{view.Workload.Namespace}/{view.Workload.Name}";
        ObservedPod? pod = observation.Pods.FirstOrDefault(candidate => string.Equals(candidate.Name, pet, StringComparison.OrdinalIgnoreCase));
        if (pod is null)
        {
            return Refuse(new PlanRefusal(
                "PetNotFound",
                $"'{view.Workload.Name}' has no pet '{pet}'.",
                $"List them with: Get-ConsulPet -PetSet {view.Workload.Name}"));
        }

        // A pod that never became a server (a bad image, no node) takes no vote with it: nothing of Consul need be known to free it.
        // A pod that has just stopped may still be a healthy voter to raft, until gossip notices.
        if (NamedRestart.NeedsRaft(view, pod))
        {
            if (view.Guards(RollingGate.KnownState) && ConsulGate.Refusal(observation) is { } gate)
            {
                return Refuse(gate);
            }

            if (NamedRestart.QuorumRefusal(view, pod) is { } refusal)
            {
                return Refuse(refusal);
            }

            if (!view.Operation.Force && IsJoining(view, pod))
            {
                return Refuse(new PlanRefusal(
                    "PetIsJoining",
                    $"'{pet}' is on its way to become a voter.",
                    $"Wait for it with: Wait-ConsulPetSet {view.Workload.Name} -For Stable; or restart it all the same with -Force"));
            }
        }

        bool isLeader = view.IsLeader(pod);
        return new ConsulPetPlan(target, [new ConsulPetStep
        {
            Order = 1,
            Action = !isLeader ? "restart" : view.CanTransfer && view.Pets.Count > 1 ? "move the leadership away, restart" : "restart the leader",
            Target = pod.Name,
            Reason = view.Workload.Replicas == 1 ? "asked for; the only server, so Consul is away until it is back" : "asked for",
            VotersBefore = view.Quorum.Voters,
            VotersAfter = view.Quorum.Voters,
            ToleranceBefore = view.Quorum.Tolerance,
            ToleranceAfter = view.Quorum.Tolerance is null ? null : NamedRestart.ToleranceWithout(view, pod),
        }]);

        ConsulPetPlan Refuse(PlanRefusal refusal) => new(target, [], refusal);
    }

    // Alive and not a voter yet: a returning server waits for autopilot's ServerStabilizationTime (10 s by default).
    private static bool IsJoining(RollingView view, ObservedPod pod) =>
        view.Join.Member(pod) is { Status: ConsulMemberStatus.Alive } member
        && view.Join.Role(member.NodeId) is RaftRole.NonVoter or RaftRole.None
        && view.Set.Taken - pod.Created < TimeSpan.FromMinutes(1);
}
