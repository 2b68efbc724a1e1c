using System.Collections.Concurrent;
using System.Globalization;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using ConsulPets.Sandbox.Streaming.Spdy;

namespace ConsulPets.Sandbox.Streaming.PortForward;

/// <summary>The connections that a SPDY client forwards: for each it opens a stream for data and one for errors, both with the same request's number.</summary>
internal sealed class PortForwardPairs
{
    private const string ErrorType = "error";
    private const string DataType = "data";

    // As a kubelet waits for the second stream.
    private static readonly TimeSpan PairTimeout = TimeSpan.FromSeconds(30);

    private readonly IPodRuntime runtime;
    private readonly StoredObject pod;
    private readonly Dictionary<string, Pair> waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> running = new();

    /// <summary>Makes it.</summary>
    /// <param name="runtime">What runs pods.</param>
    /// <param name="pod">The pod.</param>
    public PortForwardPairs(IPodRuntime runtime, StoredObject pod)
    {
        this.runtime = runtime;
        this.pod = pod;
    }

    /// <summary>Whether a stream is one of such a pair.</summary>
    /// <param name="headers">What it is opened with.</param>
    /// <returns>False when its port or its type is not one.</returns>
    public static bool IsWanted(IReadOnlyDictionary<string, string> headers) =>
        headers.TryGetValue("port", out string? port) && TryReadPort(port, out _) && headers.GetValueOrDefault("streamtype") is ErrorType or DataType;

    /// <summary>Takes a stream, and connects when it is the second of its pair. Called for one stream after the other.</summary>
    /// <param name="stream">The stream.</param>
    public void Add(SpdyStream stream)
    {
        string type = stream.Headers["streamtype"];
        string request = stream.Headers.GetValueOrDefault("requestid") ?? OldRequest(stream, type);
        lock (waiting)
        {
            if (!waiting.TryGetValue(request, out Pair? pair))
            {
                waiting[request] = pair = new Pair();
                Track(RunAsync(request, pair));
            }

            if (type == ErrorType)
            {
                // The client sends nothing there.
                stream.Input.Complete();
            }

            pair.Add(type == ErrorType, stream);
        }
    }

    /// <summary>Waits until all connections have ended.</summary>
    /// <returns>When they have.</returns>
    public Task WhenAllAsync() => Task.WhenAll(running.Keys);

    /// <summary>Reads a port.</summary>
    /// <param name="text">The text.</param>
    /// <param name="port">The port.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryReadPort(string text, out int port)
    {
        bool isPort = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number > 0;
        port = number;
        return isPort;
    }

    // Clients before Kubernetes 1.2 number no requests: they open the error stream and right after it the data stream.
    private static string OldRequest(SpdyStream stream, string type) => (type == ErrorType ? stream.Id : stream.Id - 2).ToString(CultureInfo.InvariantCulture);

    private void Track(Task task)
    {
        running[task] = true;
        _ = task.ContinueWith(ended => running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task RunAsync(string request, Pair pair)
    {
        bool isPair = true;
        try
        {
            // Off the connection's own task, which is to go on receiving.
            await Task.Yield();
            await pair.Complete.WaitAsync(PairTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            isPair = false;
        }

        SpdyStream? error;
        SpdyStream? data;
        lock (waiting)
        {
            waiting.Remove(request);
            (error, data) = (pair.Error, pair.Data);
        }

        if (isPair && error is not null && data is not null)
        {
            TryReadPort(data.Headers["port"], out int port);
            await ForwardedPort.RunAsync(runtime, pod, port, data, error).ConfigureAwait(false);
            return;
        }

        if (error is not null)
        {
            await ForwardedPort.TellAsync(error, $"(request={request}) timed out waiting for streams").ConfigureAwait(false);
            await error.CompleteAsync().ConfigureAwait(false);
        }

        if (data is not null)
        {
            await data.Input.CompleteAsync().ConfigureAwait(false);
            await data.CompleteAsync().ConfigureAwait(false);
        }
    }

    private sealed class Pair
    {
        private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>When both streams are there, or the connection has ended before.</summary>
        public Task Complete => complete.Task;

        public SpdyStream? Error { get; private set; }

        public SpdyStream? Data { get; private set; }

        public void Add(bool isError, SpdyStream stream)
        {
            if (isError)
            {
                Error ??= stream;
            }
            else
            {
                Data ??= stream;
            }

            stream.Gone.Register(() => complete.TrySetResult());
            if (Error is not null && Data is not null)
            {
                complete.TrySetResult();
            }
        }
    }
}
