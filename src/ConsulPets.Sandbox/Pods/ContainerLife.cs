using System.ComponentModel;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>One container of a pod, from its first start to its last end.</summary>
internal sealed class ContainerLife : IProbed, IDisposable
{
    private readonly PodLife pod;
    private readonly JsonObject container;
    private readonly bool isInit;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RestartBackOff backOff;
    private readonly ContainerPreparation preparation;
    private readonly ContainerHooks hooks;
    private ContainerSnapshot snapshot;
    private ContainerProcess? process;
    private ContainerSetup? setup;
    private ContainerLog? log;
    private ContainerLog? previousLog;
    private ActionRunner? actions;
    private string? killReason;
    private Task life = Task.CompletedTask;

    /// <summary>Makes one.</summary>
    /// <param name="pod">Its pod.</param>
    /// <param name="container">The container of the <c>spec</c>.</param>
    /// <param name="isInit">Whether it is an init container.</param>
    /// <param name="start">How it stands at first.</param>
    public ContainerLife(PodLife pod, JsonObject container, bool isInit, ContainerSnapshot start)
    {
        this.pod = pod;
        this.container = container;
        this.isInit = isInit;
        snapshot = start;
        backOff = new RestartBackOff(pod.Context.Options);
        preparation = new ContainerPreparation(pod, container, backOff, Update);
        hooks = new ContainerHooks(pod, container);
    }

    /// <summary>Its name.</summary>
    public string Name => container.Text("name") ?? string.Empty;

    /// <summary>Whether it is an init container that goes on running.</summary>
    public bool IsSidecar => isInit && PodStatusBuilder.IsSidecar(container);

    /// <summary>Ends when it has started for the first time, as its startup probe sees it.</summary>
    public Task Started => started.Task;

    /// <summary>How it stands.</summary>
    public ContainerSnapshot Snapshot
    {
        get
        {
            lock (gate)
            {
                return snapshot;
            }
        }
    }

    /// <summary>What its commands are started with; null while it does not run.</summary>
    public ContainerSetup? Setup => Snapshot.IsRunning ? setup : null;

    /// <summary>Its log, or that of its run before; null when there is none.</summary>
    /// <param name="isPrevious">True for the run before.</param>
    /// <returns>The log.</returns>
    public ContainerLog? Log(bool isPrevious) => isPrevious ? previousLog : log;

    /// <summary>Begins its life.</summary>
    /// <param name="gone">Ends it at once.</param>
    /// <returns>When it has ended for good.</returns>
    public Task Begin(CancellationToken gone) => life = RunAsync(gone);

    /// <summary>Ends it as a pod that is deleted ends: hook, signal, and when the time is over, by force.</summary>
    /// <param name="grace">The time that it has.</param>
    /// <returns>When it has ended.</returns>
    public async Task StopAsync(GracePeriod grace)
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        if (Snapshot.IsRunning && process is { } running)
        {
            pod.Event(container, "Normal", "Killing", $"Stopping container {Name}");
            await hooks.EndAsync(running, actions, grace).ConfigureAwait(false);
        }

        await life.ConfigureAwait(false);
    }

    /// <summary>Kills its process. It is restarted as one that ended.</summary>
    /// <param name="reason">What its status then says.</param>
    /// <returns>Whether one ran.</returns>
    public bool Kill(string reason)
    {
        if (!Snapshot.IsRunning || process is not { } running)
        {
            return false;
        }

        killReason = reason;
        running.Kill();
        return true;
    }

    /// <summary>Writes its files anew, when what they are made of has changed.</summary>
    public void Refresh() => Setup?.WriteFiles(pod.Context, pod.Json, pod.Volumes);

    /// <summary>Closes its files, when its pod is gone.</summary>
    public void Dispose()
    {
        log?.Dispose();
        previousLog?.Dispose();
        stopping.Dispose();
    }

    void IProbed.Started()
    {
        Update(static one => one with { IsStarted = true });
        started.TrySetResult();
    }

    void IProbed.Ready(bool isReady) => Update(one => one with { IsReady = isReady });

    void IProbed.Unhealthy(string message) => pod.Event(container, "Warning", "Unhealthy", message);

    void IProbed.Failed(string kind, long? grace)
    {
        if (process is { } running)
        {
            pod.Event(container, "Normal", "Killing", $"Container {Name} failed {kind} probe, will be restarted");
            _ = RestartAsync(running, TimeSpan.FromSeconds(grace ?? pod.Json.Number("spec", "terminationGracePeriodSeconds") ?? 30));
        }
    }

    private async Task RestartAsync(ContainerProcess running, TimeSpan time)
    {
        using var grace = new GracePeriod(time, pod.Context.Clock);
        await hooks.EndAsync(running, actions, grace).ConfigureAwait(false);
    }

    private async Task RunAsync(CancellationToken gone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, stopping.Token);
        try
        {
            while (true)
            {
                setup = await preparation.PrepareAsync(either.Token).ConfigureAwait(false);
                int code = await RunOnceAsync(setup, gone, either.Token).ConfigureAwait(false);
                if (either.IsCancellationRequested || !RestartRule.IsRestarted(pod.Json.Text("spec", "restartPolicy"), isInit, IsSidecar, code))
                {
                    return;
                }

                await WaitForRestartAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // It is not to be started any more.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The pod's folder went under its feet: somebody cleaned up.
            Update(one => one with { State = new ContainerState.Waiting("CreateContainerError", exception.Message) });
            pod.Event(container, "Warning", "Failed", $"Error: {exception.Message}");
        }
    }

    private async Task<int> RunOnceAsync(ContainerSetup prepared, CancellationToken gone, CancellationToken stop)
    {
        bool isRestart = Snapshot.ContainerId.Length > 0;
        string id = $"containerd://{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";
        long restarts = Snapshot.RestartCount + (isRestart ? 1 : 0);
        BeginLog(restarts);
        Update(one => one with
        {
            RestartCount = restarts,
            ContainerId = id,
            ImageId = prepared.Image.Id,
            LastState = one.State as ContainerState.Terminated ?? one.LastState,
        });
        pod.Event(container, "Normal", "Created", $"Created container {Name}");
        if (prepared.Image.Kind == ImageKind.Pause)
        {
            return await PauseAsync(id, stop).ConfigureAwait(false);
        }

        (ProcessPlan? plan, string? missing) = prepared.Main(pod.Context, pod.Json);
        string? problem = plan is null ? $"exec: \"{missing}\": executable file not found in $PATH" : null;
        ContainerProcess? running = null;
        try
        {
            running = plan is null ? null : await pod.StartAsync(plan).ConfigureAwait(false);
        }
        catch (Win32Exception exception)
        {
            problem = $"exec: \"{plan!.Program}\": {exception.Message}";
        }

        if (running is null)
        {
            return FailToStart(id, problem!);
        }

        await using (running)
        {
            return await AttendAsync(running, prepared, id, gone, stop).ConfigureAwait(false);
        }
    }

    private async Task<int> AttendAsync(ContainerProcess running, ContainerSetup prepared, string id, CancellationToken gone, CancellationToken stop)
    {
        DateTimeOffset start = pod.Context.Clock.GetUtcNow();
        killReason = null;
        process = running;
        using CancellationTokenRegistration end = gone.Register(running.Kill);
        running.Input.Close();
        Task copied = Task.WhenAll(log!.CopyAsync(running.Output), log.CopyAsync(running.Error));
        actions = new ActionRunner(container, pod.Address, prepared, pod.StartAsync, pod.Context.Clock);
        Update(one => one with { State = new ContainerState.Running(start) });
        pod.Event(container, "Normal", "Started", $"Started container {Name}");
        if (stop.IsCancellationRequested)
        {
            // Asked to stop between the decision to start it and its start: nobody has signalled it.
            running.Terminate();
        }

        using var probing = CancellationTokenSource.CreateLinkedTokenSource(gone);
        Task probes = ProbeAsync(running, actions, probing.Token);
        int code = await running.Exit.ConfigureAwait(false);
        await probing.CancelAsync().ConfigureAwait(false);
        await probes.ConfigureAwait(false);

        // A grandchild that has left the group may hold the outputs open for ever.
        await Task.WhenAny(copied, Task.Delay(ContainerHooks.LeastGrace, CancellationToken.None)).ConfigureAwait(false);
        process = null;
        log.End();
        string reason = killReason ?? (code == 0 ? "Completed" : "Error");
        Update(one => one with
        {
            State = new ContainerState.Terminated(code, reason, null, start, pod.Context.Clock.GetUtcNow(), id),
            IsReady = isInit && code == 0,
            IsStarted = false,
        });
        return code;
    }

    private async Task ProbeAsync(ContainerProcess running, ActionRunner runner, CancellationToken cancellationToken)
    {
        if (!await hooks.AfterStartAsync(runner, cancellationToken).ConfigureAwait(false))
        {
            pod.Event(container, "Normal", "Killing", "FailedPostStartHook");
            running.Kill();
            return;
        }

        if (!isInit || IsSidecar)
        {
            await new ContainerProbes(container, runner, this, pod.Context.Clock).RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<int> PauseAsync(string id, CancellationToken stop)
    {
        DateTimeOffset start = pod.Context.Clock.GetUtcNow();
        Update(one => one with { State = new ContainerState.Running(start), IsReady = true, IsStarted = true });
        pod.Event(container, "Normal", "Started", $"Started container {Name}");
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        log!.End();
        Update(one => one with
        {
            State = new ContainerState.Terminated(0, "Completed", null, start, pod.Context.Clock.GetUtcNow(), id),
            IsReady = false,
            IsStarted = false,
        });
        return 0;
    }

    private int FailToStart(string id, string problem)
    {
        string message = $"failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: {problem}: unknown";
        log!.End();
        Update(one => one with { State = new ContainerState.Terminated(128, "StartError", message, DateTimeOffset.UnixEpoch, pod.Context.Clock.GetUtcNow(), id) });
        pod.Event(container, "Warning", "Failed", $"Error: {message}");
        return 128;
    }

    private async Task WaitForRestartAsync(CancellationToken cancellationToken)
    {
        ContainerState.Terminated? ended = Snapshot.State as ContainerState.Terminated;
        TimeSpan wait = backOff.Next(ended is { StartedAt: { } started } && started > DateTimeOffset.UnixEpoch ? ended.FinishedAt - started : TimeSpan.Zero);
        if (wait == TimeSpan.Zero)
        {
            return;
        }

        string who = $"{pod.Name}_{pod.Namespace}({pod.Uid})";
        Update(one => one with
        {
            State = new ContainerState.Waiting("CrashLoopBackOff", $"back-off {Durations.Words(wait)} restarting failed container={Name} pod={who}"),
            LastState = ended ?? one.LastState,
        });
        pod.Event(container, "Warning", "BackOff", $"Back-off restarting failed container {Name} in pod {who}");
        await Task.Delay(wait, pod.Context.Clock, cancellationToken).ConfigureAwait(false);
    }

    private void BeginLog(long restarts)
    {
        previousLog?.Dispose();
        previousLog = log;
        previousLog?.End();
        log = new ContainerLog(pod.Folder.Log(Name, restarts), pod.Context.Options.LogSize, pod.Context.Clock);
        pod.Folder.ForgetLogs(Name, restarts - 1);
    }

    private void Update(Func<ContainerSnapshot, ContainerSnapshot> change)
    {
        lock (gate)
        {
            ContainerSnapshot next = change(snapshot);
            if (next == snapshot)
            {
                return;
            }

            snapshot = next;
        }

        pod.Report();
    }
}
