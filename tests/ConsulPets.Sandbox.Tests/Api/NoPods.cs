using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Api;

/// <summary>A runtime in which nothing runs.</summary>
internal sealed class NoPods : IPodRuntime
{
    public Task<Stream> ConnectAsync(StoredObject pod, int port, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing runs here.");

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(StoredObject pod, LogRequest request, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing runs here.");

    public IPodCommand Start(StoredObject pod, string? container, IReadOnlyList<string> command) => throw new InvalidOperationException("Nothing runs here.");
}
