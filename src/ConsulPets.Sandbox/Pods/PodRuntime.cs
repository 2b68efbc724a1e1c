using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ConsulPets.Sandbox.Controllers;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// The nodes: runs the pods that are bound to one as local processes of this user, each pod with loopback addresses of its own. It follows pods, services, and the objects that
/// volumes are made of, and decides on what the store has at the moment.
/// </summary>
internal sealed class PodRuntime : IPodRuntime, INodeFaults, IController
{
    private static readonly HashSet<string> Followed =
    [
        ResourceKinds.Pods.Plural, ResourceKinds.Services.Plural, ResourceKinds.ConfigMaps.Plural, ResourceKinds.Secrets.Plural, ResourceKinds.Claims.Plural, ResourceKinds.Volumes.Plural,
    ];

    private readonly PodContext context;
    private readonly LoopbackAddresses addresses;
    private readonly Action<string> renewNode;
    private readonly ConcurrentDictionary<ObjectKey, PodLife> lives = [];
    private readonly ConcurrentDictionary<PodLife, Task> ended = [];
    private readonly ConcurrentDictionary<string, bool> vanished = [];
    private readonly Lock gate = new();
    private bool isEnding;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    /// <param name="events">Where events are written.</param>
    /// <param name="addresses">Where pods get their addresses.</param>
    /// <param name="images">The images.</param>
    /// <param name="options">How pods are run.</param>
    /// <param name="renewNode">Called with a node's name every now and then, as long as the node is there.</param>
    public PodRuntime(ObjectRegistry registry, EventRecorder events, LoopbackAddresses addresses, ImageCatalogue images, PodRuntimeOptions options, Action<string> renewNode)
    {
        this.addresses = addresses;
        this.renewNode = renewNode;
        context = new PodContext(registry, events, new PodNetwork(addresses, registry), images, new ProcessLauncher(), options with { Folder = Path.GetFullPath(options.Folder) }, new Pulse());
    }

    /// <inheritdoc/>
    public string Name => "kubelet";

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Another sandbox uses the same folder.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using FileStream claim = FolderClaim.Take(context.Options.Folder);
        LeftOverProcesses.Clear(context.Options.Folder);
        Task heartbeat = BeatAsync(cancellationToken);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                using StoreWatch watch = context.Registry.Store.Watch(static key => Followed.Contains(key.Resource));
                ReconcileAll();
                await FollowAsync(watch, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
            await heartbeat.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(StoredObject pod, int port, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pod);
        PodAddress address = LifeOf(pod)?.Address ?? throw new SocketException((int)SocketError.HostUnreachable);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address.Hidden, port), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(StoredObject pod, LogRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(request);
        return PodQueries.Log(LifeOf(pod), pod, request).ReadAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public IPodCommand Start(StoredObject pod, string? container, IReadOnlyList<string> command)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(command);
        return PodQueries.Start(LifeOf(pod), pod, container, command);
    }

    /// <inheritdoc/>
    public bool Kill(string namespaceName, string pod) => Find(namespaceName, pod)?.Kill("OOMKilled") == true;

    /// <inheritdoc/>
    public bool Cut(string namespaceName, string pod, bool isCut) => Find(namespaceName, pod) is { } life && context.Network.Cut(life.Uid, isCut);

    /// <inheritdoc/>
    public bool Vanish(string node, bool isGone)
    {
        if (context.Registry.Find(ResourceKinds.Nodes, string.Empty, node) is null)
        {
            return false;
        }

        if (!isGone)
        {
            vanished.TryRemove(node, out _);
            NodeUpkeep.ClearFolders(context, lives.Values.Select(static life => life.Uid));
            renewNode(node);
            ReconcileAll();
            return true;
        }

        lock (gate)
        {
            vanished[node] = true;
            foreach ((ObjectKey key, PodLife life) in lives.Where(pair => pair.Value.Node == node).ToArray())
            {
                End(key, life, keepFolder: true);
            }
        }

        // Killing takes no time; and a node that comes back at once must not find its own processes' addresses in use.
        Task.WhenAll(ended.Where(pair => pair.Key.Node == node).Select(static pair => pair.Value)).GetAwaiter().GetResult();

        return true;
    }

    private PodLife? Find(string namespaceName, string pod) => lives.GetValueOrDefault(ResourceKinds.Pods.Key(namespaceName, pod));

    private PodLife? LifeOf(StoredObject pod) => lives.TryGetValue(pod.Key, out PodLife? life) && life.Uid == pod.Uid ? life : null;

    private async Task FollowAsync(StoreWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (Change change in watch.Changes.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                Follow(change.After.Key);
            }
        }
        catch (OperationCanceledException)
        {
            // The sandbox ends.
        }
        catch (RevisionExpiredException)
        {
            // Too slow for a moment: everything is looked at anew.
        }
    }

    private void Follow(ObjectKey key)
    {
        if (key.Resource == ResourceKinds.Pods.Plural)
        {
            Reconcile(key);
        }
        else if (key.Resource == ResourceKinds.Services.Plural)
        {
            Serve(key);
        }
        else
        {
            foreach (PodLife life in lives.Values.Where(life => key.Resource == ResourceKinds.Volumes.Plural || (life.Namespace == key.Namespace && life.Names(key.Resource, key.Name))))
            {
                life.Refresh();
            }
        }
    }

    private void Serve(ObjectKey key)
    {
        if (context.Registry.Store.Get(key) is { } service)
        {
            context.Network.Serve(service);
        }
        else
        {
            context.Network.StopServing(key);
        }

        context.Directory.Beat();
    }

    private void ReconcileAll()
    {
        foreach (ObjectKey key in context.Registry.List(ResourceKinds.Services).Select(static service => service.Key).Union(context.Network.Served).ToArray())
        {
            Serve(key);
        }

        foreach (ObjectKey key in context.Registry.List(ResourceKinds.Pods).Select(static pod => pod.Key).Union(lives.Keys).ToArray())
        {
            Reconcile(key);
        }

        foreach (PodLife life in lives.Values)
        {
            life.Refresh();
        }
    }

    private void Reconcile(ObjectKey key)
    {
        lock (gate)
        {
            StoredObject? pod = context.Registry.Store.Get(key);
            if (lives.TryGetValue(key, out PodLife? life))
            {
                if (pod is not null && pod.Uid == life.Uid)
                {
                    life.Follow(pod);
                    return;
                }

                End(key, life, keepFolder: false);
            }

            if (pod is null || isEnding || pod.Json.Text("spec", "nodeName") is not { Length: > 0 } node || vanished.ContainsKey(node) || pod.Json.Text("status", "phase") is "Succeeded" or "Failed")
            {
                return;
            }

            // The address first, for all pods that are bound: whoever starts after it then knows it.
            if (Join(pod) is not { } address)
            {
                return;
            }

            var made = new PodLife(context, pod, address, NodeUpkeep.HostAddress(context, node) ?? $"127.{addresses.Block}.0.1");
            lives[key] = made;
            if (pod.IsBeingDeleted)
            {
                made.Follow(pod);
            }

            made.Begin();
        }

        context.Directory.Beat();
    }

    // Null when the machine has no more to give (addresses, open files): the next heartbeat tries again.
    private PodAddress? Join(StoredObject pod)
    {
        try
        {
            return context.Network.Join(pod.Uid, pod.Json);
        }
        catch (Exception exception) when (exception is SocketException or InvalidOperationException)
        {
            context.Events.Record(pod, "Warning", "FailedCreatePodSandBox", $"Failed to create pod sandbox: {exception.Message}", new EventSource("kubelet", PodState.Node(pod.Json)));
            return null;
        }
    }

    private void End(ObjectKey key, PodLife life, bool keepFolder)
    {
        lives.TryRemove(new KeyValuePair<ObjectKey, PodLife>(key, life));
        Task end = life.EndAsync(keepFolder);
        ended[life] = end;
        _ = end.ContinueWith(_ => ended.TryRemove(life, out Task? _), TaskScheduler.Default);
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                foreach (StoredObject node in context.Registry.List(ResourceKinds.Nodes).Where(node => !vanished.ContainsKey(node.Name)))
                {
                    renewNode(node.Name);
                }

                foreach (ObjectKey key in context.Registry.List(ResourceKinds.Pods).Select(static pod => pod.Key).Where(key => !lives.ContainsKey(key)))
                {
                    Reconcile(key);
                }

                await Task.Delay(context.Options.Heartbeat, context.Clock, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The sandbox ends.
        }
    }

    private async Task EndAsync()
    {
        lock (gate)
        {
            isEnding = true;
        }

        foreach ((ObjectKey key, PodLife life) in lives.ToArray())
        {
            End(key, life, keepFolder: false);
        }

        await Task.WhenAll(ended.Values).ConfigureAwait(false);
        context.Network.Dispose();
        context.Launcher.Dispose();
    }
}
