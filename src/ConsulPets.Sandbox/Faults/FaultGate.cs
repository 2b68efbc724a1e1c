using System.Globalization;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Faults;

/// <summary>Stands before the API: calls that a fault was ordered for fail here.</summary>
public sealed class FaultGate
{
    private readonly FaultRules rules;
    private readonly ObjectStore store;
    private readonly TimeProvider clock;

    /// <summary>Makes a gate that is always open: no fault can be ordered.</summary>
    public FaultGate()
        : this(new FaultRules(), new ObjectStore(), TimeProvider.System)
    {
    }

    /// <summary>Makes a gate.</summary>
    /// <param name="rules">The faults that are ordered.</param>
    /// <param name="store">The store whose watches and history they end.</param>
    /// <param name="clock">What delays are measured with.</param>
    internal FaultGate(FaultRules rules, ObjectStore store, TimeProvider clock)
    {
        this.rules = rules;
        this.store = store;
        this.clock = clock;
    }

    /// <summary>Lets a call pass, delays it, or fails it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What it means.</param>
    /// <param name="next">What answers it when it passes.</param>
    /// <returns>When it is answered.</returns>
    /// <exception cref="AnswerCutException">The answer was cut off as ordered. It is for the server, which then closes the connection with nothing more sent.</exception>
    public Task PassAsync(HttpContext context, RequestInfo request, Func<Task> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(next);

        // Whoever orders faults must stay able to remove them.
        IReadOnlyList<FaultRule> due = FaultRoutes.AreOwn(request.Path) ? [] : rules.Take(request);
        return due.Count == 0 ? next() : SufferAsync(context, request, due, next);
    }

    private async Task SufferAsync(HttpContext context, RequestInfo request, IReadOnlyList<FaultRule> due, Func<Task> next)
    {
        long? cut = null;
        foreach (FaultRule rule in due)
        {
            switch (rule.Effect)
            {
                case FaultEffect.Delay delay when !await WaitAsync(delay.Duration, context.RequestAborted).ConfigureAwait(false):
                    // Whoever called has gone.
                    return;
                case FaultEffect.EndWatches:
                    OpenWatches.End(store, rule.Kind);
                    break;
                case FaultEffect.Expire:
                    store.Compact();
                    break;
                case FaultEffect.Cut shorter:
                    cut = Math.Min(cut ?? long.MaxValue, shorter.AfterBytes);
                    break;
                case FaultEffect.Refuse refuse:
                    await RefuseAsync(context, refuse, request).ConfigureAwait(false);
                    return;
                case FaultEffect.Drop:
                    context.Abort();
                    return;
            }
        }

        await (cut is { } bytes ? CutAnswer.PassAsync(context, bytes, next) : next()).ConfigureAwait(false);
    }

    private async Task<bool> WaitAsync(TimeSpan duration, CancellationToken aborted)
    {
        try
        {
            await Task.Delay(duration, clock, aborted).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static Task RefuseAsync(HttpContext context, FaultEffect.Refuse refuse, RequestInfo request)
    {
        if (refuse.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return FaultAnswers.SendAsync(context, refuse.Code, FaultStatus.Of(refuse, request).ToStatus());
    }
}
