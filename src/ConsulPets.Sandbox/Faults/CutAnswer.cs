using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Faults;

/// <summary>The body of an answer of which only the beginning is sent.</summary>
internal sealed class CutAnswer : Stream
{
    private readonly Stream inner;
    private readonly long limit;
    private readonly CancellationTokenSource cut;
    private long sent;

    private CutAnswer(Stream inner, long limit, CancellationTokenSource cut)
    {
        this.inner = inner;
        this.limit = limit;
        this.cut = cut;
    }

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Has a request answered, and cuts its answer off.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">How many bytes of the body are sent.</param>
    /// <param name="next">What answers it.</param>
    /// <returns>When it is answered, wholly: it was not longer than that.</returns>
    /// <exception cref="AnswerCutException">It was longer.</exception>
    public static async Task PassAsync(HttpContext context, long limit, Func<Task> next)
    {
        Stream inner = context.Response.Body;
        CancellationToken aborted = context.RequestAborted;

        // What answers has to end with the cut: a watch would else go on for nobody.
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        await using var body = new CutAnswer(inner, limit, cut);
        context.Response.Body = body;
        context.RequestAborted = cut.Token;
        try
        {
            await next().ConfigureAwait(false);

            // What was written through the pipe may wait in it still.
            await context.Response.BodyWriter.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception) when (body.IsCut)
        {
            // Whatever became of the one who wrote on, the answer has ended before.
        }
        finally
        {
            context.RequestAborted = aborted;
            context.Response.Body = inner;
        }

        if (body.IsCut)
        {
            throw new AnswerCutException(limit);
        }
    }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int passing = (int)Math.Min(buffer.Length, limit - sent);
        if (passing > 0)
        {
            sent += passing;
            await inner.WriteAsync(buffer[..passing], cancellationToken).ConfigureAwait(false);
        }

        if (passing < buffer.Length)
        {
            // Also an answer of which nothing is let through has begun: with its headers.
            await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
            IsCut = true;
            await cut.CancelAsync().ConfigureAwait(false);
            throw new AnswerCutException(limit);
        }
    }

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The server's answers are written asynchronously.");

    /// <inheritdoc />
    public override void Flush() => throw new NotSupportedException("The server's answers are written asynchronously.");

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    private bool IsCut { get; set; }
}
