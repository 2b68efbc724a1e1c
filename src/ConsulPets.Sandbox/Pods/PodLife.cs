using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Controllers;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>One pod on its node, from when it is bound there until it is gone. It looks at the pod object as it is at the moment, not at how it came to be so.</summary>
internal sealed class PodLife : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private readonly DateTimeOffset startTime;
    private readonly string hostAddress;
    private readonly IReadOnlySet<(string Resource, string Name)> references;
    private readonly ContainerLife[] inits;
    private readonly ContainerLife[] containers;
    private StoredObject stored;
    private GracePeriod? grace;
    private volatile bool hasNetwork;
    private volatile bool isFolderKept;
    private Task life = Task.CompletedTask;

    /// <summary>Makes one; <see cref="Begin"/> begins it.</summary>
    /// <param name="context">What pods share.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="address">Its addresses.</param>
    /// <param name="hostAddress">Its node's address.</param>
    public PodLife(PodContext context, StoredObject pod, PodAddress address, string hostAddress)
    {
        Context = context;
        stored = pod;
        Address = address;
        this.hostAddress = hostAddress;
        Folder = new PodFolder(context.Options.Folder, pod.Uid);
        Volumes = new VolumeMaterializer(context.Registry, Folder, context.Options.IssueToken);
        references = VolumeFiles.References(pod.Json);
        startTime = DateTimeOffset.TryParse(pod.Json.Text("status", "startTime"), CultureInfo.InvariantCulture, out DateTimeOffset earlier) ? earlier : context.Clock.GetUtcNow();
        DateTimeOffset now = context.Clock.GetUtcNow();
        string waiting = pod.Json.Items("spec", "initContainers").Any() ? "PodInitializing" : "ContainerCreating";
        inits = [.. pod.Json.Items("spec", "initContainers").Select(container => new ContainerLife(this, container, true, EarlierLife.Of(pod.Json, container, "initContainerStatuses", waiting, now)))];
        containers = [.. pod.Json.Items("spec", "containers").Select(container => new ContainerLife(this, container, false, EarlierLife.Of(pod.Json, container, "containerStatuses", waiting, now)))];
    }

    /// <summary>What pods share.</summary>
    public PodContext Context { get; }

    /// <summary>Its addresses.</summary>
    public PodAddress Address { get; }

    /// <summary>Its files.</summary>
    public PodFolder Folder { get; }

    /// <summary>Its volumes.</summary>
    public VolumeMaterializer Volumes { get; }

    /// <summary>Beats when the pod, or something that it names, has changed.</summary>
    public Pulse Changed { get; } = new();

    /// <summary>The unique ID.</summary>
    public string Uid => stored.Uid;

    /// <summary>The name.</summary>
    public string Name => stored.Name;

    /// <summary>The namespace.</summary>
    public string Namespace => stored.Namespace;

    /// <summary>The node.</summary>
    public string Node => stored.Json.Text("spec", "nodeName") ?? string.Empty;

    /// <summary>The pod, with its addresses in its status as its containers are told them.</summary>
    public JsonObject Json
    {
        get
        {
            JsonObject json = stored.Copy();
            JsonObject status = json.Make("status");
            status["podIP"] = Address.Visible.ToString();
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = Address.Visible.ToString() });
            status["hostIP"] = hostAddress;
            status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = hostAddress });
            return json;
        }
    }

    /// <summary>A container.</summary>
    /// <param name="name">Its name; null for the first.</param>
    /// <returns>The container; null when there is none of that name.</returns>
    public ContainerLife? Find(string? name) => name is null ? containers.FirstOrDefault() : containers.Concat(inits).FirstOrDefault(container => container.Name == name);

    /// <summary>Whether it names an object.</summary>
    /// <param name="resource">The object's plural.</param>
    /// <param name="name">The object's name.</param>
    /// <returns>True when it does.</returns>
    public bool Names(string resource, string name) => references.Contains((resource, name));

    /// <summary>Begins it.</summary>
    public void Begin() => life = Task.Run(RunAsync);

    /// <summary>Takes note of the pod as it now is.</summary>
    /// <param name="pod">The pod.</param>
    public void Follow(StoredObject pod)
    {
        lock (gate)
        {
            stored = pod;
            if (pod.IsBeingDeleted)
            {
                TimeSpan time = TimeSpan.FromSeconds(pod.Json.Number("metadata", "deletionGracePeriodSeconds") ?? 0);
                if (grace is null)
                {
                    grace = new GracePeriod(time, Context.Clock);
                    ending.CancelAsync();
                }
                else
                {
                    grace.Shorten(time);
                }
            }
        }

        Changed.Beat();
    }

    /// <summary>Something that the pod names has changed: its files are written anew.</summary>
    public void Refresh()
    {
        foreach (ContainerLife container in containers.Concat(inits))
        {
            try
            {
                container.Refresh();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The pod's folder is going; or a file is held open (Windows), and the next change writes it.
            }
        }

        Changed.Beat();
    }

    /// <summary>Ends it at once, without a report.</summary>
    /// <param name="keepFolder">Whether its files stay, as on a node that is only away.</param>
    /// <returns>When nothing of it is left.</returns>
    public async Task EndAsync(bool keepFolder)
    {
        isFolderKept = keepFolder;
        await gone.CancelAsync().ConfigureAwait(false);
        await life.ConfigureAwait(false);
        Dispose();
    }

    /// <summary>Frees what it was signalled by.</summary>
    public void Dispose()
    {
        gone.Dispose();
        ending.Dispose();
        grace?.Dispose();
    }

    /// <summary>Kills its containers' processes. They are restarted.</summary>
    /// <param name="reason">What their status then says.</param>
    /// <returns>Whether one ran.</returns>
    public bool Kill(string reason)
    {
        bool hasKilled = false;
        foreach (ContainerLife container in containers)
        {
            hasKilled |= container.Kill(reason);
        }

        return hasKilled;
    }

    /// <summary>Starts a process of the pod.</summary>
    /// <param name="plan">What.</param>
    /// <returns>The process.</returns>
    public Task<ContainerProcess> StartAsync(ProcessPlan plan) => ContainerProcess.StartAsync(Context.Launcher, plan, Folder.Run, Context.Network.Owners, Uid);

    /// <summary>Waits until something changes, or for some time.</summary>
    /// <param name="changed">Ends with the change.</param>
    /// <param name="longest">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The wait.</returns>
    public async Task WaitAsync(Task changed, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(longest, Context.Clock, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Writes an event about it.</summary>
    /// <param name="type"><c>Normal</c> or <c>Warning</c>.</param>
    /// <param name="reason">The machine's word.</param>
    /// <param name="message">The sentence.</param>
    public void Event(string type, string reason, string message) => Event(null, type, reason, message);

    /// <summary>Writes an event about one of its containers.</summary>
    /// <param name="container">The container of the <c>spec</c>; null for the pod as a whole.</param>
    /// <param name="type"><c>Normal</c> or <c>Warning</c>.</param>
    /// <param name="reason">The machine's word.</param>
    /// <param name="message">The sentence.</param>
    public void Event(JsonObject? container, string type, string reason, string message)
    {
        if (!gone.IsCancellationRequested)
        {
            Context.Events.Record(stored, type, reason, message, new EventSource("kubelet", PodState.Node(Json), container is null ? null : PodState.FieldOf(Json, container)));
        }
    }

    /// <summary>Writes its status.</summary>
    public void Report() => PodReport.Write(this, () => gone.IsCancellationRequested, () => new PodFacts(
        hostAddress,
        hasNetwork ? Address.Visible.ToString() : null,
        startTime,
        [.. inits.Select(static container => container.Snapshot)],
        [.. containers.Select(static container => container.Snapshot)]));

    private async Task RunAsync()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone.Token, ending.Token);
        try
        {
            Folder.Make();
            Report();
            bool isOver = await LiveAsync(either.Token).ConfigureAwait(false);
            if (isOver)
            {
                // Its log can be read until the pod is deleted; its address goes back.
                Context.Network.Leave(Uid);
                await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException)
        {
            // Deleted, or gone.
        }
        finally
        {
            await EndContainersAsync().ConfigureAwait(false);
            Clear();
        }
    }

    // True when all containers have ended for good.
    private async Task<bool> LiveAsync(CancellationToken cancellationToken)
    {
        await MountAsync(cancellationToken).ConfigureAwait(false);
        hasNetwork = true;
        Report();
        foreach (ContainerLife init in inits)
        {
            Task initialized = init.Begin(gone.Token);
            if (init.IsSidecar)
            {
                await init.Started.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            await initialized.WaitAsync(cancellationToken).ConfigureAwait(false);

            if (!init.Snapshot.HasSucceeded)
            {
                Report();
                return true;
            }
        }

        Task all = Task.WhenAll(containers.Select(container => container.Begin(gone.Token)));
        await all.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var time = new GracePeriod(TimeSpan.FromSeconds(stored.Json.Number("spec", "terminationGracePeriodSeconds") ?? 30), Context.Clock);
        await Task.WhenAll(inits.Where(static init => init.IsSidecar).Select(init => init.StopAsync(time))).ConfigureAwait(false);
        Report();
        return true;
    }

    private async Task MountAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed = Changed.Next;
            if (Volumes.TryMount(Json) is not { } problem)
            {
                return;
            }

            Event("Warning", "FailedMount", problem);
            await WaitAsync(changed, Context.Options.Retry, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task EndContainersAsync()
    {
        GracePeriod period;
        lock (gate)
        {
            period = grace ?? new GracePeriod(TimeSpan.Zero, Context.Clock);
        }

        // Sidecars serve the others, and so end after them.
        await Task.WhenAll(containers.Concat(inits.Where(static init => !init.IsSidecar)).Select(container => container.StopAsync(period))).ConfigureAwait(false);
        await Task.WhenAll(inits.Where(static init => init.IsSidecar).Select(init => init.StopAsync(period))).ConfigureAwait(false);
        period.Dispose();
        if (gone.IsCancellationRequested)
        {
            return;
        }

        Report();
        try
        {
            Context.Registry.Delete(ResourceKinds.Pods, Namespace, Name, new DeleteRequest(0, Uid: Uid));
        }
        catch (ApiException)
        {
            // Somebody has deleted it by force, and perhaps made another of that name.
        }
    }

    private void Clear()
    {
        Context.Network.Leave(Uid);
        foreach (ContainerLife container in containers.Concat(inits))
        {
            container.Dispose();
        }

        if (!isFolderKept)
        {
            LeftOverProcesses.Delete(Folder.Path);
        }
    }
}
