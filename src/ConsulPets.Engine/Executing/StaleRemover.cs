using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>Finds what is stale by two looks, and removes it one at a time.</summary>
/// <param name="observer">The observer.</param>
/// <param name="clock">The clock.</param>
public sealed class StaleRemover(PetSetObserver observer, TimeProvider? clock = null)
{
    private static readonly ConsulQuestions Everything = new(Wan: true, EveryAgent: true);
    private static readonly TimeSpan LongestRemoval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(250);
    private readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>What two observations, some seconds apart, agree is stale.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="apart">The time between the looks.</param>
    /// <param name="cancellationToken">Ends the calls and the wait.</param>
    /// <returns>The stale pets; without a second look when the first shows none.</returns>
    /// <exception cref="ConsulPetsException">ConsulUnreachable, ConsulViewFiltered: what is stale cannot be known then.</exception>
    public async Task<IReadOnlyList<StalePet>> FindAsync(ObservedWorkload workload, TimeSpan apart, CancellationToken cancellationToken)
    {
        PetSetObservation first = await observer.ObserveAsync(workload, Everything, cancellationToken).ConfigureAwait(false);
        if (ConsulGate.Refusal(first) is { ErrorId: not ("NoConsulLeader" or "ConsulHealthUnknown") } refusal && first.Workload.Replicas > 0)
        {
            throw refusal.ToException(workload.Name);
        }

        if (StaleRules.Find(first).Count == 0)
        {
            return [];
        }

        await Task.Delay(apart, clock, cancellationToken).ConfigureAwait(false);
        PetSetObservation second = await observer.ObserveAgainAsync(workload, Everything, cancellationToken).ConfigureAwait(false);
        return StaleRules.Confirm(first, second);
    }

    /// <summary>Plans a removal on a fresh observation.</summary>
    /// <param name="stale">What was found.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The observation and the plan.</returns>
    /// <exception cref="ConsulPetsException">PetSetNotFound.</exception>
    public async Task<(PetSetObservation Observation, ConsulPetPlan Plan)> PlanAsync(StalePet stale, string namespaceName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stale);
        ObservedWorkload workload = await observer.GetWorkloadAsync(namespaceName, stale.PetSet, cancellationToken).ConfigureAwait(false);
        PetSetObservation observation = await observer.ObserveAsync(workload, Everything, cancellationToken).ConfigureAwait(false);
        return (observation, RemoveStalePlanner.Plan(stale, observation));
    }

    /// <summary>Removes one stale pet: force-leave, wait, remove the raft peer if it is still there, and see that nothing is left.</summary>
    /// <param name="stale">What was found.</param>
    /// <param name="workload">The set.</param>
    /// <param name="cancellationToken">Ends the calls. A removal that was cut short goes on when it is run again.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">What stands in the way; StaleRemains when it does not go.</exception>
    public async Task RemoveAsync(StalePet stale, ObservedWorkload workload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stale);
        PetSetObservation observation = await observer.ObserveAgainAsync(workload, Everything, cancellationToken).ConfigureAwait(false);
        ConsulPetPlan plan = RemoveStalePlanner.Plan(stale, observation);
        plan.ThrowIfRefused(stale);
        if (plan.Steps.Count == 0)
        {
            return;
        }

        if (stale.Kind == StalePetKind.Volume)
        {
            string? uid = observation.Claims.FirstOrDefault(claim => claim.Name == stale.Name)?.Uid;
            await observer.Api.DeleteAsync(KubernetesResource.Claims, workload.Namespace, stale.Name, "Background", uid, cancellationToken).ConfigureAwait(false);
            return;
        }

        await RemoveFromConsulAsync(stale, observation, cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveFromConsulAsync(StalePet stale, PetSetObservation observation, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp();
        bool asked = false;
        while (!RemoveStalePlanner.IsGone(stale, observation))
        {
            ConsulClient agent = AgentThatAnswered(observation);
            if (stale.Kind is StalePetKind.Member or StalePetKind.WanMember && !asked)
            {
                await agent.ForceLeaveAsync(stale.Name, prune: true, cancellationToken).ConfigureAwait(false);
                asked = true;
            }
            else if (RemoveStalePlanner.Peer(stale, observation) is { } peer && IsDead(peer.Id, observation))
            {
                // The leader takes a member that left out of raft by itself; old faults left a voter behind (hashicorp/consul#2742).
                await agent.RemoveRaftPeerAsync(peer.Id, cancellationToken).ConfigureAwait(false);
            }
            else if (stale.Kind == StalePetKind.Member && observation.Consul!.Members.Any(member => RemoveStalePlanner.IsThis(member, stale)))
            {
                // A member that was failed has become left by the first call; pruning takes it off the list, that of every agent.
                await MemberPruning.ForceLeaveAsync(observer, observation, stale.Name, cancellationToken).ConfigureAwait(false);
            }

            if (clock.GetElapsedTime(started) > LongestRemoval)
            {
                throw new ConsulPetsException(
                    "StaleRemains",
                    ConsulPetsErrorKind.OperationTimeout,
                    $"'{stale.Name}' was asked to go and is still there.",
                    $"Look with Find-StalePet -PetSet {observation.Workload.Name}, and run the command again",
                    stale);
            }

            await Task.Delay(BetweenQuestions, clock, cancellationToken).ConfigureAwait(false);
            observation = await observer.ObserveAgainAsync(observation.Workload, Everything, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsDead(string id, PetSetObservation observation) =>
        !observation.Consul!.Members.Any(member => member.NodeId == id && member.Status is ConsulMemberStatus.Alive or ConsulMemberStatus.Leaving)
        && !(observation.Consul.Health ?? []).Any(server => server.Id == id && server.Healthy);

    private ConsulClient AgentThatAnswered(PetSetObservation observation)
    {
        ObservedPod? pod = observation.Pods.FirstOrDefault(candidate => candidate.Name == observation.Consul?.AnsweredBy);
        return pod is not null && observation.Consul is { Leader: not null }
            ? observer.Agent(observation.Workload, pod)
            : throw ConsulGate.Refusal(observation)!.ToException(observation.Workload.Name);
    }
}
