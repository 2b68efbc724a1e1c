using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>Decides whether one pet may be taken down to come back.</summary>
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
        string target = $"{observation.Workload.Namespace}/{observation.Workload.Name}";
        ObservedPod? pod = observation.Pods.FirstOrDefault(candidate => string.Equals(candidate.Name, pet, StringComparison.OrdinalIgnoreCase));
        if (pod is null)
        {
            return Refuse(new PlanRefusal(
                "PetNotFound",
                $"'{observation.Workload.Name}' has no pet '{pet}'.",
                $"List them with: Get-ConsulPet -PetSet {observation.Workload.Name}"));
        }

        var join = new PetJoin(observation);
        QuorumView quorum = QuorumView.Of(observation.Consul);
        string? id = join.Member(pod)?.NodeId;
        bool isVoter = join.Peer(id) is { IsVoter: true };
        bool isHealthyVoter = isVoter
            ? QuorumView.IsHealthy(id!, observation.Consul!)
            : pod.Running && join.Member(pod) is null && SomeHealthyVoterHasNoPod(observation, join);

        // A pod that never became a server (a bad image, no node) takes no vote with it: nothing of Consul need be known to free it.
        // A pod that has just stopped may still be a healthy voter to raft, until gossip notices.
        bool isServing = pod.Running || isHealthyVoter;
        if (isServing && observation.Workload.Replicas > 1 && ConsulGate.Refusal(observation) is { } gate)
        {
            return Refuse(gate);
        }

        if (isServing && observation.Workload.Replicas > 1)
        {
            bool stopIsSafe = quorum is { Voters: { } voters, HealthyVoters: { } healthy }
                && RaftQuorum.CanStop(voters, healthy - LeavingVoters(observation, join, pod), isHealthyVoter ? 1 : 0);
            if (!stopIsSafe && isHealthyVoter)
            {
                return Refuse(ConsulGate.QuorumWouldBeLost($"restarting '{pet}'", quorum));
            }

            if (!force && !isHealthyVoter && Joining(observation, join, pod))
            {
                return Refuse(new PlanRefusal(
                    "PetIsJoining",
                    $"'{pet}' is on its way to become a voter.",
                    $"Wait for it with: Wait-ConsulPetSet {observation.Workload.Name} -For Stable; or restart it all the same with -Force"));
            }
        }

        return new ConsulPetPlan(target, [new ConsulPetStep
        {
            Order = 1,
            Action = join.Role(id) == RaftRole.Leader ? "restart the leader" : "restart",
            Target = pod.Name,
            Reason = observation.Workload.Replicas == 1 ? "asked for; the only server, so Consul is away until it is back" : "asked for",
            VotersBefore = quorum.Voters,
            VotersAfter = quorum.Voters,
            ToleranceBefore = quorum.Tolerance,
            ToleranceAfter = quorum.Tolerance - (isHealthyVoter ? 1 : 0),
        }]);

        ConsulPetPlan Refuse(PlanRefusal refusal) => new(target, [], refusal);
    }

    // Healthy voters whose pods are on their way out, or have just stopped: gossip and autopilot notice only later.
    private static int LeavingVoters(PetSetObservation observation, PetJoin join, ObservedPod except) => observation.Pods.Count(pod =>
        pod.Name != except.Name
        && (pod.Deleting || !pod.Running)
        && join.Member(pod)?.NodeId is { } id
        && join.Peer(id) is { IsVoter: true }
        && QuorumView.IsHealthy(id, observation.Consul!));

    // A running pod that no member was found for may be any of the servers that no pod was found for: then it is taken for a healthy one.
    private static bool SomeHealthyVoterHasNoPod(PetSetObservation observation, PetJoin join) =>
        observation.Consul is { Peers: { } peers } consul
        && peers.Any(peer => peer.IsVoter
            && QuorumView.IsHealthy(peer.Id, consul)
            && !observation.Pods.Any(pod => join.Member(pod)?.NodeId == peer.Id));

    // Alive and not a voter yet: a returning server waits for autopilot's ServerStabilizationTime (10 s by default).
    private static bool Joining(PetSetObservation observation, PetJoin join, ObservedPod pod) =>
        join.Member(pod) is { Status: ConsulMemberStatus.Alive } member
        && join.Role(member.NodeId) is RaftRole.NonVoter or RaftRole.None
        && observation.Taken - pod.Created < TimeSpan.FromMinutes(1);
}
