using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>Takes one dead peer out of the raft configuration, when two looks agree that it is dead.</summary>
/// <param name="observer">The observer.</param>
/// <param name="clock">The clock.</param>
public sealed class RaftPeerRemover(PetSetObserver observer, TimeProvider? clock = null)
{
    /// <summary>The time between the two looks: a server that only missed a probe is alive again by then.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromSeconds(5);

    private static readonly ConsulQuestions EveryAgent = new(EveryAgent: true);
    private static readonly TimeSpan LongestRemoval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(250);
    private readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>Plans the removal on a fresh observation.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="nodeId">The raft ID.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The observation and the plan.</returns>
    public async Task<(PetSetObservation Observation, ConsulPetPlan Plan)> PlanAsync(ObservedWorkload workload, string nodeId, CancellationToken cancellationToken)
    {
        PetSetObservation observation = await observer.ObserveAsync(workload, EveryAgent, cancellationToken).ConfigureAwait(false);
        return (observation, RemoveRaftPeerPlanner.Plan(nodeId, observation));
    }

    /// <summary>Removes the peer, after a second look some seconds after the first, and sees that it stays away.</summary>
    /// <param name="seen">The observation that was planned on.</param>
    /// <param name="nodeId">The raft ID.</param>
    /// <param name="cancellationToken">Ends the calls and the wait.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">The planner's refusals; RaftPeerRemains.</exception>
    public async Task RemoveAsync(PetSetObservation seen, string nodeId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        TimeSpan since = clock.GetUtcNow() - seen.Taken;
        if (since < Apart)
        {
            await Task.Delay(since > TimeSpan.Zero ? Apart - since : Apart, clock, cancellationToken).ConfigureAwait(false);
        }

        PetSetObservation look = await observer.ObserveAgainAsync(seen.Workload, EveryAgent, cancellationToken).ConfigureAwait(false);
        ConsulPetPlan plan = RemoveRaftPeerPlanner.Plan(nodeId, look);
        plan.ThrowIfRefused(nodeId);
        if (plan.Steps.Count == 0)
        {
            return;
        }

        ObservedPod pod = look.Pods.First(candidate => candidate.Name == look.Consul!.AnsweredBy);
        await observer.Agent(look.Workload, pod).RemoveRaftPeerAsync(nodeId, cancellationToken).ConfigureAwait(false);
        long asked = clock.GetTimestamp();
        while (true)
        {
            look = await observer.ObserveAgainAsync(seen.Workload, default, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<ObservedPeer>? peers = look.Consul is { PeersAreStale: false } consul ? consul.Peers : null;
            if (peers is not null && peers.All(peer => peer.Id != nodeId))
            {
                return;
            }

            if (clock.GetElapsedTime(asked) >= LongestRemoval)
            {
                // The leader adds a server that gossip knows as alive again in its next pass (the comment at RaftRemovePeerByID in Consul's source).
                throw new ConsulPetsException(
                    "RaftPeerRemains",
                    ConsulPetsErrorKind.OperationTimeout,
                    $"The raft peer {nodeId} was removed, and {(peers is null ? "whether it is gone cannot be seen: no leader answers" : "raft still has it")}.",
                    $"Look with Get-ConsulRaftPeer -PetSet {seen.Workload.Name} and Get-ConsulMember -PetSet {seen.Workload.Name}: it may be alive again",
                    nodeId);
            }

            await Task.Delay(BetweenQuestions, clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
