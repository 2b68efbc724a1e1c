using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace ConsulPets.Sandbox.Streaming.Spdy;

/// <summary>
/// The server's end of a SPDY/3.1 connection, as far as Kubernetes uses SPDY: the client opens streams, both sides send on them and end them.
/// Windows are not kept: the only client there is, Go's spdystream, neither waits for them nor sends updates. What a pod does not take up holds up the whole connection instead, as with a real kubelet.
/// </summary>
internal sealed class SpdyConnection : IDisposable
{
    /// <summary>How much is sent in one frame. Other streams wait so long.</summary>
    public const int MaximumDataLength = 32 * 1024;

    private static readonly Dictionary<string, string> NoHeaders = [];

    private readonly Stream transport;
    private readonly PipeReader reader;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly CancellationTokenSource ended = new();
    private readonly ConcurrentDictionary<uint, SpdyStream> streams = new();
    private readonly HeaderBlockReader headerReader = new();
    private readonly HeaderBlockWriter headerWriter = new();
    private uint lastStream;

    /// <summary>Makes one.</summary>
    /// <param name="transport">What it runs over; it stays the caller's.</param>
    public SpdyConnection(Stream transport)
    {
        this.transport = transport;
        reader = PipeReader.Create(transport, new StreamPipeReaderOptions(bufferSize: 64 * 1024, minimumReadSize: 4096, leaveOpen: true));
    }

    /// <summary>How many streams are open in at least one direction.</summary>
    public int OpenStreams => streams.Count;

    /// <summary>Serves the connection until the client closes it. All streams have ended then.</summary>
    /// <param name="isWanted">Whether a stream with these headers is taken; it is reset otherwise.</param>
    /// <param name="opened">Takes a stream. It is called between frames, so it must not wait.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When it has ended. Failures of the connection are an end like any other.</returns>
    public async Task RunAsync(Func<IReadOnlyDictionary<string, string>, bool> isWanted, Action<SpdyStream> opened, CancellationToken cancellationToken)
    {
        try
        {
            while (await ReadFrameAsync(isWanted, opened, cancellationToken).ConfigureAwait(false))
            {
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The client is gone, or does not speak SPDY.
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            foreach (SpdyStream stream in streams.Values)
            {
                stream.End();
            }

            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Tells the client that the connection is about to end. What was written to streams before arrives before.</summary>
    /// <returns>When it is told. Does not fail when the client is gone.</returns>
    public async Task GoAwayAsync()
    {
        try
        {
            await WriteAsync(SpdyFrame.Make(SpdyFrameType.GoAway, lastStream, 0), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // Nobody to tell.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        headerReader.Dispose();
        writing.Dispose();
        ended.Dispose();
    }

    /// <summary>Sends a stream's data.</summary>
    /// <param name="stream">The stream's number.</param>
    /// <param name="flags">Flags.</param>
    /// <param name="data">At most <see cref="MaximumDataLength"/>.</param>
    /// <param name="cancellationToken">Cancels waiting for other frames; never a frame that is half sent.</param>
    /// <returns>When it is sent.</returns>
    internal async ValueTask WriteDataAsync(uint stream, byte flags, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        // One write a frame: over a WebSocket each is a message.
        int length = SpdyFrame.HeaderLength + data.Length;
        byte[] frame = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            new SpdyFrame(SpdyFrameType.Data, 0, stream, flags, data.Length).Write(frame);
            data.CopyTo(frame.AsMemory(SpdyFrame.HeaderLength));
            await WriteAsync(frame.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>The stream has ended in both directions.</summary>
    /// <param name="stream">The stream.</param>
    internal void Forget(SpdyStream stream) => streams.TryRemove(stream.Id, out _);

    private static bool IsEnd(Exception exception) =>
        exception is IOException or OperationCanceledException or InvalidDataException or ObjectDisposedException or System.Net.WebSockets.WebSocketException;

    private async Task<bool> ReadFrameAsync(Func<IReadOnlyDictionary<string, string>, bool> isWanted, Action<SpdyStream> opened, CancellationToken cancellationToken)
    {
        byte[]? start = await ReadAsync(SpdyFrame.HeaderLength, cancellationToken).ConfigureAwait(false);
        if (start is null)
        {
            return false;
        }

        SpdyFrame frame = SpdyFrame.Read(start);
        if (frame.Type == SpdyFrameType.Data)
        {
            return await ReadDataAsync(frame, cancellationToken).ConfigureAwait(false);
        }

        byte[]? rest = frame.Length <= HeaderBlockReader.MaximumLength
            ? await ReadAsync(frame.Length, cancellationToken).ConfigureAwait(false)
            : throw new InvalidDataException("A control frame is too long.");
        if (rest is null)
        {
            return false;
        }

        uint first = rest.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(rest) & 0x7fffffff : 0;
        switch (frame.Type)
        {
            case SpdyFrameType.SynStream when rest.Length >= 10:
                // Stream, associated stream, priority and slot come before the headers.
                await OpenAsync(frame, first, headerReader.Read(rest.AsMemory(10)), isWanted, opened, cancellationToken).ConfigureAwait(false);
                break;
            case SpdyFrameType.SynReply or SpdyFrameType.Headers when rest.Length >= sizeof(uint):
                // Nothing is in them for a server, but what they refer back to must be known to later ones.
                headerReader.Read(rest.AsMemory(sizeof(uint)));
                if ((frame.Flags & SpdyFrame.Fin) != 0 && streams.TryGetValue(first, out SpdyStream? closed))
                {
                    closed.EndInput();
                }

                break;
            case SpdyFrameType.RstStream when streams.TryGetValue(first, out SpdyStream? reset):
                reset.End();
                break;
            case SpdyFrameType.Ping when (first & 1) == 1:
                await WriteAsync(SpdyFrame.Make(SpdyFrameType.Ping, first), cancellationToken).ConfigureAwait(false);
                break;
            case SpdyFrameType.SynStream or SpdyFrameType.SynReply or SpdyFrameType.Headers:
                throw new InvalidDataException("A control frame is too short.");
            default:
                // SETTINGS, WINDOW_UPDATE and the answer to a ping say nothing that matters here; after GOAWAY the client closes when its streams have ended.
                break;
        }

        return true;
    }

    private async Task OpenAsync(
        SpdyFrame frame, uint id, IReadOnlyDictionary<string, string> headers, Func<IReadOnlyDictionary<string, string>, bool> isWanted, Action<SpdyStream> opened, CancellationToken cancellationToken)
    {
        if (frame.Version != 3 || (id & 1) == 0 || id <= lastStream)
        {
            await WriteAsync(SpdyFrame.Make(SpdyFrameType.RstStream, id, SpdyFrame.ProtocolError), cancellationToken).ConfigureAwait(false);
            return;
        }

        lastStream = id;
        if (!isWanted(headers))
        {
            await WriteAsync(SpdyFrame.Make(SpdyFrameType.RstStream, id, SpdyFrame.Cancel), cancellationToken).ConfigureAwait(false);
            return;
        }

        var stream = new SpdyStream(this, id, headers);
        streams[id] = stream;

        // The client drops data of a stream for which it has no reply yet.
        await WriteAsync(SpdyFrame.MakeReply(id, headerWriter.Write(NoHeaders)), cancellationToken).ConfigureAwait(false);
        if ((frame.Flags & SpdyFrame.Fin) != 0)
        {
            stream.EndInput();
        }

        opened(stream);
    }

    private async Task<bool> ReadDataAsync(SpdyFrame frame, CancellationToken cancellationToken)
    {
        streams.TryGetValue(frame.StreamId, out SpdyStream? stream);
        int rest = frame.Length;
        while (rest > 0)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> data = read.Buffer.Slice(0, Math.Min(rest, read.Buffer.Length));
            if (data.IsEmpty)
            {
                return false;
            }

            if (stream is not null)
            {
                foreach (ReadOnlyMemory<byte> part in data)
                {
                    await stream.ReceiveAsync(part, cancellationToken).ConfigureAwait(false);
                }
            }

            rest -= (int)data.Length;
            reader.AdvanceTo(data.End);
        }

        if (stream is not null && (frame.Flags & SpdyFrame.Fin) != 0)
        {
            stream.EndInput();
        }
        else if (stream is null && frame.StreamId > lastStream)
        {
            await WriteAsync(SpdyFrame.Make(SpdyFrameType.RstStream, frame.StreamId, SpdyFrame.InvalidStream), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<byte[]?> ReadAsync(int length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            return [];
        }

        ReadResult read = await reader.ReadAtLeastAsync(length, cancellationToken).ConfigureAwait(false);
        if (read.Buffer.Length < length)
        {
            return null;
        }

        ReadOnlySequence<byte> bytes = read.Buffer.Slice(0, length);
        byte[] copy = bytes.ToArray();
        reader.AdvanceTo(bytes.End);
        return copy;
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await transport.WriteAsync(frame, ended.Token).ConfigureAwait(false);
            await transport.FlushAsync(ended.Token).ConfigureAwait(false);
        }
        finally
        {
            writing.Release();
        }
    }
}
