using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ConsulPets.Sandbox.Pods;

/// <summary>Listens on an address and passes connections on. Bounded by what the system gives in open files; it has no thread of its own.</summary>
internal sealed class TcpForwarder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Socket listener;
    private readonly Func<IPEndPoint, IPEndPoint, NetworkRoute?> route;
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<TcpRelay, bool> relays = [];

    /// <summary>Begins to listen.</summary>
    /// <param name="address">Where.</param>
    /// <param name="route">Where a connection goes, by its source and the address that it dialled; null refuses it.</param>
    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    public TcpForwarder(IPEndPoint address, Func<IPEndPoint, IPEndPoint, NetworkRoute?> route)
    {
        this.route = route;
        listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(address);
            listener.Listen(512);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _ = AcceptAsync();
    }

    /// <summary>The connections that are open.</summary>
    public IEnumerable<TcpRelay> Relays => relays.Keys;

    /// <summary>Ends it, and all its connections.</summary>
    public void Dispose()
    {
        ending.Cancel();
        listener.Dispose();
        foreach (TcpRelay relay in relays.Keys)
        {
            relay.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                Socket client = await listener.AcceptAsync(ending.Token).ConfigureAwait(false);
                _ = PassAsync(client);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException) when (!ending.IsCancellationRequested)
            {
                // Too many open files, or a client that went before it was accepted. The first would spin without a pause.
                await Task.Delay(50).ConfigureAwait(false);
            }
        }
    }

    // An agent that is told whom to join tries each address once and is content when one of them answers, its own among them. One that does not listen yet would be passed over
    // and the cluster would fall into islands: its callers wait for it, shorter than gossip's own patience (memberlist, TCPTimeout: 10 s).
    private async Task<TcpRelay> ConnectAsync(Socket client, NetworkRoute where)
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await TcpRelay.ConnectAsync(client, where, ending.Token).ConfigureAwait(false);
            }
            catch (SocketException exception) when (
                exception.SocketErrorCode == SocketError.ConnectionRefused && where.IsStarting?.Invoke() == true && where.IsOpen() && Stopwatch.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Pause, ending.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task PassAsync(Socket client)
    {
        TcpRelay? relay = null;
        try
        {
            client.NoDelay = true;
            if (route((IPEndPoint)client.RemoteEndPoint!, (IPEndPoint)client.LocalEndPoint!) is not { } where)
            {
                TcpRelay.Reset(client);
                return;
            }

            relay = await ConnectAsync(client, where).ConfigureAwait(false);
            relays[relay] = true;

            // Whoever ended or cut between routing and now has not seen this connection.
            if (ending.IsCancellationRequested || !where.IsOpen())
            {
                relay.Dispose();
                return;
            }

            await relay.RunAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            TcpRelay.Reset(client);
        }
        finally
        {
            if (relay is not null)
            {
                relays.TryRemove(relay, out _);
            }
        }
    }
}
