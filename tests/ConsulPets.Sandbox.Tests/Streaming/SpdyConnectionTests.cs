using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ConsulPets.Sandbox.Streaming.Spdy;

namespace ConsulPets.Sandbox.Tests.Streaming;

[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "DisposeAsync does.")]
public sealed class SpdyConnectionTests : IAsyncLifetime
{
    private readonly BlockingCollection<SpdyStream> opened = [];
    private SpdyConnection connection = null!;
    private SpdyTestClient client = null!;
    private Stream serverSide = null!;
    private Stream clientSide = null!;
    private Task running = null!;

    public async Task InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(listener.LocalEndpoint);
        serverSide = new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true);
        clientSide = new NetworkStream(socket, ownsSocket: true);
        connection = new SpdyConnection(serverSide);
        client = new SpdyTestClient(clientSide);
        running = RunAsync();
    }

    public async Task DisposeAsync()
    {
        await client.DisposeAsync();
        await running;
        Assert.Equal(0, connection.OpenStreams);
        connection.Dispose();
        opened.Dispose();
    }

    [Fact]
    public async Task A_stream_is_open_until_both_sides_have_ended_it()
    {
        SpdyTestClient.TestStream mine = await client.OpenAsync(("streamtype", "data"), ("x", "y"));
        SpdyStream theirs = opened.Take();
        Assert.Equal("y", theirs.Headers["x"]);
        Assert.Equal(1, connection.OpenStreams);
        await theirs.WriteAsync("a"u8.ToArray(), CancellationToken.None);
        await theirs.CompleteAsync();
        Assert.Equal("a", Encoding.UTF8.GetString(await mine.ReadToEndAsync()));
        Assert.Equal(1, connection.OpenStreams);
        await mine.WriteAsync("b"u8.ToArray(), fin: true);
        await client.PingAsync(1);
        Assert.Equal(0, connection.OpenStreams);
        using var read = new MemoryStream();
        await theirs.Input.CopyToAsync(read);
        Assert.Equal("b", Encoding.UTF8.GetString(read.ToArray()));
        await Assert.ThrowsAsync<IOException>(() => theirs.WriteAsync("late"u8.ToArray(), CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task A_reset_ends_both_directions()
    {
        SpdyTestClient.TestStream mine = await client.OpenAsync(("streamtype", "data"));
        SpdyStream theirs = opened.Take();
        await mine.ResetAsync();
        await client.PingAsync(1);
        Assert.True(theirs.Gone.IsCancellationRequested);
        Assert.Equal(0, connection.OpenStreams);
        await Assert.ThrowsAsync<IOException>(() => theirs.WriteAsync("late"u8.ToArray(), CancellationToken.None).AsTask());
        await theirs.CompleteAsync();
    }

    [Fact]
    public async Task Data_that_nobody_reads_does_not_stay_when_its_reader_has_gone()
    {
        SpdyTestClient.TestStream mine = await client.OpenAsync(("streamtype", "data"));
        SpdyStream theirs = opened.Take();
        Task sending = mine.WriteAsync(new byte[4 * 1024 * 1024]);
        await theirs.Input.CompleteAsync();
        await sending;
        await client.PingAsync(1);
        Assert.Equal(1, connection.OpenStreams);
    }

    [Fact]
    public async Task Frames_that_say_nothing_to_a_server_are_passed_over()
    {
        // SETTINGS with an initial window, WINDOW_UPDATE, an answer to a ping that was not sent, GOAWAY, data of no stream and of a closed one.
        await client.SendLockedAsync(0x80030004, 0, Convert.FromHexString("000000010000000700010000"));
        await client.SendLockedAsync(0x80030009, 0, Convert.FromHexString("0000000100001000"));
        await client.SendLockedAsync(0x80030006, 0, Convert.FromHexString("00000002"));
        await client.SendLockedAsync(0x80030007, 0, Convert.FromHexString("0000000000000000"));
        await client.PingAsync(5);
        SpdyTestClient.TestStream mine = await client.OpenAsync(("streamtype", "data"));
        Assert.False(mine.IsReset);
    }

    [Theory]
    [InlineData("8003000100000004 00000001")]
    [InlineData("800300010000000c 0000000100000000 0000 ffff")]
    [InlineData("8003000100ffffff")]
    [InlineData("474554202f20485454502f312e310d0a")]
    public async Task What_is_not_spdy_ends_the_connection(string bytes)
    {
        await clientSide.WriteAsync(Convert.FromHexString(bytes.Replace(" ", string.Empty, StringComparison.Ordinal)));
        if (bytes.StartsWith("4745", StringComparison.Ordinal))
        {
            // Taken for a data frame that goes on: only the client's end tells.
            await clientSide.DisposeAsync();
        }

        await running.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Many_streams_write_at_once()
    {
        const int Count = 50;
        byte[] content = new byte[300_000];
        await Task.WhenAll(Enumerable.Range(0, Count).Select(async _ =>
        {
            SpdyTestClient.TestStream mine = await client.OpenAsync(("streamtype", "data"));
            await mine.WriteAsync(ReadOnlyMemory<byte>.Empty, fin: true);
            SpdyStream theirs = opened.Take();
            await theirs.WriteAsync(content, CancellationToken.None);
            await theirs.CompleteAsync();
        }));
        await client.PingAsync(1);
        Assert.Equal(0, connection.OpenStreams);
    }

    private async Task RunAsync()
    {
        await connection.RunAsync(static _ => true, opened.Add, CancellationToken.None);
        await serverSide.DisposeAsync();
    }
}
