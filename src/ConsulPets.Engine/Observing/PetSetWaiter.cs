using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Observing;

/// <summary>
/// Waits until an observation satisfies a rule. Kubernetes is watched: each event leads to a new look. Consul has no event for gossip and raft, so while
/// only its part is missing it is asked again, soon at first and then once a second.
/// </summary>
/// <param name="observer">The observer.</param>
/// <param name="clock">The clock.</param>
public sealed class PetSetWaiter(PetSetObserver observer, TimeProvider? clock = null)
{
    private static readonly TimeSpan FirstQuestion = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SlowestQuestion = TimeSpan.FromSeconds(1);

    // A watch can be silent for good (a proxy that swallowed its end), so there is a look without an event now and then.
    private static readonly TimeSpan LookWithoutEvent = TimeSpan.FromSeconds(10);

    private readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>Told what is still missing, each time it changes.</summary>
    public Action<string>? OnWaiting { get; init; }

    /// <summary>Waits.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="judge">The rule.</param>
    /// <param name="goal">What is waited for, in words.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The observation that satisfied the rule.</returns>
    /// <exception cref="ConsulPetsException">WaitTimedOut, saying what was last missing; PetSetNotFound when the set goes.</exception>
    public async Task<PetSetObservation> WaitAsync(
        ObservedWorkload workload, Func<PetSetObservation, WaitVerdict> judge, string goal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(judge);
        long started = clock.GetTimestamp();
        await using var events = new ClusterEvents(observer.Api, workload.Namespace, clock, observer.OnDetail)
            .Watch(KubernetesResource.Pods, workload.Selector, null)
            .Watch(KubernetesResource.Of(workload.Kind), null, $"metadata.name={workload.Name}");
        TimeSpan pause = FirstQuestion;
        string missing = string.Empty;
        while (true)
        {
            PetSetObservation observation = await observer.ObserveAgainAsync(workload, default, cancellationToken).ConfigureAwait(false);
            WaitVerdict verdict = judge(observation);
            if (verdict.IsMet)
            {
                return observation;
            }

            if (verdict.Missing != missing)
            {
                missing = verdict.Missing;
                pause = FirstQuestion;
                OnWaiting?.Invoke(missing);
            }

            TimeSpan left = timeout - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                throw TimedOut(workload, goal, timeout, missing);
            }

            TimeSpan next = verdict.OnlyConsul ? pause : LookWithoutEvent;
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 3 / 2, SlowestQuestion.Ticks));
            await events.NextAsync(next < left ? next : left, cancellationToken).ConfigureAwait(false);
        }
    }

    private static ConsulPetsException TimedOut(ObservedWorkload workload, string goal, TimeSpan timeout, string missing) => new(
        "WaitTimedOut",
        ConsulPetsErrorKind.OperationTimeout,
        FormattableString.Invariant($"'{workload.Namespace}/{workload.Name}' was not {goal} within {timeout.TotalSeconds:0} s; last seen: {missing}."),
        $"Nothing was undone: see Test-ConsulPetSet {workload.Name}, or wait on with Wait-ConsulPetSet {workload.Name}",
        $"{workload.Namespace}/{workload.Name}");
}
