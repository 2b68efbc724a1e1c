using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>
/// Runs an operation: look, decide, write one thing, look again, until it is done, refused, or without progress for too long. What must be remembered is in the cluster, so a run that was killed
/// is finished by another that is begun with the same values.
/// </summary>
/// <param name="observer">The cluster.</param>
/// <param name="clock">The clock.</param>
public sealed class OperationRunner(PetSetObserver observer, TimeProvider? clock = null)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>Told what it waits at, in words: which gate, and why it is closed.</summary>
    public Action<string>? OnWaiting { get; init; }

    /// <summary>Told of each step before it is written.</summary>
    public Action<RollingStep>? OnStep { get; init; }

    /// <summary>Told of each step as soon as it is written.</summary>
    public Action<RollingStep>? OnWritten { get; init; }

    /// <summary>Looks once and decides, and writes nothing.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="operation">What is wanted.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The look and the first decision.</returns>
    public async Task<(OperationObservation Look, RollingDecision First)> PlanAsync(ObservedWorkload workload, RollingOperation operation, CancellationToken cancellationToken)
    {
        (OperationObservation look, _) = await new OperationObserver(observer, operation.Kind).ObserveAsync(workload, cancellationToken).ConfigureAwait(false);
        return (look, RollingPlanner.Decide(operation, look));
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="operation">What is wanted.</param>
    /// <param name="writer">What writes.</param>
    /// <param name="patience">How long it may go without a step.</param>
    /// <param name="cancellationToken">Ends it after the write that is under way: it can be continued.</param>
    /// <returns>The last decision: done, or stopped at the canary.</returns>
    /// <exception cref="ConsulPetsException">The planner's refusals, SetIsLocked, LeaseLost, WaitTimedOut.</exception>
    public async Task<RollingDecision> RunAsync(
        ObservedWorkload workload, RollingOperation operation, OperationWriter writer, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(writer);
        await using OperationLease lease = await OperationLease.TakeAsync(observer.Api, workload, HolderOf(operation), clock, OnWaiting, cancellationToken).ConfigureAwait(false);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        try
        {
            return await RunAsync(workload, operation, writer, new Patience(clock, patience), running.Token).ConfigureAwait(false);
        }
        catch (ConsulPetsException)
        {
            await WithdrawAsync(workload, operation, writer, running.Token).ConfigureAwait(false);
            throw;
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ConsulPetsException(
                "LeaseLost",
                ConsulPetsErrorKind.ResourceBusy,
                $"The Lease of '{workload.Name}' could not be kept, so another operator may be at work.",
                "Look with Get-ConsulPetSet, then run the command again: it goes on where it stopped",
                $"{workload.Namespace}/{workload.Name}");
        }
    }

    private async Task<RollingDecision> RunAsync(ObservedWorkload workload, RollingOperation operation, OperationWriter writer, Patience patience, CancellationToken cancellationToken)
    {
        var looks = new OperationObserver(observer, operation.Kind);
        bool? canTransfer = null;
        RollingStep? last = null;
        string told = string.Empty;
        await using ClusterEvents events = new ClusterEvents(observer.Api, workload.Namespace, clock, observer.OnDetail)
            .Watch(KubernetesResource.Pods, workload.Selector, null)
            .Watch(KubernetesResource.Of(workload.Kind), null, $"metadata.name={workload.Name}");
        while (true)
        {
            string why;
            try
            {
                (OperationObservation look, string version) = await looks.ObserveAsync(workload, cancellationToken).ConfigureAwait(false);
                RollingDecision decision = RollingPlanner.Decide(operation, look with { CanTransferLeadership = canTransfer });
                switch (decision.Kind)
                {
                    case RollingDecisionKind.Done:
                        return decision;
                    case RollingDecisionKind.Refused:
                        throw decision.Refusal!.ToException($"{workload.Namespace}/{workload.Name}");
                    case RollingDecisionKind.Step:
                        RollingStep step = decision.Step!;
                        OnStep?.Invoke(step);
                        if (await writer.WriteAsync(step, look, version, cancellationToken).ConfigureAwait(false))
                        {
                            OnWritten?.Invoke(step);
                            if (IsAgain(step, last))
                            {
                                // It was written, and did not last: no progress, however often it is done.
                                why = step.Reason;
                                break;
                            }

                            last = step;
                            patience.Begin();
                            if (step.Kind == RollingStepKind.ReleaseOperation)
                            {
                                await writer.TidyAsync(workload, cancellationToken).ConfigureAwait(false);
                                return RollingDecision.Done(step.Reason);
                            }

                            continue;
                        }

                        why = "what was seen has changed meanwhile";
                        break;
                    default:
                        why = decision.Words;
                        break;
                }
            }
            catch (ConsulPetsException exception) when (exception.ErrorId == "LeaderTransferUnsupported")
            {
                canTransfer = false;
                continue;
            }
            catch (ConsulPetsException exception) when (IsPassing(exception, operation))
            {
                why = exception.Message;
            }

            patience.ThrowIfOver(workload, operation.Kind, why);
            if (why != told)
            {
                told = why;
                OnWaiting?.Invoke(why);
            }

            await events.NextAsync(BetweenLooks, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsAgain(RollingStep step, RollingStep? last) => last is not null && (step.Kind, step.Target, step.Id, step.Uid, step.Number) == (last.Kind, last.Target, last.Id, last.Uid, last.Number);

    // Who runs it, in the set's Lease. The process alone does not say: two sessions of one process, as ForEach-Object -Parallel has them, are two operators.
    private static string HolderOf(RollingOperation operation) =>
        FormattableString.Invariant($"{Environment.UserName}@{Environment.MachineName}, process {Environment.ProcessId}, run {operation.Run}");

    // What has taken nothing down leaves nothing behind that would have to be finished first, and would stand in the way of mending what refused it.
    private async Task WithdrawAsync(ObservedWorkload workload, RollingOperation operation, OperationWriter writer, CancellationToken cancellationToken)
    {
        if (operation.Pets is not { Count: > 0 })
        {
            return;
        }

        try
        {
            (OperationObservation look, string version) = await new OperationObserver(observer, operation.Kind).ObserveAsync(workload, cancellationToken).ConfigureAwait(false);
            if (RollingPlanner.Withdrawal(operation, look) is { } step && await writer.WriteAsync(step, look, version, cancellationToken).ConfigureAwait(false))
            {
                OnWritten?.Invoke(step);
            }
        }
        catch (Exception exception) when (exception is ConsulPetsException or OperationCanceledException)
        {
            // The failure that ends the run is the one to tell; the same command takes the annotation away later.
            observer.OnDetail?.Invoke($"{workload.Namespace}/{workload.Name}: the operation's annotation stays: {exception.Message}");
        }
    }

    // What another try may find mended: a server that is busy or away for a moment, an election, a budget that waits for a pod, a pod that is another meanwhile. Who named a pet, and may have
    // named a sick one, is told at once of a budget: it may be the very pet that it waits for.
    private static bool IsPassing(ConsulPetsException exception, RollingOperation operation) =>
        exception.Kind is ConsulPetsErrorKind.ConnectionError or ConsulPetsErrorKind.ResourceUnavailable
        || exception.ErrorId is "KubernetesBusy" or "KubernetesConflict" or "KubernetesNotFound" or "ConsulBusy"
        || (exception.ErrorId == "DisruptionBudgetExceeded" && operation.Pets is not { Count: > 0 });

    private sealed class Patience(TimeProvider clock, TimeSpan longest)
    {
        private long since = clock.GetTimestamp();

        public void Begin() => since = clock.GetTimestamp();

        public void ThrowIfOver(ObservedWorkload workload, RollingKind kind, string why)
        {
            if (clock.GetElapsedTime(since) >= longest)
            {
                throw new ConsulPetsException(
                    "WaitTimedOut",
                    ConsulPetsErrorKind.OperationTimeout,
                    FormattableString.Invariant($"The operation on '{workload.Namespace}/{workload.Name}' has made no step for {longest.TotalSeconds:0} s: {why.TrimEnd('.')}."),
                    $"Nothing more is changed. Mend what it waits for (Get-ConsulPet, Test-ConsulPetSet), then run the command again: it goes on where it stopped{(kind == RollingKind.Update ? $". Or go back: Undo-ConsulPetSet {workload.Name}" : string.Empty)}",
                    $"{workload.Namespace}/{workload.Name}");
            }
        }
    }
}
