using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Admission;
using ConsulPets.Sandbox.Controllers;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Pods;

/// <summary>A store with one node that runs pods, for tests that write the objects themselves.</summary>
internal sealed class Nodes : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource ending = new();
    private readonly LoopbackAddresses addresses;
    private readonly Task life;

    public Nodes(ImageCatalogue? images = null, string? folder = null, Func<PodRuntimeOptions, PodRuntimeOptions>? change = null)
    {
        Folder = folder ?? Directory.CreateTempSubdirectory("sandbox-pods-").FullName;
        addresses = LoopbackAddresses.Claim();
        var store = new ObjectStore();
        Registry = new ObjectRegistry(store, TimeProvider.System, AdmissionContext.Over(store, new ServiceAddresses(addresses.Block)));
        Create(ResourceKinds.Namespaces, """{"metadata":{"name":"default"}}""");
        Create(ResourceKinds.Nodes, """{"metadata":{"name":"node-1"},"status":{"addresses":[{"type":"InternalIP","address":"10.1.2.3"}]}}""");
        var options = new PodRuntimeOptions { Folder = Folder, FirstBackOff = TimeSpan.FromMilliseconds(200), Retry = TimeSpan.FromMilliseconds(500), NameWait = TimeSpan.FromMilliseconds(500) };
        Runtime = new PodRuntime(Registry, new EventRecorder(Registry), addresses, images ?? new ImageCatalogue([]), change?.Invoke(options) ?? options, _ => { });
        life = Runtime.RunAsync(ending.Token);
    }

    public ObjectRegistry Registry { get; }

    public PodRuntime Runtime { get; }

    public string Folder { get; }

    public StoredObject Create(ResourceKind kind, string json) => Registry.Create(kind, "default", JsonNode.Parse(json)!.AsObject(), WriteRequest.Controller);

    public StoredObject Pod(string name, string spec, string labels = "{}")
    {
        JsonObject wanted = JsonNode.Parse(spec)!.AsObject();
        wanted["nodeName"] = "node-1";

        // No controller runs here that would give the namespace the authority which a token's volume holds.
        wanted["automountServiceAccountToken"] = false;
        return Registry.Create(
            ResourceKinds.Pods, "default", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = JsonNode.Parse(labels) }, ["spec"] = wanted }, WriteRequest.Controller);
    }

    public StoredObject Shell(string name, string script, string more = "") =>
        Pod(name, $$$"""{"containers":[{"name":"main","image":"busybox:1","imagePullPolicy":"IfNotPresent","command":["sh","-c",{{{JsonValue.Create(script).ToJsonString()}}}]}]{{{more}}}}""");

    public StoredObject? Find(string pod) => Registry.Find(ResourceKinds.Pods, "default", pod);

    public StoredObject Get(string pod) => Find(pod)!;

    public Task<StoredObject> Until(string pod, Func<JsonObject, bool> condition) => UntilAsync(() => Find(pod) is { } found && condition(found.Json) ? found : null, $"pod {pod}: {Find(pod)?.Json["status"]?.ToJsonString()}");

    public Task<StoredObject> UntilReady(string pod) => Until(pod, static json => json.Items("status", "containerStatuses").Any() && json.Items("status", "containerStatuses").All(static status => status.Truth("ready") == true));

    public Task UntilGone(string pod, string uid) => UntilAsync<object>(() => Find(pod)?.Uid != uid ? pod : null, $"pod {pod} stays");

    public Task<StoredObject> UntilEvent(string reason, string part) => UntilAsync(
        () => Registry.List(ResourceKinds.Events).FirstOrDefault(item => item.Json.Text("reason") == reason && item.Json.Text("message")!.Contains(part, StringComparison.Ordinal)), $"event {reason} {part}");

    /// <summary>Waits for something that the store shows.</summary>
    public async Task<T> UntilAsync<T>(Func<T?> find, string what)
        where T : class
    {
        using StoreWatch watch = Registry.Store.Watch(static _ => true);
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (find() is { } found)
            {
                return found;
            }

            try
            {
                await watch.Changes.ReadAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"In vain: {what}\n{string.Join('\n', Registry.List(ResourceKinds.Events).Select(static item => item.Json.Text("reason") + ": " + item.Json.Text("message")))}\n{Logs()}");
            }
        }
    }

    private string Logs() => string.Join('\n', Directory.EnumerateFiles(Folder, "*.log", SearchOption.AllDirectories).SelectMany(static file => File.ReadAllLines(file).TakeLast(15)));

    /// <summary>Waits for something that only asking again shows.</summary>
    public static async Task PollAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        DateTime end = DateTime.UtcNow + (patience ?? Patience);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, $"In vain: {what}");
            await timer.WaitForNextTickAsync();
        }
    }

    public async Task<string> LogOf(string pod, LogRequest? request = null)
    {
        var text = new StringBuilder();
        await foreach (ReadOnlyMemory<byte> line in Runtime.ReadLogAsync(Get(pod), request ?? new LogRequest(), CancellationToken.None))
        {
            text.Append(Encoding.UTF8.GetString(line.Span));
        }

        return text.ToString();
    }

    public async Task<(int Code, string Output, string Error)> Run(string pod, params string[] command)
    {
        await using IPodCommand running = Runtime.Start(Get(pod), null, command);
        await running.Input.DisposeAsync();
        using var output = new StreamReader(running.Output);
        using var error = new StreamReader(running.Error);
        Task<string> said = output.ReadToEndAsync();
        string complained = await error.ReadToEndAsync();
        return (await running.ExitCode, await said, complained);
    }

    public JsonObject Container(string pod) => Get(pod).Json.Items("status", "containerStatuses").First();

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await life;
        addresses.Dispose();
        ending.Dispose();
        LeftOverProcesses.Delete(Folder);
        LeftOverProcesses.Delete(Folder + "-claims");
    }
}
