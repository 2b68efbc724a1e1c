using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ConsulPets.Fakes;

/// <summary>
/// An HTTP server on the loopback that answers what a test tells it to: a Kubernetes API server by its certificate, its kubeconfig and its watches;
/// a plain Consul agent without them. Patterns are regular expressions for the whole path.
/// </summary>
public sealed class FakeApiServer : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<FakeRoute> routes = [];
    private readonly List<FakeRoute> faults = [];
    private readonly List<FakeRequest> requests = [];
    private readonly List<(Func<FakeRequest, bool> Match, int Count, TaskCompletionSource Done)> waiting = [];
    private readonly FakeApiServerOptions options;
    private readonly WebApplication app;

    private FakeApiServer(FakeApiServerOptions options)
    {
        this.options = options;
        Folder = Directory.CreateTempSubdirectory("consulpets-fake-").FullName;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.Configure<KestrelServerOptions>(Listen);
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        app = builder.Build();
        app.UseWebSockets();
        app.Run(HandleAsync);
    }

    /// <summary>A temporary folder, deleted with the server.</summary>
    public string Folder { get; }

    public FakeAuthority Authority { get; } = new();

    /// <summary>The streams that clients have open.</summary>
    public FakeWatches Watches { get; } = new();

    public Uri Address { get; private set; } = null!;

    /// <summary>The kubeconfig that was written at the start, with the account that the server demands.</summary>
    public string KubeConfig { get; private set; } = null!;

    /// <summary>All requests so far.</summary>
    public IReadOnlyList<FakeRequest> Requests
    {
        get
        {
            lock (gate)
            {
                return [.. requests];
            }
        }
    }

    /// <summary>The requests that changed something.</summary>
    public IReadOnlyList<FakeRequest> Writes => [.. Requests.Where(static request => request.IsWrite)];

    public static async Task<FakeApiServer> StartAsync(FakeApiServerOptions? options = null)
    {
        var server = new FakeApiServer(options ?? new FakeApiServerOptions());
        await server.app.StartAsync();
        string bound = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        server.Address = server.options.UnixSocket is null ? new Uri(bound) : new Uri("http://localhost");
        server.KubeConfig = server.WriteKubeConfig(new FakeKubeConfigOptions
        {
            Account = server.options.DemandClientCertificate ? FakeAccount.ClientCertificate : FakeAccount.Token,
            Token = server.options.Token ?? "fake-token",
        });
        return server;
    }

    /// <summary>Writes another kubeconfig for this server.</summary>
    /// <returns>Its path.</returns>
    public string WriteKubeConfig(FakeKubeConfigOptions kubeConfig) =>
        FakeKubeConfig.Write(Folder, Address.GetLeftPart(UriPartial.Authority), Authority, kubeConfig);

    /// <summary>Answers a method and path; of several that fit, the latest wins.</summary>
    public void On(string method, string pathPattern, Func<FakeCall, Task> handler) => Add(routes, method, pathPattern, int.MaxValue, handler);

    /// <summary>Answers a method and path with the same body each time.</summary>
    public void On(string method, string pathPattern, int status, string body) => On(method, pathPattern, call => call.AnswerAsync(status, body));

    /// <summary>Lets the next requests fail, before any route is looked at.</summary>
    public void FailNext(int count, string method, string pathPattern, int status, string body) =>
        Add(faults, method, pathPattern, count, call => call.AnswerAsync(status, body, body.StartsWith('{') ? "application/json" : "text/plain"));

    /// <summary>Holds requests back until a task has ended; then they are answered as usual.</summary>
    public void Delay(string method, string pathPattern, Task until) => Add(faults, method, pathPattern, int.MaxValue, async call =>
    {
        await until.WaitAsync(call.Context.RequestAborted);
        await RouteAsync(call.Request, call.Context);
    });

    /// <summary>Breaks the connection at the next requests instead of answering.</summary>
    public void DropConnection(int count, string method, string pathPattern) => Add(faults, method, pathPattern, count, static call =>
    {
        call.Context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Waits until as many requests have come as fit.</summary>
    public async Task ReceivedAsync(Func<FakeRequest, bool> match, int count = 1)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (requests.Count(match) >= count)
            {
                return;
            }

            waiting.Add((match, count, done));
        }

        await done.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        Watches.EndAll();
        using (var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200)))
        {
            await app.StopAsync(now.Token);
        }

        await app.DisposeAsync();
        Authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private void Add(List<FakeRoute> to, string method, string pathPattern, int count, Func<FakeCall, Task> handler)
    {
        lock (gate)
        {
            to.Insert(0, new FakeRoute(method, new Regex($"^(?:{pathPattern})$", RegexOptions.CultureInvariant), handler) { Left = count });
        }
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        if (options.UnixSocket is { } socket)
        {
            kestrel.ListenUnixSocket(socket);
            return;
        }

        kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (!options.PlainHttp)
            {
                listen.UseHttps(Authority.Server(options.Certificate), https =>
                {
                    https.ClientCertificateMode = options.DemandClientCertificate ? ClientCertificateMode.AllowCertificate : ClientCertificateMode.NoCertificate;
                    https.AllowAnyClientCertificate();
                });
            }
        });
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new FakeRequest(
            context.Request.Method,
            context.Request.Path.Value ?? string.Empty,
            context.Request.QueryString.Value ?? string.Empty,
            await reader.ReadToEndAsync(context.RequestAborted),
            context.Request.Headers.ToDictionary(static header => header.Key.ToLowerInvariant(), static header => header.Value.ToString()));
        Record(request);
        try
        {
            if (!IsLetIn(context))
            {
                await new FakeCall(request, Match.Empty, context).StatusAsync(401, "Unauthorized", "Unauthorized");
            }
            else if (!await AnsweredAsync(faults, request, context))
            {
                await RouteAsync(request, context);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client has left.
        }
    }

    private async Task RouteAsync(FakeRequest request, HttpContext context)
    {
        if (await AnsweredAsync(routes, request, context))
        {
            return;
        }

        if (request is { Method: "GET", IsWatch: true })
        {
            await Watches.ServeAsync(request, context);
            return;
        }

        await new FakeCall(request, Match.Empty, context).StatusAsync(404, "NotFound", "the server could not find the requested resource");
    }

    private async Task<bool> AnsweredAsync(List<FakeRoute> among, FakeRequest request, HttpContext context)
    {
        FakeRoute? route;
        lock (gate)
        {
            route = among.FirstOrDefault(candidate => candidate.Left > 0 && candidate.Fits(request));
            if (route is not null && route.Left != int.MaxValue)
            {
                route.Left--;
            }
        }

        if (route is null)
        {
            return false;
        }

        await route.Handler(new FakeCall(request, route.Path.Match(request.Path), context));
        return true;
    }

    private bool IsLetIn(HttpContext context)
    {
        if (options.Token is { } token && context.Request.Headers.Authorization.ToString() != $"Bearer {token}")
        {
            return false;
        }

        // As the real server does it: any certificate ends the handshake well, and one that is not valid is an unknown account.
        return !options.DemandClientCertificate
            || (context.Connection.ClientCertificate is { } certificate && certificate.NotAfter > DateTime.Now && Authority.Issued(certificate));
    }

    private void Record(FakeRequest request)
    {
        lock (gate)
        {
            requests.Add(request);
            foreach ((Func<FakeRequest, bool> match, int count, TaskCompletionSource done) in waiting)
            {
                if (requests.Count(match) >= count)
                {
                    done.TrySetResult();
                }
            }
        }
    }

    private sealed record FakeRoute(string Method, Regex Path, Func<FakeCall, Task> Handler)
    {
        public int Left { get; set; }

        public bool Fits(FakeRequest request) => (Method == "*" || Method == request.Method) && Path.IsMatch(request.Path);
    }
}
