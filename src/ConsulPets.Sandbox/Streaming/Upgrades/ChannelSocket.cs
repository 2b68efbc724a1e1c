using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;

namespace ConsulPets.Sandbox.Streaming.Upgrades;

/// <summary>
/// A WebSocket of several channels (Kubernetes: <c>apimachinery/pkg/util/httpstream/wsstream</c>). Each message begins with its channel: a byte in binary messages;
/// a digit in the text messages of the <c>base64</c> protocols, whose rest is base64. From <c>v5</c> on, 255 and a channel mean that the client has ended that channel.
/// </summary>
internal sealed class ChannelSocket : IDisposable
{
    private const byte CloseChannel = 255;

    // A client may send a message of 15 MiB; only the text ones must be held wholly.
    private const int MaximumTextLength = 32 * 1024 * 1024;

    private readonly WebSocket socket;
    private readonly bool isBase64;
    private readonly bool canClose;
    private readonly Channel[] channels;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly CancellationTokenSource gone = new();

    /// <summary>Makes one.</summary>
    /// <param name="socket">The WebSocket, which stays the caller's.</param>
    /// <param name="protocol">Its protocol; null when none was agreed on, which means binary messages.</param>
    /// <param name="count">How many channels it has.</param>
    public ChannelSocket(WebSocket socket, string? protocol, int count)
    {
        this.socket = socket;
        isBase64 = protocol?.Contains("base64", StringComparison.Ordinal) ?? false;
        canClose = protocol?.StartsWith("v5.", StringComparison.Ordinal) ?? false;
        channels = [.. Enumerable.Range(0, count).Select(number => new Channel(this, (byte)number))];
    }

    /// <summary>A channel.</summary>
    /// <param name="number">Its number.</param>
    public IClientStream this[int number] => channels[number];

    /// <summary>Receives until the client closes the WebSocket. All channels have ended then.</summary>
    /// <param name="cancellationToken">Ends it, and the WebSocket with it.</param>
    /// <returns>When it has ended. Failures of the connection are an end like any other.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await ReadMessageAsync(buffer, cancellationToken).ConfigureAwait(false))
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or FormatException or ObjectDisposedException)
        {
            // The client is gone, or does not speak the protocol.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await gone.CancelAsync().ConfigureAwait(false);
            foreach (Channel channel in channels)
            {
                channel.EndInput();
            }
        }
    }

    /// <summary>Says that nothing more will be sent, to whoever still listens.</summary>
    /// <returns>When it is said.</returns>
    public async Task CloseAsync()
    {
        try
        {
            await writing.WaitAsync(gone.Token).ConfigureAwait(false);
            try
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, gone.Token).ConfigureAwait(false);
            }
            finally
            {
                writing.Release();
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody to say it to.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writing.Dispose();
        gone.Dispose();
    }

    private async Task<bool> ReadMessageAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
        if (received.MessageType == WebSocketMessageType.Close)
        {
            return false;
        }

        if (isBase64)
        {
            await ReadTextAsync(buffer, received, cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (received.Count == 0 && received.EndOfMessage)
        {
            return true;
        }

        byte number = buffer[0];
        ReadOnlyMemory<byte> data = buffer.AsMemory(1, Math.Max(received.Count - 1, 0));
        if (canClose && number == CloseChannel)
        {
            Find(data.Length > 0 ? data.Span[0] : CloseChannel)?.EndInput();
        }

        while (true)
        {
            if (Find(number) is { } channel)
            {
                await channel.ReceiveAsync(data, cancellationToken).ConfigureAwait(false);
            }

            if (received.EndOfMessage)
            {
                return true;
            }

            received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return false;
            }

            data = buffer.AsMemory(0, received.Count);
        }
    }

    private async Task ReadTextAsync(byte[] buffer, ValueWebSocketReceiveResult received, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        while (true)
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, received.Count));
            if (received.EndOfMessage)
            {
                break;
            }

            if (text.Length > MaximumTextLength)
            {
                throw new IOException("A message is too long.");
            }

            received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        if (text.Length > 0 && Find((byte)(text[0] - '0')) is { } channel)
        {
            await channel.ReceiveAsync(Convert.FromBase64String(text.ToString(1, text.Length - 1)), cancellationToken).ConfigureAwait(false);
        }
    }

    private Channel? Find(byte number) => number < channels.Length ? channels[number] : null;

    private async ValueTask SendAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        byte[] message = isBase64 ? Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{channel}") + Convert.ToBase64String(data.Span)) : [channel, .. data.Span];
        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(message.AsMemory(), isBase64 ? WebSocketMessageType.Text : WebSocketMessageType.Binary, endOfMessage: true, gone.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            throw new IOException("The client is gone.", exception);
        }
        finally
        {
            writing.Release();
        }
    }

    private sealed class Channel(ChannelSocket owner, byte number) : IClientStream
    {
        private static readonly PipeOptions Buffering = new(pauseWriterThreshold: 512 * 1024, resumeWriterThreshold: 256 * 1024, useSynchronizationContext: false);

        private readonly Pipe pipe = new(Buffering);
        private readonly CancellationToken gone = owner.gone.Token;
        private bool isInputEnded;

        public PipeReader Input => pipe.Reader;

        public CancellationToken Gone => gone;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => owner.SendAsync(number, data, cancellationToken);

        // These protocols cannot say it of one channel: the WebSocket's end says it of all.
        public ValueTask CompleteAsync() => ValueTask.CompletedTask;

        public async ValueTask ReceiveAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            if (!isInputEnded && !data.IsEmpty)
            {
                await pipe.Writer.WriteAsync(data, cancellationToken).ConfigureAwait(false);
            }
        }

        public void EndInput()
        {
            isInputEnded = true;
            pipe.Writer.Complete();
        }
    }
}
