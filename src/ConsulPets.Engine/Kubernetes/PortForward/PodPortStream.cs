using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Kubernetes;

/// <summary>
/// One connection to a port of a pod. Each message of the WebSocket begins with the number of its channel: 0 carries the data of both directions, 1 what went wrong in the pod; the first message of each
/// channel only repeats the port (kubernetes, pkg/kubelet/cri/streaming/portforward/websocket.go).
/// </summary>
internal sealed class PodPortStream(ClientWebSocket socket, string pod) : Stream
{
    private const byte Data = 0;
    private const byte Problem = 1;
    private const int PortBytes = 2;

    // The kubelet reads a message frame by frame and takes the first byte of each for a channel, so a message must be one frame, with its channel in front.
    private const int LongestMessage = 16 * 1024;

    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly int[] skip = [PortBytes, PortBytes];
    private readonly byte[] received = new byte[LongestMessage];
    private int start;
    private int end;
    private int channel = -1;
    private bool isEnded;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static ConsulPetsException Unreachable(string pod, string problem, Exception? cause = null) => new(
        "PodUnreachable",
        ConsulPetsErrorKind.ConnectionError,
        $"The port-forward to pod '{pod}' failed: {problem.Trim().TrimEnd('.')}.",
        $"Look at the pod: Get-ConsulPet {pod} | Format-List",
        pod,
        cause);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (start == end && !isEnded)
        {
            await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }

        int count = Math.Min(buffer.Length, end - start);
        received.AsMemory(start, count).CopyTo(buffer);
        start += count;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        byte[] message = ArrayPool<byte>.Shared.Rent(LongestMessage);
        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            message[0] = Data;
            while (buffer.Length > 0)
            {
                int count = Math.Min(buffer.Length, LongestMessage - 1);
                buffer[..count].CopyTo(message.AsMemory(1));
                await socket.SendAsync(message.AsMemory(0, count + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
                buffer = buffer[count..];
            }
        }
        catch (WebSocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
        finally
        {
            writing.Release();
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // The pod's side ends with the socket; a close handshake would wait for a pod that may be gone.
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    // One part of a message: what is data stays for the readers.
    private async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        ValueWebSocketReceiveResult result;
        try
        {
            result = await socket.ReceiveAsync(received.AsMemory(), cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }

        if (result.MessageType == WebSocketMessageType.Close)
        {
            isEnded = true;
            return;
        }

        int from = 0;
        if (channel < 0 && result.Count > 0)
        {
            channel = received[0];
            from = 1;
        }

        if (channel is Data or Problem)
        {
            int skipped = Math.Min(skip[channel], result.Count - from);
            skip[channel] -= skipped;
            from += skipped;
        }

        if (channel == Problem && from < result.Count)
        {
            throw new IOException(Unreachable(pod, Encoding.UTF8.GetString(received, from, result.Count - from)).Message);
        }

        (start, end) = channel == Data ? (from, result.Count) : (0, 0);
        channel = result.EndOfMessage ? -1 : channel;
    }
}
