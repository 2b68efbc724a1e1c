using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What a container's probes report to.</summary>
internal interface IProbed
{
    /// <summary>The startup probe has succeeded; or there is none.</summary>
    void Started();

    /// <summary>Whether the container may serve.</summary>
    /// <param name="isReady">True when it may.</param>
    void Ready(bool isReady);

    /// <summary>The liveness or startup probe has failed: the container has to be restarted.</summary>
    /// <param name="kind"><c>liveness</c> or <c>startup</c>.</param>
    /// <param name="grace">The seconds that it has to end; null for the pod's own.</param>
    void Failed(string kind, long? grace);

    /// <summary>One probe has failed.</summary>
    /// <param name="message">The sentence for the event.</param>
    void Unhealthy(string message);
}

/// <summary>Probes a container as long as it runs. Between probes nothing but a timer exists.</summary>
internal sealed class ContainerProbes
{
    private readonly JsonObject container;
    private readonly ActionRunner actions;
    private readonly IProbed probed;
    private readonly TimeProvider clock;

    /// <summary>Makes them.</summary>
    /// <param name="container">The container.</param>
    /// <param name="actions">What carries them out.</param>
    /// <param name="probed">What they report to.</param>
    /// <param name="clock">The time.</param>
    public ContainerProbes(JsonObject container, ActionRunner actions, IProbed probed, TimeProvider clock)
    {
        this.container = container;
        this.actions = actions;
        this.probed = probed;
        this.clock = clock;
    }

    /// <summary>Probes until it is cancelled: the startup probe first, alone, then the others.</summary>
    /// <param name="cancellationToken">The container has ended.</param>
    /// <returns>When all probes have ended.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (container.Part("startupProbe") is { } startup && !await StartAsync(startup, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            probed.Started();
            if (container.Part("readinessProbe") is null)
            {
                probed.Ready(true);
            }

            await Task.WhenAll(
                RepeatAsync("Readiness", container.Part("readinessProbe"), Judge, cancellationToken),
                RepeatAsync("Liveness", container.Part("livenessProbe"), Live, cancellationToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The container has ended.
        }

        bool Judge(bool isHealthy, ProbeSettings settings)
        {
            probed.Ready(isHealthy);
            return true;
        }

        bool Live(bool isHealthy, ProbeSettings settings)
        {
            if (!isHealthy)
            {
                probed.Failed("liveness", settings.Grace);
            }

            return isHealthy;
        }
    }

    private async Task<bool> StartAsync(JsonObject startup, CancellationToken cancellationToken)
    {
        bool hasStarted = false;
        await RepeatAsync(
            "Startup",
            startup,
            (isHealthy, settings) =>
            {
                hasStarted = isHealthy;
                if (!isHealthy)
                {
                    probed.Failed("startup", settings.Grace);
                }

                return false;
            },
            cancellationToken).ConfigureAwait(false);
        return hasStarted;
    }

    private async Task RepeatAsync(string kind, JsonObject? probe, Func<bool, ProbeSettings, bool> judge, CancellationToken cancellationToken)
    {
        if (probe is null)
        {
            return;
        }

        ProbeSettings settings = ProbeSettings.Of(probe);
        var counter = new ProbeCounter(settings);
        await Task.Delay(settings.InitialDelay, clock, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            ActionResult result = await TryAsync(probe, settings, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!result.IsSuccess)
            {
                probed.Unhealthy($"{kind} probe failed: {result.Output}");
            }

            if (counter.Count(result.IsSuccess) is { } isHealthy && !judge(isHealthy, settings))
            {
                return;
            }

            await Task.Delay(settings.Period, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ActionResult> TryAsync(JsonObject probe, ProbeSettings settings, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await actions.RunAsync(probe, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string what = probe.ContainsKey("exec") ? $"command timed out: \"{string.Join(' ', probe.Texts("exec", "command"))}\" timed out after {settings.Timeout.TotalSeconds}s" : "context deadline exceeded";
            return new ActionResult(false, what);
        }
    }
}
