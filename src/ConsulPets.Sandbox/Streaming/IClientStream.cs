using System.IO.Pipelines;

namespace ConsulPets.Sandbox.Streaming;

/// <summary>One of the streams that a client has to a pod over one connection: a SPDY stream or a WebSocket channel.</summary>
internal interface IClientStream
{
    /// <summary>What the client sends. It completes when the client ends the stream, or is gone.</summary>
    PipeReader Input { get; }

    /// <summary>Cancelled once the client gave the stream up or its connection ended: nothing that is written arrives any more.</summary>
    CancellationToken Gone { get; }

    /// <summary>Sends.</summary>
    /// <param name="data">What.</param>
    /// <param name="cancellationToken">Cancels waiting for earlier writes.</param>
    /// <returns>When it is handed over.</returns>
    /// <exception cref="IOException">The client is gone.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Says that no more will be sent. The client may still send.</summary>
    /// <returns>When it is said. Does not fail when the client is gone.</returns>
    ValueTask CompleteAsync();
}
