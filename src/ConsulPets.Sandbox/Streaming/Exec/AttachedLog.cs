using System.IO.Pipelines;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Streaming.Exec;

/// <summary>A container's own process, for <c>attach</c>: what it writes from now on, which is what goes to its log. It takes no input.</summary>
internal sealed class AttachedLog : IPodCommand
{
    private readonly Pipe output = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task copying;

    /// <summary>Begins to follow the log.</summary>
    /// <param name="runtime">What runs pods.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container.</param>
    public AttachedLog(IPodRuntime runtime, StoredObject pod, string container)
    {
        Output = output.Reader.AsStream();
        copying = CopyAsync(runtime, pod, new LogRequest(container, Follow: true, TailLines: 0));
        ExitCode = EndAsync();
    }

    /// <inheritdoc/>
    public Stream Input => Stream.Null;

    /// <inheritdoc/>
    public Stream Output { get; }

    /// <inheritdoc/>
    public Stream Error => Stream.Null;

    /// <inheritdoc/>
    public Task<int> ExitCode { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await output.Reader.CompleteAsync().ConfigureAwait(false);
        await copying.ConfigureAwait(false);
    }

    private async Task CopyAsync(IPodRuntime runtime, StoredObject pod, LogRequest request)
    {
        try
        {
            await foreach (ReadOnlyMemory<byte> line in runtime.ReadLogAsync(pod, request, stop.Token).ConfigureAwait(false))
            {
                await output.Writer.WriteAsync(line, stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Detached, or the pod's files are gone with it.
        }
        finally
        {
            await output.Writer.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task<int> EndAsync()
    {
        await copying.ConfigureAwait(false);
        return 0;
    }
}
