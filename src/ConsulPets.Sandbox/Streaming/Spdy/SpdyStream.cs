using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace ConsulPets.Sandbox.Streaming.Spdy;

/// <summary>A stream that the client has opened.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing to let go of, and its token is used after the stream has ended.")]
internal sealed class SpdyStream : IClientStream
{
    // Enough that a transfer never waits for the task that takes it up, little enough that a pod that does not read costs no memory.
    private static readonly PipeOptions Buffering = new(pauseWriterThreshold: 512 * 1024, resumeWriterThreshold: 256 * 1024, useSynchronizationContext: false);

    private readonly SpdyConnection connection;
    private readonly Pipe pipe = new(Buffering);
    private readonly CancellationTokenSource gone = new();
    private readonly Lock gate = new();
    private bool isOutputEnded;
    private bool isInputEnded;
    private bool isReset;

    /// <summary>Makes one.</summary>
    /// <param name="connection">The connection that it is of.</param>
    /// <param name="id">Its number.</param>
    /// <param name="headers">What it was opened with.</param>
    public SpdyStream(SpdyConnection connection, uint id, IReadOnlyDictionary<string, string> headers)
    {
        this.connection = connection;
        Id = id;
        Headers = headers;
    }

    /// <summary>Its number; the client's are odd.</summary>
    public uint Id { get; }

    /// <summary>What it was opened with.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <inheritdoc/>
    public PipeReader Input => pipe.Reader;

    /// <inheritdoc/>
    public CancellationToken Gone => gone.Token;

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (data.Length > 0)
        {
            ReadOnlyMemory<byte> part = data[..Math.Min(data.Length, SpdyConnection.MaximumDataLength)];
            data = data[part.Length..];
            if (IsOutputOver())
            {
                throw new IOException("The client has given the stream up.");
            }

            await connection.WriteDataAsync(Id, 0, part, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync()
    {
        bool isOver;
        lock (gate)
        {
            if (isOutputEnded || isReset)
            {
                return;
            }

            isOutputEnded = true;
            isOver = isInputEnded;
        }

        try
        {
            await connection.WriteDataAsync(Id, SpdyFrame.Fin, ReadOnlyMemory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, which is an end as well.
        }

        if (isOver)
        {
            connection.Forget(this);
        }
    }

    /// <summary>Takes what the client has sent. Waits while too much of it has not been read.</summary>
    /// <param name="data">What.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <returns>When there is room for more.</returns>
    internal async ValueTask ReceiveAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (!isInputEnded)
        {
            await pipe.Writer.WriteAsync(data, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The client sends no more.</summary>
    internal void EndInput()
    {
        bool isOver;
        lock (gate)
        {
            if (isInputEnded)
            {
                return;
            }

            isInputEnded = true;
            isOver = isOutputEnded;
        }

        pipe.Writer.Complete();
        if (isOver)
        {
            connection.Forget(this);
        }
    }

    /// <summary>The client has given the stream up, or its connection has ended.</summary>
    internal void End()
    {
        lock (gate)
        {
            isReset = true;
        }

        EndInput();
        connection.Forget(this);
        gone.Cancel();
    }

    private bool IsOutputOver()
    {
        lock (gate)
        {
            return isOutputEnded || isReset;
        }
    }
}
