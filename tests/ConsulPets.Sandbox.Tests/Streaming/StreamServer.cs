using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;
using ConsulPets.Sandbox.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ConsulPets.Sandbox.Tests.Streaming;

/// <summary>A real web server in front of <see cref="PodStreams"/> and <see cref="FakePods"/>, with one pod.</summary>
internal sealed class StreamServer : IAsyncDisposable
{
    public const string PodPath = "/api/v1/namespaces/default/pods/consul-0";

    private static readonly ResourceKind Pods = new(string.Empty, ["v1"], "pods", "Pod", IsNamespaced: true, [], [], HasGeneration: false);
    private readonly WebApplication application;

    private StreamServer(WebApplication application, int port)
    {
        this.application = application;
        Port = port;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public FakePods Runtime { get; } = new();

    public JsonObject Pod { get; set; } = MakePod();

    /// <summary>Requests that are under way.</summary>
    public Gauge Requests { get; } = new();

    public HttpClient Http { get; }

    public int Port { get; }

    public static StoredObject Store(JsonObject pod) => new(Pods.Key("default", pod.Text("metadata", "name")!), pod, 1);

    public static JsonObject MakePod() => (JsonObject)JsonNode.Parse(
        """
        {
          "apiVersion": "v1", "kind": "Pod",
          "metadata": { "name": "consul-0", "namespace": "default", "uid": "6c1d2f0e-0001-0002-0003-000000000001" },
          "spec": { "nodeName": "node-1", "containers": [{ "name": "consul", "ports": [{ "name": "http-api", "containerPort": 8500 }, { "containerPort": 8301 }] }] },
          "status": { "phase": "Running", "podIP": "127.64.1.2", "containerStatuses": [{ "name": "consul", "state": { "running": {} } }] }
        }
        """)!;

    public static async Task<StreamServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        WebApplication application = builder.Build();
        StreamServer? server = null;
        application.Run(context => server!.AnswerAsync(context));
        await application.StartAsync();
        server = new StreamServer(application, new Uri(application.Urls.First()).Port);
        return server;
    }

    /// <summary>Asks for an upgrade and returns what the connection became.</summary>
    public async Task<(Stream Connection, string Head)> UpgradeAsync(string path, string method, params string[] headers)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        var stream = new NetworkStream(socket, ownsSocket: true);
        string request = $"{method} {path} HTTP/1.1\r\nHost: sandbox\r\nConnection: Upgrade\r\n{string.Concat(headers.Select(static header => header + "\r\n"))}{(method == "POST" ? "Content-Length: 0\r\n" : string.Empty)}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        return (stream, head.ToString());
    }

    public async Task<SpdyTestClient> SpdyAsync(string path, params string[] protocols)
    {
        (Stream connection, string head) = await UpgradeAsync(path, "POST", ["Upgrade: SPDY/3.1", .. protocols.Select(static protocol => $"X-Stream-Protocol-Version: {protocol}")]);
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Contains("Upgrade: SPDY/3.1", head, StringComparison.Ordinal);
        return new SpdyTestClient(connection);
    }

    public async Task<WebSocket> WebSocketAsync(string path, string protocol)
    {
        (Stream connection, string head) = await UpgradeAsync(
            path, "GET", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", $"Sec-WebSocket-Protocol: {protocol}");
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);

        // The key and its answer are the example of RFC 6455.
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head, StringComparison.Ordinal);
        Assert.Contains($"Sec-WebSocket-Protocol: {protocol}", head, StringComparison.Ordinal);
        return WebSocket.CreateFromStream(connection, new WebSocketCreationOptions());
    }

    /// <summary>Stops the server while its clients still listen.</summary>
    public Task StopAsync() => application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await application.StopAsync();
        await application.DisposeAsync();
        PodStreams.Release(Runtime);
        await Runtime.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Requests.Add();
        try
        {
            string path = context.Request.Path.Value!;
            string[] parts = path.Split('/');
            string rest = parts.Length > 8 ? "/" + string.Join('/', parts[8..]) : string.Empty;
            var request = new RequestInfo("get", Pods, "v1", "default", parts[6], parts[7], rest, path);
            await PodStreams.AnswerAsync(context, request, Store(Pod), Runtime);
        }
        finally
        {
            Requests.Remove();
        }
    }
}
