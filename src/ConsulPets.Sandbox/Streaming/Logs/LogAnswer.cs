using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Streaming.Logs;

/// <summary>Answers <c>GET …/pods/NAME/log</c>.</summary>
internal static class LogAnswer
{
    // A log that is read as fast as it is written is sent in pieces of about this size.
    private const int PieceLength = 32 * 1024;

    /// <summary>Answers it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="runtime">What runs pods.</param>
    /// <returns>When the log has ended, or the client has gone.</returns>
    public static async Task WriteAsync(HttpContext context, StoredObject pod, IPodRuntime runtime)
    {
        LogRequest request = LogOptions.Read(context.Request.Query, pod.Name, DateTimeOffset.UtcNow);
        request = request with { Container = PodContainers.Choose(pod, request.Container) };
        context.Response.ContentType = "text/plain";
        if (pod.Json.Text("spec", "nodeName") is not { Length: > 0 })
        {
            // The real API server answers with nothing for a pod without a node, and so does this.
            return;
        }

        if (PodContainers.LogProblem(pod, request.Container, request.Previous) is { } problem)
        {
            throw ApiException.BadRequest(problem);
        }

        await CopyAsync(context, runtime.ReadLogAsync(pod, request, context.RequestAborted)).ConfigureAwait(false);
    }

    // Lines are sent together while there are more at hand, and at once when there are not.
    private static async Task CopyAsync(HttpContext context, IAsyncEnumerable<ReadOnlyMemory<byte>> lines)
    {
        CancellationToken aborted = context.RequestAborted;
        int waiting = 0;
        IAsyncEnumerator<ReadOnlyMemory<byte>> each = lines.GetAsyncEnumerator(aborted);
        await using (each.ConfigureAwait(false))
        {
            while (true)
            {
                ValueTask<bool> next = each.MoveNextAsync();
                if (!next.IsCompleted || waiting >= PieceLength)
                {
                    // Ends by itself when the client goes; to leave here would leave a line under way.
                    waiting = 0;
                    await context.Response.BodyWriter.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                }

                if (!await next.ConfigureAwait(false))
                {
                    break;
                }

                each.Current.Span.CopyTo(context.Response.BodyWriter.GetSpan(each.Current.Length));
                context.Response.BodyWriter.Advance(each.Current.Length);
                waiting += each.Current.Length;
            }
        }

        await context.Response.BodyWriter.FlushAsync(aborted).ConfigureAwait(false);
    }
}
