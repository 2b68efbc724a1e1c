using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Streaming;

public sealed class ExecTests : IAsyncLifetime
{
    private const string Path = StreamServer.PodPath + "/exec";
    private StreamServer server = null!;

    public static TheoryData<string> WebSocketProtocols => ["v5.channel.k8s.io", "v5.base64.channel.k8s.io", "v4.channel.k8s.io", "v4.base64.channel.k8s.io"];

    public async Task InitializeAsync() => server = await StreamServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Over_spdy_output_errors_and_the_exit_code_come_each_on_its_stream()
    {
        server.Runtime.Program = TalkAsync;
        await using SpdyTestClient client = await server.SpdyAsync($"{Path}?command=consul&command=members&stdout=true&stderr=true", "v5.channel.k8s.io", "v4.channel.k8s.io");
        SpdyTestClient.TestStream error = await client.OpenAsync(("streamtype", "error"));
        SpdyTestClient.TestStream stdout = await client.OpenAsync(("streamtype", "stdout"));
        SpdyTestClient.TestStream stderr = await client.OpenAsync(("streamtype", "stderr"));
        Assert.Equal("out: consul members", Encoding.UTF8.GetString(await stdout.ReadToEndAsync()));
        Assert.Equal("err", Encoding.UTF8.GetString(await stderr.ReadToEndAsync()));
        AssertExit(3, Encoding.UTF8.GetString(await error.ReadToEndAsync()));
        await client.DisposeAsync();
        await server.Runtime.Commands.WhenEmptyAsync();
        await server.Requests.WhenEmptyAsync();
        Assert.True(await client.Ended.Task);
    }

    [Fact]
    public async Task The_first_protocols_tell_a_failure_in_words()
    {
        server.Runtime.Program = TalkAsync;
        await using SpdyTestClient client = await server.SpdyAsync($"{Path}?command=x&stdout=true");
        SpdyTestClient.TestStream error = await client.OpenAsync(("streamtype", "error"));
        await client.OpenAsync(("streamtype", "stdout"));
        Assert.Equal("command terminated with non-zero exit code: error executing command [x], exit code 3", Encoding.UTF8.GetString(await error.ReadToEndAsync()));
    }

    [Fact]
    public async Task Over_spdy_sixteen_megabytes_go_through_a_command_and_its_input_ends()
    {
        server.Runtime.Program = CopyAsync;
        byte[] content = RandomNumberGenerator.GetBytes(16 * 1024 * 1024);
        await using SpdyTestClient client = await server.SpdyAsync($"{Path}?command=cat&stdin=true&stdout=true", "v4.channel.k8s.io");
        SpdyTestClient.TestStream error = await client.OpenAsync(("streamtype", "error"));
        SpdyTestClient.TestStream stdin = await client.OpenAsync(("streamtype", "stdin"));
        SpdyTestClient.TestStream stdout = await client.OpenAsync(("streamtype", "stdout"));
        foreach (byte[] part in content.Chunk(100_000))
        {
            await stdin.WriteAsync(part);
        }

        await stdin.WriteAsync(ReadOnlyMemory<byte>.Empty, fin: true);
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(await stdout.ReadToEndAsync()));
        Assert.Equal("""{"metadata":{},"status":"Success"}""", Encoding.UTF8.GetString(await error.ReadToEndAsync()));
    }

    [Theory]
    [MemberData(nameof(WebSocketProtocols))]
    public async Task Over_a_websocket_output_errors_and_the_exit_code_come_each_on_its_channel(string protocol)
    {
        server.Runtime.Program = TalkAsync;
        using WebSocket socket = await server.WebSocketAsync($"{Path}?command=consul&command=members&stdout=true&stderr=true", protocol);
        var client = new ChannelTestClient(socket, protocol.Contains("base64", StringComparison.Ordinal));
        await client.ReceiveUntilAsync(static () => false);
        Assert.Equal("out: consul members", client.Text(1));
        Assert.Equal("err", client.Text(2));
        AssertExit(3, client.Text(3));
        Assert.True(client.IsClosed);
        await server.Requests.WhenEmptyAsync();
        Assert.Equal(0, server.Runtime.Commands.Count);
    }

    [Fact]
    public async Task From_v5_on_a_client_can_end_its_input()
    {
        server.Runtime.Program = CopyAsync;
        byte[] content = RandomNumberGenerator.GetBytes(4 * 1024 * 1024);
        using WebSocket socket = await server.WebSocketAsync($"{Path}?command=cat&stdin=true&stdout=true", "v5.channel.k8s.io");
        var client = new ChannelTestClient(socket, isBase64: false);
        Task sending = Task.Run(async () =>
        {
            foreach (byte[] part in content.Chunk(1_000_000))
            {
                await client.SendAsync(0, part);
            }

            await client.SendAsync(255, new byte[] { 0 });
        });
        await client.ReceiveUntilAsync(static () => false);
        await sending;
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(client[1]));
        AssertExit(0, client.Text(3));
    }

    [Fact]
    public async Task Input_is_answered_while_it_is_open()
    {
        server.Runtime.Program = CopyAsync;
        using WebSocket socket = await server.WebSocketAsync($"{Path}?command=cat&stdin=true&stdout=true", "v4.channel.k8s.io");
        var client = new ChannelTestClient(socket, isBase64: false);
        for (int round = 1; round <= 100; round++)
        {
            await client.SendAsync(0, "ping"u8.ToArray());
            await client.ReceiveUntilAsync(() => client[1].Length == round * 4);
        }

        Assert.False(client.IsClosed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_command_does_not_outlive_its_client(bool isSpdy)
    {
        var started = new TaskCompletionSource();
        server.Runtime.Program = async (_, _, _, _, killed) =>
        {
            started.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(killed);
            return 0;
        };
        if (isSpdy)
        {
            await using SpdyTestClient client = await server.SpdyAsync($"{Path}?command=sleep&stdout=true", "v4.channel.k8s.io");
            await client.OpenAsync(("streamtype", "error"));
            await client.OpenAsync(("streamtype", "stdout"));
            await started.Task;
        }
        else
        {
            using WebSocket socket = await server.WebSocketAsync($"{Path}?command=sleep&stdout=true", "v5.channel.k8s.io");
            await started.Task;
            socket.Abort();
        }

        await server.Runtime.Commands.WhenEmptyAsync();
        await server.Requests.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_command_that_does_not_read_its_input_can_end_all_the_same()
    {
        var go = new TaskCompletionSource();
        server.Runtime.Program = async (_, _, _, _, _) =>
        {
            await go.Task;
            return 7;
        };
        await using SpdyTestClient client = await server.SpdyAsync($"{Path}?command=sleep&stdin=true&stdout=true", "v4.channel.k8s.io");
        SpdyTestClient.TestStream error = await client.OpenAsync(("streamtype", "error"));
        SpdyTestClient.TestStream stdin = await client.OpenAsync(("streamtype", "stdin"));
        await client.OpenAsync(("streamtype", "stdout"));
        Task sending = stdin.WriteAsync(new byte[10_000_000]);
        go.SetResult();
        AssertExit(7, Encoding.UTF8.GetString(await error.ReadToEndAsync()));
        await sending;
    }

    [Fact]
    public async Task A_program_that_is_missing_is_told_as_the_end()
    {
        using WebSocket socket = await server.WebSocketAsync($"{Path}?command=missing&stdout=true", "v5.channel.k8s.io");
        var client = new ChannelTestClient(socket, isBase64: false);
        await client.ReceiveUntilAsync(static () => false);
        var status = JsonNode.Parse(client.Text(3));
        Assert.Equal("InternalError", status.Text("reason"));
        Assert.Equal(
            "Internal error occurred: error executing command in container: failed to exec in container: exec: \"missing\": executable file not found in $PATH", status.Text("message"));
    }

    [Fact]
    public async Task On_a_terminal_lines_are_shown_as_they_are_typed_and_control_c_ends_the_command()
    {
        server.Runtime.Program = CopyAsync;
        using WebSocket socket = await server.WebSocketAsync($"{Path}?command=sh&stdin=true&stdout=true&tty=true", "v5.channel.k8s.io");
        var client = new ChannelTestClient(socket, isBase64: false);
        await client.SendAsync(4, """{"Width":80,"Height":24}"""u8.ToArray());
        await client.SendAsync(0, "lx\u007fs\r"u8.ToArray());
        await client.ReceiveUntilAsync(() => client.Text(1).EndsWith("ls\r\n", StringComparison.Ordinal));
        Assert.Equal("lx\b \bs\r\nls\r\n", client.Text(1));
        await client.SendAsync(0, "\u0003"u8.ToArray());
        await client.ReceiveUntilAsync(static () => false);
        AssertExit(130, client.Text(3));
    }

    [Fact]
    public async Task To_attach_is_to_see_what_the_container_writes()
    {
        using WebSocket socket = await server.WebSocketAsync($"{StreamServer.PodPath}/attach?stdout=true&stderr=true", "v5.channel.k8s.io");
        var client = new ChannelTestClient(socket, isBase64: false);
        await server.Runtime.Log.Writer.WriteAsync("==> Consul agent running!");
        await client.ReceiveUntilAsync(() => client[1].Length > 0);
        Assert.Equal("==> Consul agent running!\n", client.Text(1));
        Assert.True(server.Runtime.LogRequests.Single() is { Follow: true, TailLines: 0, Container: "consul" });
        server.Runtime.Log.Writer.Complete();
        await client.ReceiveUntilAsync(static () => false);
        AssertExit(0, client.Text(3));
    }

    [Theory]
    [InlineData("?command=ls", 400, "you must specify at least 1 of stdin, stdout, stderr")]
    [InlineData("?stdout=true", 400, "you must specify at least one command for the container")]
    [InlineData("?command=ls&stdout=true&container=other", 400, "container other is not valid for pod consul-0")]
    [InlineData("?command=ls&stdout=true", 400, "Upgrade request required")]
    public async Task Requests_that_make_no_sense_are_refused(string query, int code, string message)
    {
        using HttpResponseMessage response = await server.Http.PostAsync(new Uri(Path + query, UriKind.Relative), null);
        Assert.Equal(code, (int)response.StatusCode);
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(message, status.Text("message"));
        Assert.Equal("BadRequest", status.Text("reason"));
    }

    [Fact]
    public async Task A_container_that_does_not_run_is_told_as_by_a_kubelet()
    {
        server.Pod.Make("status")["containerStatuses"] = JsonNode.Parse("""[{"name":"consul","state":{"waiting":{"reason":"ContainerCreating"}}}]""");
        (Stream connection, string head) = await server.UpgradeAsync($"{Path}?command=ls&stdout=true", "POST", "Upgrade: SPDY/3.1", "X-Stream-Protocol-Version: v4.channel.k8s.io");
        Assert.StartsWith("HTTP/1.1 500 ", head, StringComparison.Ordinal);
        byte[] body = new byte[1000];
        Assert.Contains("container not found (\"consul\")", Encoding.UTF8.GetString(body, 0, await connection.ReadAsync(body)), StringComparison.Ordinal);
        await connection.DisposeAsync();
    }

    private static async Task<int> TalkAsync(Stream input, Stream output, Stream error, IReadOnlyList<string> arguments, CancellationToken killed)
    {
        await output.WriteAsync(Encoding.UTF8.GetBytes($"out: {string.Join(' ', arguments)}"), killed);
        await error.WriteAsync("err"u8.ToArray(), killed);
        return await input.ReadAsync(new byte[1], killed) == 0 ? 3 : 4;
    }

    private static async Task<int> CopyAsync(Stream input, Stream output, Stream error, IReadOnlyList<string> arguments, CancellationToken killed)
    {
        byte[] buffer = new byte[10_000];
        int length;
        while ((length = await input.ReadAsync(buffer, killed)) > 0)
        {
            await output.WriteAsync(buffer.AsMemory(0, length), killed);
        }

        return 0;
    }

    private static void AssertExit(int code, string text)
    {
        var status = JsonNode.Parse(text);
        if (code == 0)
        {
            Assert.Equal("""{"metadata":{},"status":"Success"}""", text);
            return;
        }

        Assert.Equal("Failure", status.Text("status"));
        Assert.Equal("NonZeroExitCode", status.Text("reason"));
        JsonObject cause = Assert.Single(status.Items("details", "causes"));
        Assert.Equal("ExitCode", cause.Text("reason"));
        Assert.Equal($"{code}", cause.Text("message"));
    }
}
