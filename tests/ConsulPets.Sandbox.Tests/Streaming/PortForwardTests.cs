using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace ConsulPets.Sandbox.Tests.Streaming;

public sealed class PortForwardTests : IAsyncLifetime
{
    private const string Path = StreamServer.PodPath + "/portforward";
    private StreamServer server = null!;

    public async Task InitializeAsync()
    {
        server = await StreamServer.StartAsync();
        server.Runtime.Listen(8500, static async (stream, cancellationToken) =>
        {
            await stream.CopyToAsync(stream, cancellationToken);
            await stream.WriteAsync("<end>"u8.ToArray(), cancellationToken);
        });
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_goes_in_comes_back_and_the_clients_end_reaches_the_pod_alone(bool isTunnel)
    {
        await using SpdyTestClient client = await ConnectAsync(isTunnel);
        (SpdyTestClient.TestStream data, SpdyTestClient.TestStream error) = await client.ForwardAsync(8500, 0);
        await data.WriteAsync("hello"u8.ToArray());
        Assert.Equal("hello", Encoding.UTF8.GetString(await data.ReadAsync(5)));
        await data.WriteAsync(" there"u8.ToArray(), fin: true);
        Assert.Equal(" there<end>", Encoding.UTF8.GetString(await data.ReadToEndAsync()));
        Assert.Empty(await error.ReadToEndAsync());
        await server.Runtime.Connections.WhenEmptyAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fifty_connections_at_once_do_not_mix(bool isTunnel)
    {
        await using SpdyTestClient client = await ConnectAsync(isTunnel);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
        {
            (SpdyTestClient.TestStream data, SpdyTestClient.TestStream error) = await client.ForwardAsync(8500, number);
            byte[] sent = Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Repeat($"connection {number}", 5000)));
            foreach (byte[] part in sent.Chunk(10_000))
            {
                await data.WriteAsync(part);
            }

            await data.WriteAsync(ReadOnlyMemory<byte>.Empty, fin: true);
            byte[] received = await data.ReadToEndAsync();
            Assert.Equal([.. sent, .. "<end>"u8], received);
            Assert.Empty(await error.ReadToEndAsync());
        }));
        await server.Runtime.Connections.WhenEmptyAsync();
        await client.PingAsync(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sixteen_megabytes_arrive_whole(bool isTunnel)
    {
        byte[] content = RandomNumberGenerator.GetBytes(16 * 1024 * 1024);
        server.Runtime.Listen(9000, async (stream, cancellationToken) => await stream.WriteAsync(content, cancellationToken));
        await using SpdyTestClient client = await ConnectAsync(isTunnel);
        (SpdyTestClient.TestStream data, _) = await client.ForwardAsync(9000, 0);
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(await data.ReadToEndAsync()));
    }

    [Fact]
    public async Task One_frame_of_eight_megabytes_arrives_whole()
    {
        byte[] content = RandomNumberGenerator.GetBytes(8 * 1024 * 1024);
        await using SpdyTestClient client = await ConnectAsync(isTunnel: false);
        (SpdyTestClient.TestStream data, _) = await client.ForwardAsync(8500, 0);
        await data.WriteAsync(content, fin: true);
        Assert.Equal(SHA256.HashData([.. content, .. "<end>"u8]), SHA256.HashData(await data.ReadToEndAsync()));
    }

    [Fact]
    public async Task A_port_where_nothing_listens_is_told_on_the_error_stream()
    {
        await using SpdyTestClient client = await ConnectAsync(isTunnel: false);
        (SpdyTestClient.TestStream data, SpdyTestClient.TestStream error) = await client.ForwardAsync(8501, 0);
        string message = Encoding.UTF8.GetString(await error.ReadToEndAsync());
        Assert.StartsWith("error forwarding port 8501 to pod ", message, StringComparison.Ordinal);
        Assert.EndsWith("dial tcp4 127.0.0.1:8501: connect: connection refused", message, StringComparison.Ordinal);
        Assert.Empty(await data.ReadToEndAsync());

        (data, error) = await client.ForwardAsync(8500, 1);
        await data.WriteAsync("on"u8.ToArray(), fin: true);
        Assert.Equal("on<end>", Encoding.UTF8.GetString(await data.ReadToEndAsync()));
    }

    [Fact]
    public async Task A_pod_that_goes_away_ends_the_stream_and_not_the_connection()
    {
        var left = new TaskCompletionSource();
        server.Runtime.Listen(9000, async (_, _) => await left.Task);
        await using SpdyTestClient client = await ConnectAsync(isTunnel: false);
        (SpdyTestClient.TestStream data, SpdyTestClient.TestStream error) = await client.ForwardAsync(9000, 0);
        await data.WriteAsync("never read"u8.ToArray());
        left.SetResult();
        Assert.Empty(await data.ReadToEndAsync());
        Assert.Empty(await error.ReadToEndAsync());
        await client.PingAsync(3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_goes_away_leaves_nothing_open(bool isTunnel)
    {
        SpdyTestClient client = await ConnectAsync(isTunnel);
        for (int number = 0; number < 10; number++)
        {
            (SpdyTestClient.TestStream data, _) = await client.ForwardAsync(8500, number);
            await data.WriteAsync("x"u8.ToArray());
            await data.ReadAsync(1);
        }

        Assert.Equal(10, server.Runtime.Connections.Count);
        await client.DisposeAsync();
        await server.Runtime.Connections.WhenEmptyAsync();
        await server.Requests.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_its_streams()
    {
        await using SpdyTestClient forward = await ConnectAsync(isTunnel: false);
        (SpdyTestClient.TestStream data, _) = await forward.ForwardAsync(8500, 0);
        await using SpdyTestClient tunnel = await ConnectAsync(isTunnel: true);
        await tunnel.PingAsync(1);
        using HttpResponseMessage log = await server.Http.GetAsync(new Uri($"{StreamServer.PodPath}/log?follow=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(await data.ReadToEndAsync());
        await server.Runtime.Connections.WhenEmptyAsync();
        await server.Runtime.Commands.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_reset_stream_ends_its_connection_to_the_pod()
    {
        await using SpdyTestClient client = await ConnectAsync(isTunnel: false);
        (SpdyTestClient.TestStream data, SpdyTestClient.TestStream error) = await client.ForwardAsync(8500, 0);
        await data.WriteAsync("x"u8.ToArray());
        await data.ReadAsync(1);
        await data.ResetAsync();
        Assert.Empty(await error.ReadToEndAsync());
        await server.Runtime.Connections.WhenEmptyAsync();
    }

    [Theory]
    [InlineData("data", "0")]
    [InlineData("data", "x")]
    [InlineData("data", "65536")]
    [InlineData("other", "8500")]
    public async Task A_stream_that_makes_no_sense_is_reset(string type, string port)
    {
        await using SpdyTestClient client = await ConnectAsync(isTunnel: false);
        Assert.True((await client.OpenAsync(("streamtype", type), ("port", port), ("requestid", "0"))).IsReset);
        (SpdyTestClient.TestStream data, _) = await client.ForwardAsync(8500, 1);
        await data.WriteAsync(ReadOnlyMemory<byte>.Empty, fin: true);
        Assert.Equal("<end>", Encoding.UTF8.GetString(await data.ReadToEndAsync()));
    }

    [Theory]
    [InlineData("v4.channel.k8s.io")]
    [InlineData("v4.base64.channel.k8s.io")]
    public async Task Older_clients_have_their_ports_in_the_query(string protocol)
    {
        using WebSocket socket = await server.WebSocketAsync($"{Path}?ports=8500&ports=8501", protocol);
        var client = new ChannelTestClient(socket, protocol.Contains("base64", StringComparison.Ordinal));
        await client.ReceiveUntilAsync(() => client[0].Length >= 2 && client[1].Length >= 2 && client[2].Length >= 2 && client[3].Length > 2);
        Assert.Equal([0x34, 0x21], client[0]);
        Assert.Equal([0x34, 0x21], client[1]);
        Assert.Equal([0x35, 0x21], client[2]);
        Assert.Contains("connection refused", Encoding.UTF8.GetString(client[3]), StringComparison.Ordinal);
        await client.SendAsync(0, "hello"u8.ToArray());
        await client.ReceiveUntilAsync(() => client[0].Length >= 7);
        Assert.Equal("hello", Encoding.UTF8.GetString(client[0].AsSpan(2)));
        socket.Abort();
        await server.Runtime.Connections.WhenEmptyAsync();
        await server.Requests.WhenEmptyAsync();
    }

    [Theory]
    [InlineData("", "query parameter \\\"ports\\\" is required")]
    [InlineData("?ports=http", "unable to parse \\\"http\\\" as a port")]
    public async Task Ports_that_make_no_sense_are_refused(string query, string message)
    {
        (Stream connection, string head) = await server.UpgradeAsync(
            Path + query, "GET", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: v4.channel.k8s.io");
        Assert.StartsWith("HTTP/1.1 400 ", head, StringComparison.Ordinal);
        byte[] body = new byte[4096];
        int length = await connection.ReadAsync(body);
        Assert.Contains(message, Encoding.UTF8.GetString(body, 0, length), StringComparison.Ordinal);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_request_that_is_no_upgrade_is_told_so()
    {
        using HttpResponseMessage response = await server.Http.PostAsync(new Uri(Path, UriKind.Relative), null);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"message\":\"Upgrade request required\",\"reason\":\"BadRequest\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_speaks_another_protocol_is_told_which_are_spoken()
    {
        (Stream connection, string head) = await server.UpgradeAsync(Path, "POST", "Upgrade: SPDY/3.1", "X-Stream-Protocol-Version: v9.portforward");
        Assert.StartsWith("HTTP/1.1 403 ", head, StringComparison.Ordinal);
        Assert.Contains("X-Accepted-Stream-Protocol-Versions: portforward.k8s.io", head, StringComparison.Ordinal);
        await connection.DisposeAsync();
    }

    private async Task<SpdyTestClient> ConnectAsync(bool isTunnel) => isTunnel
        ? new SpdyTestClient(WebSocketStream.Create(await server.WebSocketAsync(Path, "SPDY/3.1+portforward.k8s.io"), WebSocketMessageType.Binary, ownsWebSocket: true))
        : await server.SpdyAsync(Path, "portforward.k8s.io");
}
