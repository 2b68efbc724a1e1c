using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What is done after a container's start and before its end.</summary>
/// <param name="pod">The pod.</param>
/// <param name="container">The container.</param>
internal sealed class ContainerHooks(PodLife pod, JsonObject container)
{
    /// <summary>What is left to a process after its hook has used up the time (k8s.io/kubernetes, kuberuntime_container.go, minimumGracePeriodInSeconds).</summary>
    public static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(2);

    /// <summary>Carries out the hook after the start, if there is one.</summary>
    /// <param name="actions">What carries it out.</param>
    /// <param name="cancellationToken">The container has ended.</param>
    /// <returns>False when the hook failed, and the container has to end.</returns>
    public async Task<bool> AfterStartAsync(ActionRunner actions, CancellationToken cancellationToken) => container.Part("lifecycle", "postStart") is not { } hook
        || (await RunAsync("PostStartHook", hook, actions, cancellationToken).ConfigureAwait(false)).IsSuccess;

    /// <summary>Ends a process: its hook, the signal, and when the time is over, by force.</summary>
    /// <param name="running">The process.</param>
    /// <param name="actions">What carries out its hook; null when it has not got so far.</param>
    /// <param name="grace">The time that it has.</param>
    /// <returns>When it has ended.</returns>
    public async Task EndAsync(ContainerProcess running, ActionRunner? actions, GracePeriod grace)
    {
        if (container.Part("lifecycle", "preStop") is { } hook && actions is { } runner)
        {
            await RunAsync("PreStopHook", hook, runner, grace.Over).ConfigureAwait(false);
        }

        bool isLate = grace.Over.IsCancellationRequested;
        running.Terminate();
        using CancellationTokenSource? extra = isLate ? new CancellationTokenSource(LeastGrace, pod.Context.Clock) : null;
        try
        {
            await running.Exit.WaitAsync(extra?.Token ?? grace.Over).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            running.Kill();
            await running.Exit.ConfigureAwait(false);
        }
    }

    private async Task<ActionResult> RunAsync(string kind, JsonObject hook, ActionRunner runner, CancellationToken cancellationToken)
    {
        ActionResult result;
        try
        {
            result = await runner.RunAsync(hook, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new ActionResult(true, string.Empty);
        }

        if (!result.IsSuccess)
        {
            pod.Event(container, "Warning", $"Failed{kind}", kind + " failed" + (result.Output.Length > 0 ? $": {result.Output}" : string.Empty));
        }

        return result;
    }
}
