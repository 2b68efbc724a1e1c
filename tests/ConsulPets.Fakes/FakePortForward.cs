using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace ConsulPets.Fakes;

/// <summary>What a kubelet does for port-forwards over WebSockets, towards one address on the loopback; it counts, and fails when it is told to.</summary>
public sealed class FakePortForward
{
    private readonly Uri target;
    private int open;
    private int most;
    private int dialled;

    /// <summary>Serves the port-forwards of a server.</summary>
    /// <param name="server">The API server.</param>
    /// <param name="target">What listens in the pod.</param>
    public FakePortForward(FakeApiServer server, Uri target)
    {
        this.target = target;
        server.On("GET", ".*/portforward", ServeAsync);
    }

    /// <summary>What the pod's side says instead of connecting; null to connect.</summary>
    public string? Problem { get; set; }

    /// <summary>Connections that are open.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>The most that were open at a time.</summary>
    public int Most => Volatile.Read(ref most);

    /// <summary>Connections so far.</summary>
    public int Dialled => Volatile.Read(ref dialled);

    /// <summary>Breaks those that are open.</summary>
    public CancellationTokenSource Break { get; private set; } = new();

    /// <summary>Breaks those that are open; later ones work.</summary>
    public void BreakAll()
    {
        CancellationTokenSource former = Break;
        Break = new CancellationTokenSource();
        former.Cancel();
    }

    private async Task ServeAsync(FakeCall call)
    {
        CancellationToken broken = Break.Token;
        using WebSocket socket = await call.Context.WebSockets.AcceptWebSocketAsync("v4.channel.k8s.io");
        Interlocked.Increment(ref dialled);
        int now = Interlocked.Increment(ref open);
        for (int seen = Most; now > seen && Interlocked.CompareExchange(ref most, now, seen) != seen; seen = Most)
        {
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(broken, call.Context.RequestAborted);
        try
        {
            byte[] port = [.. BitConverter.GetBytes((ushort)8500)];
            await SendAsync(socket, 0, port, over.Token);
            await SendAsync(socket, 1, port, over.Token);
            if (Problem is { } problem)
            {
                await SendAsync(socket, 1, Encoding.UTF8.GetBytes(problem), over.Token);
                return;
            }

            using var pod = new TcpClient();
            await pod.ConnectAsync(target.Host, target.Port, over.Token);
            Task[] ways = [ToPodAsync(socket, pod.GetStream(), over.Token), ToClientAsync(socket, pod.GetStream(), over.Token)];
            await Task.WhenAny(ways);
            await over.CancelAsync();
            await Task.WhenAll(ways);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException or SocketException)
        {
            call.Context.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private static async Task ToPodAsync(WebSocket socket, NetworkStream pod, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken) is { MessageType: not WebSocketMessageType.Close } part)
        {
            await pod.WriteAsync(buffer.AsMemory(1, part.Count - 1), cancellationToken);
        }
    }

    // In pieces that fit no buffer of the other side.
    private static async Task ToClientAsync(WebSocket socket, NetworkStream pod, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[100_003];
        int length;
        while ((length = await pod.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await SendAsync(socket, 0, buffer.AsMemory(0, length), cancellationToken);
        }
    }

    private static async Task SendAsync(WebSocket socket, byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        byte[] message = [channel, .. data.Span];
        await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
    }
}
