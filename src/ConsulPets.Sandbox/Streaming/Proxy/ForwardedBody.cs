using System.Net;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Streaming.Proxy;

/// <summary>A request's body, passed on as it comes.</summary>
internal sealed class ForwardedBody : HttpContent
{
    private readonly HttpContext context;

    /// <summary>Makes one.</summary>
    /// <param name="context">The request.</param>
    public ForwardedBody(HttpContext context) => this.context = context;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => CopyAsync(stream, CancellationToken.None);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => CopyAsync(stream, cancellationToken);

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = context.Request.ContentLength ?? 0;
        return context.Request.ContentLength is not null;
    }

    // Each piece goes on at once: a client may wait for the answer to the first before it sends the second.
    private async Task CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            System.IO.Pipelines.ReadResult read = await context.Request.BodyReader.ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> part in read.Buffer)
            {
                await stream.WriteAsync(part, cancellationToken).ConfigureAwait(false);
            }

            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
