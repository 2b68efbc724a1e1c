using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Controllers;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Controllers;

/// <summary>All controllers at work on a store, and nodes that only pretend to run pods.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public const string Place = "pets";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource ended = new();
    private readonly List<Task> tasks = [];
    private int addresses;

    public TestCluster(TimeProvider? clock = null, Func<ControllerContext, ControllerContext>? change = null)
    {
        Clock = clock ?? TimeProvider.System;
        Registry = new ObjectRegistry(new ObjectStore(), Clock);
        var context = new ControllerContext
        {
            Registry = Registry,
            Events = new EventRecorder(Registry),
            AuthorityPem = "-----BEGIN CERTIFICATE-----\n",
            Folders = Folders,
            Images = ["hashicorp/consul:1.8.7"],
            Log = Problems.Enqueue,
        };
        Context = change?.Invoke(context) ?? context;
        Bootstrap.Write(Context, "127.0.0.1", 6443);
        Registry.Create(ResourceKinds.Namespaces, string.Empty, Manifests.Namespace(Place), WriteRequest.Controller);
        tasks.AddRange(ControllerSet.Create(Context).Select(controller => controller.RunAsync(ended.Token)));
        StoreWatch pods = Registry.Store.Watch(static key => key.Resource == "pods");
        tasks.Add(Task.Run(() => PlayNodesAsync(pods)));
    }

    public TimeProvider Clock { get; }

    public ObjectRegistry Registry { get; }

    public ControllerContext Context { get; }

    public MemoryFolders Folders { get; } = new();

    public ConcurrentQueue<string> Problems { get; } = new();

    /// <summary>Nodes that do nothing any more.</summary>
    public ConcurrentDictionary<string, bool> DeadNodes { get; } = new();

    /// <summary>The pods that were started, in order.</summary>
    public ConcurrentQueue<string> Started { get; } = new();

    public StoredObject? Find(ResourceKind kind, string name) => Registry.Find(kind, Place, name);

    public JsonObject Get(ResourceKind kind, string name) => Registry.Find(kind, Place, name)?.Json ?? throw new InvalidOperationException($"there is no {kind.Kind} {name}");

    public IReadOnlyList<StoredObject> List(ResourceKind kind) => Registry.List(kind, Place);

    public StoredObject Create(ResourceKind kind, JsonObject json) => Registry.Create(kind, Place, json, new WriteRequest("test"));

    public void Change(ResourceKind kind, string name, Action<JsonObject> change) => Registry.Update(
        kind,
        Place,
        name,
        json =>
        {
            change(json);
            return json;
        },
        new WriteRequest("test"));

    public void Delete(ResourceKind kind, string name, string? propagation = null) => Registry.Delete(kind, Place, name, new DeleteRequest(Propagation: propagation));

    public IEnumerable<string> Events(string about) => List(ResourceKinds.Events).Where(item => item.Json.Text("involvedObject", "name") == about).Select(static item => $"{item.Json.Text("reason")}: {item.Json.Text("message")}");

    public bool IsReady(string pod) => Find(ResourceKinds.Pods, pod) is { IsBeingDeleted: false } found && PodState.IsRunningAndReady(found.Json);

    public string? Image(string pod) => Find(ResourceKinds.Pods, pod)?.Json.Items("spec", "containers").First().Text("image");

    /// <summary>Whether a set's controller has seen its latest spec, and all its pods are ready and of its latest template.</summary>
    public bool IsRolled(string set) => Get(ResourceKinds.StatefulSets, set) is var json
        && json.Number("status", "observedGeneration") == json.Number("metadata", "generation")
        && json.Number("status", "readyReplicas") == json.Number("spec", "replicas")
        && json.Number("status", "replicas") == json.Number("spec", "replicas")
        && json.Text("status", "currentRevision") == json.Text("status", "updateRevision")
        && json.Number("status", "updatedReplicas") == json.Number("spec", "replicas");

    /// <summary>Waits until something holds; looks again whenever anything changed.</summary>
    public async Task Until(Func<bool> condition, string what)
    {
        using StoreWatch watch = Registry.Store.Watch(static _ => true);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (!condition())
            {
                await watch.Changes.WaitToReadAsync(patience.Token);
                while (watch.Changes.TryRead(out _))
                {
                    // Only that something changed counts.
                }
            }
        }
        catch (OperationCanceledException)
        {
            IEnumerable<string> pods = Registry.List(ResourceKinds.Pods).Select(static pod => $"{pod} {PodState.Phase(pod.Json)} ready={PodState.IsReady(pod.Json)} ending={pod.IsBeingDeleted}");
            Assert.Fail($"waited in vain until {what}; pods: {string.Join("; ", pods)}; sets: {string.Join("; ", Registry.List(ResourceKinds.StatefulSets).Select(static set => set.Json["status"]?.ToJsonString()))}; problems: {string.Join("; ", Problems.Distinct().Take(10))}");
        }
    }

    /// <summary>Dead nodes live again, and see to the pods that they find.</summary>
    public void Revive()
    {
        DeadNodes.Clear();
        foreach (StoredObject pod in Registry.List(ResourceKinds.Pods).Where(static pod => PodState.Node(pod.Json) is not null))
        {
            Play(pod);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await Task.WhenAll(tasks);
        ended.Dispose();
        Assert.Equal(0, Registry.Store.Watchers);
    }

    private async Task PlayNodesAsync(StoreWatch pods)
    {
        try
        {
            using StoreWatch watch = pods;
            await foreach (Change change in watch.Changes.ReadAllAsync(ended.Token))
            {
                if (change.Kind != ChangeKind.Deleted && PodState.Node(change.After.Json) is { } node && !DeadNodes.ContainsKey(node))
                {
                    Play(change.After);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private void Play(StoredObject pod)
    {
        try
        {
            if (pod.IsBeingDeleted)
            {
                Registry.Delete(ResourceKinds.Pods, pod.Namespace, pod.Name, new DeleteRequest(GracePeriodSeconds: 0, Uid: pod.Uid));
            }
            else if (PodState.Phase(pod.Json) == "Pending" && pod.Json.Items("spec", "containers").First().Text("image") != "broken")
            {
                Started.Enqueue(pod.Name);
                string address = $"10.244.0.{Interlocked.Increment(ref addresses)}";
                Registry.Update(ResourceKinds.Pods, pod.Namespace, pod.Name, json => json.Text("metadata", "uid") == pod.Uid ? Run(json, address) : null, WriteRequest.NodeStatus);
            }
        }
        catch (ApiException gone) when (gone.Code is 404 or 409)
        {
            // The pod went meanwhile.
        }
    }

    private JsonObject Run(JsonObject json, string address)
    {
        JsonObject status = json.Make("status");
        status["phase"] = "Running";
        status["podIP"] = address;
        PodState.SetCondition(json, new JsonObject { ["type"] = "Ready", ["status"] = "True" }, Clock.GetUtcNow());
        return json;
    }

    internal sealed class MemoryFolders : IVolumeFolders
    {
        public ConcurrentDictionary<string, bool> Names { get; } = new();

        public string Create(string name)
        {
            Names[name] = true;
            return "/volumes/" + name;
        }

        public void Delete(string name) => Names.TryRemove(name, out _);
    }
}
