using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Security;

/// <summary>What came of one look of a turn.</summary>
/// <param name="IsDone">Whether nothing is left to do.</param>
/// <param name="Waiting">Why nothing was written; null when something was.</param>
internal readonly record struct TurnResult(bool IsDone, string? Waiting)
{
    /// <summary>Nothing is left to do.</summary>
    public static readonly TurnResult Done = new(true, null);

    /// <summary>Something was written.</summary>
    public static readonly TurnResult Written = new(false, null);

    /// <summary>Nothing was written.</summary>
    /// <param name="why">Why.</param>
    /// <returns>The result.</returns>
    public static TurnResult Wait(string why) => new(false, why);
}

/// <summary>Runs a turn of a key or a certificate to its end, under the set's Lease: one look and at most one write at a time, until it is done or without progress for too long.</summary>
/// <param name="observer">The cluster.</param>
/// <param name="workload">The set.</param>
/// <param name="clock">The clock.</param>
/// <param name="what">What is turned, in words.</param>
internal sealed class TurnRunner(PetSetObserver observer, ObservedWorkload workload, TimeProvider clock, string what)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Runs it.</summary>
    /// <param name="next">Looks, decides, and writes one thing.</param>
    /// <param name="patience">How long it may go without a write.</param>
    /// <param name="onWaiting">Told what it waits for.</param>
    /// <param name="cancellationToken">Ends it after the write that is under way: it can be continued.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">SetIsLocked, LeaseLost, WaitTimedOut, and what the look or the write refuses.</exception>
    public async Task RunAsync(Func<CancellationToken, Task<TurnResult>> next, TimeSpan patience, Action<string>? onWaiting, CancellationToken cancellationToken)
    {
        string holder = FormattableString.Invariant($"{Environment.UserName}@{Environment.MachineName}, process {Environment.ProcessId}, run {Guid.NewGuid():n}");
        await using OperationLease lease = await OperationLease.TakeAsync(observer.Api, workload, holder, clock, onWaiting, cancellationToken).ConfigureAwait(false);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        try
        {
            await RunAsync(next, patience, onWaiting, clock.GetTimestamp(), running.Token).ConfigureAwait(false);
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

    private async Task RunAsync(Func<CancellationToken, Task<TurnResult>> next, TimeSpan patience, Action<string>? onWaiting, long since, CancellationToken cancellationToken)
    {
        string told = string.Empty;
        while (true)
        {
            TurnResult result;
            try
            {
                result = await next(cancellationToken).ConfigureAwait(false);
            }
            catch (ConsulPetsException exception) when (exception.Kind is ConsulPetsErrorKind.ConnectionError or ConsulPetsErrorKind.ResourceUnavailable || exception.ErrorId is "KubernetesBusy" or "ConsulBusy")
            {
                result = TurnResult.Wait(exception.Message);
            }

            if (result.IsDone)
            {
                return;
            }

            if (result.Waiting is not { } why)
            {
                since = clock.GetTimestamp();
                continue;
            }

            if (clock.GetElapsedTime(since) >= patience)
            {
                throw new ConsulPetsException(
                    "WaitTimedOut",
                    ConsulPetsErrorKind.OperationTimeout,
                    FormattableString.Invariant($"The turn of {what} of '{workload.Namespace}/{workload.Name}' has made no step for {patience.TotalSeconds:0} s: {why.TrimEnd('.')}."),
                    "Nothing is broken by that. Mend what it waits for (Test-ConsulPetSet), then run the command again: it goes on where it stopped",
                    $"{workload.Namespace}/{workload.Name}");
            }

            if (why != told)
            {
                told = why;
                onWaiting?.Invoke(why);
            }

            await Task.Delay(BetweenLooks, clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
