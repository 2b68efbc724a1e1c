using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ConsulPets.Sandbox.Tests.Streaming;

public sealed class ProxyTests : IAsyncLifetime
{
    private const string Path = StreamServer.PodPath + "/proxy";
    private StreamServer server = null!;
    private WebApplication backend = null!;
    private RequestDelegate answer = static _ => Task.CompletedTask;
    private readonly Gauge backendRequests = new();

    public async Task InitializeAsync()
    {
        server = await StreamServer.StartAsync();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(static options =>
        {
            options.Listen(IPAddress.Loopback, 0);
            options.Limits.MaxRequestBodySize = null;
        });
        backend = builder.Build();
        backend.UseWebSockets();
        backend.Run(async context =>
        {
            backendRequests.Add();
            try
            {
                await answer(context);
            }
            finally
            {
                backendRequests.Remove();
            }
        });
        await backend.StartAsync();
        int port = new Uri(backend.Urls.First()).Port;

        // The pod's port is another than the one that serves it: what the proxy says of itself must be the pod's.
        foreach (int podPort in new[] { 8500, 8301, 80 })
        {
            server.Runtime.Forward(podPort, port);
        }
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await backend.StopAsync();
        await backend.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "consul-0", "/v1/kv/a%2Fb/..%20c//d?x=1&y=%2F&z", "")]
    [InlineData("GET", "consul-0:8500", "/v1/../up/./here", "")]
    [InlineData("GET", "http:consul-0:http-api", "/?", "")]
    [InlineData("PUT", "consul-0:8301", "/v1/kv/a", "value")]
    [InlineData("PUT", "consul-0", "/v1/session/create", "")]
    [InlineData("DELETE", "consul-0", "/v1/kv/a?recurse=true", "")]
    [InlineData("PATCH", ":consul-0:8500", "/", "{}")]
    [InlineData("OPTIONS", "consul-0:http", "/x", "")]
    [InlineData("POST", "consul-0", "", "x")]
    public async Task Method_path_query_and_body_arrive_as_they_were_sent(string method, string name, string path, string body)
    {
        string seen = string.Empty;
        answer = async context =>
        {
            string raw = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            seen = $"{context.Request.Method} {raw} {await new StreamReader(context.Request.Body).ReadToEndAsync()}";
            context.Response.StatusCode = 418;
        };
        string proxy = Path.Replace("consul-0", name, StringComparison.Ordinal);
        (Stream connection, string head) = await server.UpgradeAsync($"{proxy}{path}", method, "Connection: close", $"Content-Length: {body.Length}\r\n\r\n{body}");
        Assert.StartsWith("HTTP/1.1 418 ", head, StringComparison.Ordinal);
        Assert.Equal($"{method} {(path.Length == 0 ? "/" : path)} {body}", seen);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task Headers_go_both_ways_but_for_those_of_one_connection_and_who_asks()
    {
        Dictionary<string, string> seen = [];
        answer = context =>
        {
            seen = context.Request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            context.Response.Headers.Append("X-Consul-Index", "42");
            context.Response.Headers.Append("X-Two", new Microsoft.Extensions.Primitives.StringValues(["a", "b"]));
            context.Response.Headers.Append("Keep-Alive", "timeout=5");
            return context.Response.WriteAsync("ok");
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Path}/v1/x");
        request.Headers.Add("Authorization", "Bearer secret");
        request.Headers.Add("Impersonate-User", "other");
        request.Headers.Add("X-Consul-Token", "token");
        request.Headers.Add("X-Hop", "one");
        request.Headers.Add("Connection", "X-Hop");
        request.Headers.Add("X-Forwarded-For", "10.0.0.1");
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        Assert.Equal("ok", await response.Content.ReadAsStringAsync());
        Assert.Equal("token", seen["X-Consul-Token"]);
        Assert.Equal($"127.0.0.1:{server.Port}", seen["Host"]);
        Assert.Equal("10.0.0.1, 127.0.0.1", seen["X-Forwarded-For"]);
        Assert.Equal($"{Path}/v1/x", seen["X-Forwarded-Uri"]);
        Assert.DoesNotContain("Authorization", seen.Keys);
        Assert.DoesNotContain("Impersonate-User", seen.Keys);
        Assert.DoesNotContain("X-Hop", seen.Keys);
        Assert.Equal("42", Assert.Single(response.Headers.GetValues("X-Consul-Index")));
        Assert.Equal(["a", "b"], response.Headers.GetValues("X-Two"));
        Assert.False(response.Headers.Contains("Keep-Alive"));
    }

    [Fact]
    public async Task Requests_share_connections()
    {
        for (int round = 0; round < 20; round++)
        {
            using HttpResponseMessage response = await server.Http.GetAsync(new Uri($"{Path}/v1/x", UriKind.Relative));
        }

        Assert.Equal(1, server.Runtime.ConnectionsMade);
    }

    [Fact]
    public async Task A_pod_that_takes_anothers_place_does_not_get_its_connections()
    {
        using HttpResponseMessage first = await server.Http.GetAsync(new Uri($"{Path}/", UriKind.Relative));
        server.Pod.Make("metadata")["uid"] = "another";
        using HttpResponseMessage second = await server.Http.GetAsync(new Uri($"{Path}/", UriKind.Relative));
        Assert.Equal(2, server.Runtime.ConnectionsMade);
    }

    [Fact]
    public async Task Sixteen_megabytes_go_up_and_down()
    {
        byte[] content = RandomNumberGenerator.GetBytes(16 * 1024 * 1024);
        answer = static async context =>
        {
            using var received = new MemoryStream();
            await context.Request.Body.CopyToAsync(received);
            await context.Response.Body.WriteAsync(received.ToArray());
        };
        using var body = new ByteArrayContent(content);
        using HttpResponseMessage response = await server.Http.PutAsync(new Uri($"{Path}/", UriKind.Relative), body);
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(await response.Content.ReadAsByteArrayAsync()));
    }

    [Fact]
    public async Task What_the_pod_has_written_is_seen_before_its_answer_ends()
    {
        var go = new TaskCompletionSource();
        answer = async context =>
        {
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.WriteAsync("line 1\n");
            await context.Response.Body.FlushAsync();
            await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
        };
        using (HttpResponseMessage response = await server.Http.GetAsync(new Uri($"{Path}/v1/agent/monitor", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            go.SetResult();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            Assert.Equal("line 1", await reader.ReadLineAsync());
        }

        // The client has gone, which the pod is to see.
        await backendRequests.WhenEmptyAsync();
        await server.Requests.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_client_that_gives_up_a_blocking_query_frees_the_pod()
    {
        var asked = new TaskCompletionSource();
        answer = async context =>
        {
            asked.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
        };
        using var giveUp = new CancellationTokenSource();
        Task<HttpResponseMessage> waiting = server.Http.GetAsync(new Uri($"{Path}/v1/kv/a?index=7&wait=10m", UriKind.Relative), giveUp.Token);
        await asked.Task;
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await backendRequests.WhenEmptyAsync();
        await server.Requests.WhenEmptyAsync();
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_not_taken_for_whole()
    {
        answer = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("part");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Http.GetStringAsync(new Uri($"{Path}/", UriKind.Relative)));
    }

    [Theory]
    [InlineData("consul-0:8501", 503, "error trying to reach service: dial tcp 127.64.1.2:8501: connect: connection refused")]
    [InlineData("consul-0:nosuch", 503, "error trying to reach service: dial tcp: lookup tcp/nosuch: unknown port")]
    [InlineData("consul-0:70000", 503, "error trying to reach service: dial tcp: address 70000: invalid port")]
    [InlineData("https:consul-0:8500", 503, "error trying to reach service: http: server gave HTTP response to HTTPS client")]
    [InlineData("ftp:consul-0:8500", 400, "invalid pod request \"ftp:consul-0:8500\"")]
    public async Task What_cannot_be_reached_is_told_as_by_the_api_server(string name, int code, string message)
    {
        using HttpResponseMessage response = await server.Http.GetAsync(new Uri($"{Path.Replace("consul-0", name, StringComparison.Ordinal)}/", UriKind.Relative));
        Assert.Equal(code, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(message, status.Text("message"));
        Assert.Equal(code == 503 ? "ServiceUnavailable" : "BadRequest", status.Text("reason"));
    }

    [Fact]
    public async Task A_pod_that_hangs_up_is_told()
    {
        server.Runtime.Listen(9000, static async (stream, cancellationToken) => await stream.ReadExactlyAsync(new byte[1], cancellationToken));
        using HttpResponseMessage response = await server.Http.GetAsync(new Uri($"{Path.Replace("consul-0", "consul-0:9000", StringComparison.Ordinal)}/", UriKind.Relative));
        Assert.Equal(503, (int)response.StatusCode);
        Assert.Contains("error trying to reach service: EOF", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_without_an_address_is_refused()
    {
        server.Pod.Make("status").Remove("podIP");
        using HttpResponseMessage response = await server.Http.GetAsync(new Uri($"{Path}/", UriKind.Relative));
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("\"message\":\"address not allowed\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_proxys_own_path_leads_to_the_root()
    {
        using HttpResponseMessage response = await server.Http.GetAsync(new Uri($"{Path}?x=1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.Equal($"{Path}/?x=1", response.Headers.Location?.OriginalString);
        Assert.Equal(0, server.Runtime.ConnectionsMade);
    }

    [Fact]
    public async Task A_websocket_goes_through()
    {
        answer = static async context =>
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync("echo");
            byte[] buffer = new byte[100];
            WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, context.RequestAborted);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        };
        using WebSocket client = await server.WebSocketAsync($"{Path}/ws", "echo");
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        byte[] buffer = new byte[100];
        WebSocketReceiveResult received = await client.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
        received = await client.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await server.Requests.WhenEmptyAsync();
        await server.Runtime.Connections.WhenEmptyAsync();
    }
}
