using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>Moves the leader by Consul's API, and sees that it has moved.</summary>
/// <param name="observer">The observer.</param>
/// <param name="clock">The clock.</param>
public sealed class LeaderMover(PetSetObserver observer, TimeProvider? clock = null)
{
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(250);
    private readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>Told what is waited for.</summary>
    public Action<string>? OnWaiting { get; init; }

    /// <summary>Plans the move on a fresh observation.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="to">The pet that is to lead; null for the most current healthy voter.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The observation and the move.</returns>
    public async Task<(PetSetObservation Observation, LeaderMove Move)> PlanAsync(ObservedWorkload workload, string? to, CancellationToken cancellationToken)
    {
        PetSetObservation observation = await observer.ObserveAsync(workload, default, cancellationToken).ConfigureAwait(false);
        return (observation, MoveLeaderPlanner.Plan(to, observation));
    }

    /// <summary>Moves the leader, after one more look, and returns when another one is known.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="to">The pet that is to lead; null for the most current healthy voter.</param>
    /// <param name="timeout">How long the move may take.</param>
    /// <param name="cancellationToken">Ends the calls. What was asked of raft goes on all the same.</param>
    /// <returns>An observation with the new leader in it; with the old one when it was the named pet already.</returns>
    /// <exception cref="ConsulPetsException">The planner's refusals; LeaderTransferUnsupported, LeaderElsewhere, LeaderDidNotMove.</exception>
    public async Task<PetSetObservation> MoveAsync(ObservedWorkload workload, string? to, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workload);
        PetSetObservation look = await observer.ObserveAgainAsync(workload, default, cancellationToken).ConfigureAwait(false);
        LeaderMove move = MoveLeaderPlanner.Plan(to, look);
        move.Plan.ThrowIfRefused(to ?? workload.Name);
        if (move.Plan.Steps.Count == 0)
        {
            return look;
        }

        string from = move.From!.Id;
        string heir = move.To!.Id;
        ConsulPetsException? failure = await AskAsync(look, heir, cancellationToken).ConfigureAwait(false);
        long asked = clock.GetTimestamp();
        while (true)
        {
            look = await observer.ObserveAgainAsync(workload, default, cancellationToken).ConfigureAwait(false);
            string? leader = look.Consul?.Leader?.Id;
            if (leader is not null && leader != from)
            {
                return leader == heir || to is null ? look : throw Elsewhere(look, to);
            }

            // Consul said no, and the old leader is still there: it will not move by itself. Where the answer was lost, it may.
            if (leader == from && failure is { ErrorId: "ConsulFailed" or "ConsulBusy" })
            {
                throw DidNotMove(failure.Message, failure);
            }

            if (clock.GetElapsedTime(asked) >= timeout)
            {
                throw DidNotMove(FormattableString.Invariant($"{(leader == from ? "it still leads" : "no leader is known")} after {timeout.TotalSeconds:0} s."), failure);
            }

            OnWaiting?.Invoke(leader is null ? "no leader yet" : $"{move.From.Name} still leads");
            await Task.Delay(BetweenQuestions, clock, cancellationToken).ConfigureAwait(false);
        }

        ConsulPetsException DidNotMove(string why, Exception? cause) => new(
            "LeaderDidNotMove",
            ConsulPetsErrorKind.OperationTimeout,
            $"The leader of '{workload.Name}' did not move from '{move.From.Name}' to '{move.To.Name}': {why}",
            $"See who is healthy with Get-ConsulAutopilot -PetSet {workload.Name}, and run the command again",
            to ?? workload.Name,
            cause);
    }

    // The leader is asked itself where its pod is known: it need not forward the request, and its word comes first.
    private async Task<ConsulPetsException?> AskAsync(PetSetObservation look, string heir, CancellationToken cancellationToken)
    {
        var join = new PetJoin(look);
        ObservedPod? leading = look.Pods.FirstOrDefault(pod => pod.Running && join.Member(pod)?.NodeId == look.Consul!.Leader!.Id);
        ObservedPod pod = leading ?? look.Pods.First(candidate => candidate.Name == look.Consul!.AnsweredBy);
        try
        {
            await observer.Agent(look.Workload, pod).TransferLeaderAsync(heir, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ConsulPetsException exception) when (exception.ErrorId is "ConsulFailed" or "ConsulBusy" or "PodUnreachable" or "NoConsulLeader" or "NotConsul")
        {
            // Consul's own handler has been seen to break the connection off, and an election may lie between: who leads now is what counts.
            return exception;
        }
    }

    private static ConsulPetsException Elsewhere(PetSetObservation look, string to) => new(
        "LeaderElsewhere",
        ConsulPetsErrorKind.InvalidOperation,
        $"The leader of '{look.Workload.Name}' is now '{look.Consul!.Leader!.Name}', not '{to}': an election came between.",
        "Run the command again if it is still wanted",
        to);
}
