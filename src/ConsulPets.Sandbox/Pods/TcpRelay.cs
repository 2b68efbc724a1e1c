using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace ConsulPets.Sandbox.Pods;

/// <summary>One connection that passes the sandbox. The end of one direction is passed on as such; the other goes on until it ends too.</summary>
internal sealed class TcpRelay : IDisposable
{
    private const int BufferSize = 32 * 1024;

    private readonly Socket client;
    private readonly Socket server;

    private TcpRelay(Socket client, Socket server, NetworkRoute route)
    {
        this.client = client;
        this.server = server;
        Route = route;
        Source = (IPEndPoint)client.RemoteEndPoint!;
        Entry = (IPEndPoint)client.LocalEndPoint!;
    }

    /// <summary>Whom it connects.</summary>
    public NetworkRoute Route { get; }

    /// <summary>Where it comes from.</summary>
    public IPEndPoint Source { get; }

    /// <summary>The address that was dialled.</summary>
    public IPEndPoint Entry { get; }

    /// <summary>Connects to the target.</summary>
    /// <param name="client">The accepted connection.</param>
    /// <param name="route">Where it goes.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The relay, which owns both connections.</returns>
    /// <exception cref="SocketException">The target does not answer.</exception>
    public static async Task<TcpRelay> ConnectAsync(Socket client, NetworkRoute route, CancellationToken cancellationToken)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (route.From is not null)
            {
                server.Bind(new IPEndPoint(route.From, 0));
            }

            await server.ConnectAsync(route.Target, cancellationToken).ConfigureAwait(false);
            return new TcpRelay(client, server, route);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Closes a connection as if nobody had been there: with a reset.</summary>
    /// <param name="socket">The connection.</param>
    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }

    /// <summary>Passes on what comes, until both directions have ended.</summary>
    /// <returns>When both connections are closed.</returns>
    public async Task RunAsync()
    {
        try
        {
            await Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client)).ConfigureAwait(false);
            client.Dispose();
            server.Dispose();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Dispose();
        }
    }

    /// <summary>Breaks the connection.</summary>
    public void Dispose()
    {
        Reset(client);
        Reset(server);
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        try
        {
            while (true)
            {
                // Waits without a buffer, so that an idle connection holds none.
                await from.ReceiveAsync(Memory<byte>.Empty).ConfigureAwait(false);
                byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                try
                {
                    int count = await from.ReceiveAsync(buffer.AsMemory()).ConfigureAwait(false);
                    if (count == 0)
                    {
                        to.Shutdown(SocketShutdown.Send);
                        return;
                    }

                    for (int sent = 0; sent < count;)
                    {
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent)).ConfigureAwait(false);
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The other direction must not wait for a peer that is gone.
            Dispose();
            throw;
        }
    }
}
