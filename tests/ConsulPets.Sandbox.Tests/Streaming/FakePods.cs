using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Streaming;

/// <summary>A runtime whose pods are what a test makes them: sockets of its own and commands within the test.</summary>
internal sealed class FakePods : IPodRuntime, IAsyncDisposable
{
    private readonly ConcurrentBag<TcpListener> listeners = [];
    private readonly ConcurrentDictionary<int, int> ports = new();

    /// <summary>Connections to pods that were made and not yet disposed of.</summary>
    public Gauge Connections { get; } = new();

    /// <summary>Commands that were started and not yet disposed of.</summary>
    public Gauge Commands { get; } = new();

    public int ConnectionsMade { get; private set; }

    public List<LogRequest> LogRequests { get; } = [];

    /// <summary>What followed logs show; completed when the container ends.</summary>
    public Channel<string> Log { get; } = Channel.CreateUnbounded<string>();

    /// <summary>How commands behave: input, output, error, arguments, cancelled when killed.</summary>
    public Func<Stream, Stream, Stream, IReadOnlyList<string>, CancellationToken, Task<int>> Program { get; set; } = static (_, _, _, _, _) => Task.FromResult(0);

    /// <summary>Lets a pod's port be served.</summary>
    public void Listen(int port, Func<NetworkStream, CancellationToken, Task> serve)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        listeners.Add(listener);
        ports[port] = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = ServeAsync(listener, serve);
    }

    /// <summary>Lets a pod's port be served by what listens on this machine's.</summary>
    public void Forward(int port, int localPort) => ports[port] = localPort;

    public async Task<Stream> ConnectAsync(StoredObject pod, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, ports.GetValueOrDefault(port, 1), cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        ConnectionsMade++;
        Connections.Add();
        return new CountedStream(socket, Connections);
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(StoredObject pod, LogRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LogRequests.Add(request);
        Commands.Add();
        try
        {
            await foreach (string line in Log.Reader.ReadAllAsync(cancellationToken))
            {
                yield return Encoding.UTF8.GetBytes(line + "\n");
            }
        }
        finally
        {
            Commands.Remove();
        }
    }

    public IPodCommand Start(StoredObject pod, string? container, IReadOnlyList<string> command)
    {
        if (command[0] == "missing")
        {
            throw new System.ComponentModel.Win32Exception(2);
        }

        return new FakeCommand(this, command);
    }

    public ValueTask DisposeAsync()
    {
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static async Task ServeAsync(TcpListener listener, Func<NetworkStream, CancellationToken, Task> serve)
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                _ = Task.Run(async () =>
                {
                    using (client)
                    {
                        try
                        {
                            await serve(client.GetStream(), CancellationToken.None);
                        }
                        catch (IOException)
                        {
                        }
                    }
                });
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    private sealed class CountedStream(Socket socket, Gauge gauge) : NetworkStream(socket, ownsSocket: true)
    {
        private int isDisposed;

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref isDisposed, 1) == 0)
            {
                gauge.Remove();
            }

            base.Dispose(disposing);
        }
    }

    private sealed class FakeCommand : IPodCommand
    {
        private readonly Pipe input = new();
        private readonly Pipe output = new();
        private readonly Pipe error = new();
        private readonly CancellationTokenSource killed = new();
        private readonly FakePods owner;
        private int isDisposed;

        public FakeCommand(FakePods owner, IReadOnlyList<string> arguments)
        {
            this.owner = owner;
            owner.Commands.Add();
            ExitCode = Task.Run(async () =>
            {
                try
                {
                    return await owner.Program(input.Reader.AsStream(), output.Writer.AsStream(), error.Writer.AsStream(), arguments, killed.Token);
                }
                catch (OperationCanceledException)
                {
                    return 137;
                }
                finally
                {
                    await input.Reader.CompleteAsync();
                    await output.Writer.CompleteAsync();
                    await error.Writer.CompleteAsync();
                }
            });
        }

        public Stream Input => input.Writer.AsStream();

        public Stream Output => output.Reader.AsStream();

        public Stream Error => error.Reader.AsStream();

        public Task<int> ExitCode { get; }

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref isDisposed, 1) == 0)
            {
                await killed.CancelAsync();
                await ExitCode;
                owner.Commands.Remove();
            }
        }
    }
}
