using ConsulPets.Sandbox.Streaming.Spdy;

namespace ConsulPets.Sandbox.Streaming.Exec;

/// <summary>Waits for the streams that a SPDY client opens for a command, each with what it is for in a header.</summary>
internal sealed class ExecStreamCollector
{
    private readonly ExecRequest request;
    private readonly string? protocol;
    private readonly int expected;
    private readonly Dictionary<string, SpdyStream> streams = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<ExecStreams> all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes one.</summary>
    /// <param name="request">What was asked for, which says how many streams there will be.</param>
    /// <param name="protocol">The protocol; null for the first version.</param>
    public ExecStreamCollector(ExecRequest request, string? protocol)
    {
        this.request = request;
        this.protocol = protocol;
        bool[] optional = [request.Stdin, request.Stdout, request.Stderr, request.Terminal && ExecProtocol.HasSizes(protocol)];
        expected = 1 + optional.Count(static wanted => wanted);
    }

    /// <summary>The streams, once all are there.</summary>
    public Task<ExecStreams> All => all.Task;

    /// <summary>Takes a stream.</summary>
    /// <param name="stream">The stream.</param>
    public void Add(SpdyStream stream)
    {
        string type = stream.Headers.GetValueOrDefault("streamtype", string.Empty);
        if (type != "stdin")
        {
            // Nothing comes but a terminal's size, and there is no terminal to have one.
            stream.Input.Complete();
        }

        streams[type] = stream;
        if (streams.Count == expected && streams.TryGetValue("error", out SpdyStream? error))
        {
            all.TrySetResult(new ExecStreams(
                error,
                streams.GetValueOrDefault("stdin"),
                streams.GetValueOrDefault("stdout"),
                streams.GetValueOrDefault("stderr"),
                request.Terminal,
                ExecProtocol.WantsJson(protocol)));
        }
    }
}
