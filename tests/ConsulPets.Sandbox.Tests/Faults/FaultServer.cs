using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Faults;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ConsulPets.Sandbox.Tests.Faults;

/// <summary>A server of a few paths behind the gate: pods that answer with text, and watches of the store.</summary>
internal sealed class FaultServer : IAsyncDisposable, INodeFaults
{
    private readonly WebApplication app;
    private readonly FaultGate gate;
    private readonly TaskCompletionSource watchEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<int, HttpClient> clients = [];
    private int answered;

    private FaultServer()
    {
        gate = new FaultGate(Rules, Store, TimeProvider.System);
        Routes = new FaultRoutes(Rules, Store, this);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(static kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
        });
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    public ObjectStore Store { get; } = new();

    public FaultRules Rules { get; } = new();

    public FaultRoutes Routes { get; }

    /// <summary>How many calls passed the gate.</summary>
    public int Answered => Volatile.Read(ref answered);

    /// <summary>When the first watch that was open has ended at the server.</summary>
    public Task WatchEnded => watchEnded.Task;

    public List<string> NodeFaults { get; } = [];

    public static async Task<FaultServer> StartAsync()
    {
        var server = new FaultServer();
        await server.app.StartAsync();
        string[] addresses = [.. server.app.Urls];
        foreach (int major in new[] { 1, 2 })
        {
            server.clients[major] = new HttpClient
            {
                BaseAddress = new Uri(addresses[major - 1]),
                DefaultRequestVersion = new Version(major, major == 1 ? 1 : 0),
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Timeout = TimeSpan.FromSeconds(30),
            };
        }

        return server;
    }

    public HttpClient Client(int major = 1) => clients[major];

    /// <summary>Orders a fault through its route.</summary>
    public async Task<string> OrderAsync(string rule)
    {
        (int code, JsonObject answer) = await SendAsync("POST", "/sandbox/faults", rule);
        Assert.True(code == 201, answer.ToJsonString());
        return answer.Text("id")!;
    }

    public async Task<(int Code, JsonObject Answer)> SendAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Version = HttpVersion.Version11, Content = body is null ? null : new StringContent(body, Encoding.UTF8) };
        using HttpResponseMessage response = await Client().SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }

    public StoredObject Put(ResourceKind kind, string namespaceName, string name)
    {
        ObjectKey key = kind.Key(namespaceName, name);
        return Store.Write(key, Store.Get(key), new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } })!;
    }

    public bool Kill(string namespaceName, string pod) => Note($"kill {namespaceName}/{pod}", pod == "consul-0");

    public bool Cut(string namespaceName, string pod, bool isCut) => Note($"{(isCut ? "cut" : "join")} {namespaceName}/{pod}", pod == "consul-0");

    public bool Vanish(string node, bool isGone) => Note($"{(isGone ? "vanish" : "return")} {node}", node == "node-1");

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in clients.Values)
        {
            client.Dispose();
        }

        Store.EndWatches();
        await app.DisposeAsync();
    }

    private bool Note(string what, bool isKnown)
    {
        NodeFaults.Add(what);
        return isKnown;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!await Routes.TryAnswerAsync(context))
        {
            RequestInfo request = Meaning(context.Request);
            await gate.PassAsync(context, request, () => request.Verb == "watch" ? WatchAsync(context, request) : TextAsync(context));
        }
    }

    // /api/v1/namespaces/NAMESPACE/RESOURCE[/NAME[/SUBRESOURCE]], or a path that means no object.
    private static RequestInfo Meaning(HttpRequest request)
    {
        string path = request.Path.Value!;
        string[] parts = path.Split('/');
        bool isWatch = request.Query.ContainsKey("watch");
        string At(int index) => index < parts.Length ? parts[index] : string.Empty;
        ResourceKind? kind = At(3) == "namespaces" ? ResourceKinds.Find(string.Empty, At(5)) : null;
        string verb = kind is null ? request.Method.ToLowerInvariant() : isWatch ? "watch" : request.Method == "GET" ? At(6).Length > 0 ? "get" : "list" : "create";
        return new RequestInfo(verb, kind, kind?.Versions[0], kind is null ? string.Empty : At(4), kind is null ? string.Empty : At(6), kind is null ? string.Empty : At(7), string.Empty, path);
    }

    // The answer's shape is up to the query: with its length or in chunks, through the stream or the pipe.
    private async Task TextAsync(HttpContext context)
    {
        Interlocked.Increment(ref answered);
        byte[] text = Encoding.ASCII.GetBytes("0123456789");
        if (context.Request.Query.ContainsKey("pipe"))
        {
            await context.Response.BodyWriter.WriteAsync(text);
            return;
        }

        if (!context.Request.Query.ContainsKey("chunked"))
        {
            context.Response.ContentLength = text.Length;
        }

        foreach (byte[] part in text.Chunk(4))
        {
            await context.Response.Body.WriteAsync(part);
        }
    }

    private async Task WatchAsync(HttpContext context, RequestInfo request)
    {
        Interlocked.Increment(ref answered);
        long? after = long.TryParse(context.Request.Query["resourceVersion"], out long revision) ? revision : null;
        try
        {
            using StoreWatch watch = Store.Watch(key => key.Resource == request.Kind!.Plural && key.Namespace == request.Namespace, after);
            await context.Response.Body.FlushAsync();
            await foreach (Change change in watch.Changes.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync($"{change.After.Name}\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (RevisionExpiredException)
        {
            context.Response.StatusCode = 410;
        }
        finally
        {
            watchEnded.TrySetResult();
        }
    }
}
