using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// Listens on an address and passes packets on. Between two pods' known ports the sender's own visible address and port stand for it, so that answers find their way without
/// any state: gossip of many agents would otherwise need a socket for each pair. All other senders get a session with a socket of its own, which ends when it is idle.
/// </summary>
internal sealed class UdpForwarder : IDisposable
{
    /// <summary>How many senders are remembered; a further one takes the place of the one that was silent longest.</summary>
    public const int MostSessions = 256;

    private const int LargestPacket = 65536;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);

    private readonly Func<IPEndPoint, NetworkRoute?> route;
    private readonly Lock gate = new();
    private readonly Dictionary<IPEndPoint, Session> sessions = [];
    private readonly Timer sweep;
    private bool isEnded;

    /// <summary>Begins to listen.</summary>
    /// <param name="address">Where.</param>
    /// <param name="route">Where a packet goes, by its source; null drops it.</param>
    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    public UdpForwarder(IPEndPoint address, Func<IPEndPoint, NetworkRoute?> route)
    {
        this.route = route;
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            Socket.Bind(address);
        }
        catch
        {
            Socket.Dispose();
            throw;
        }

        sweep = new Timer(_ => Sweep());
        _ = ReceiveAsync();
    }

    /// <summary>The socket that listens, which may send for its address.</summary>
    public Socket Socket { get; }

    /// <summary>How many senders are remembered.</summary>
    public int Sessions
    {
        get
        {
            lock (gate)
            {
                return sessions.Count;
            }
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isEnded = true;
            foreach (Session session in sessions.Values)
            {
                session.Socket.Dispose();
            }

            sessions.Clear();
        }

        sweep.Dispose();
        Socket.Dispose();
    }

    private static bool IsTransient(Exception exception) => exception is SocketException;

    private async Task ReceiveAsync()
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(LargestPacket);
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (true)
        {
            try
            {
                SocketReceiveFromResult packet = await Socket.ReceiveFromAsync(buffer, SocketFlags.None, anyone).ConfigureAwait(false);
                Pass(buffer.AsSpan(0, packet.ReceivedBytes), (IPEndPoint)packet.RemoteEndPoint);
            }
            catch (Exception exception) when (IsTransient(exception) && !isEnded)
            {
                // Windows reports here that an earlier packet found nobody. The next may find somebody.
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void Pass(ReadOnlySpan<byte> packet, IPEndPoint source)
    {
        try
        {
            if (Known(source) is { } known)
            {
                known.Socket.Send(packet);
            }
            else if (route(source) is not { } where)
            {
                return;
            }
            else if (where.Through is { } through)
            {
                through.SendTo(packet, SocketFlags.None, where.Target);
            }
            else
            {
                Begin(source, where)?.Socket.Send(packet);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // A packet may get lost; that is what UDP promises.
        }
    }

    // A service may by now mean another pod, but answers to what was sent are still awaited from the one before, as long as that is there.
    private Session? Known(IPEndPoint source)
    {
        lock (gate)
        {
            if (!sessions.TryGetValue(source, out Session? known))
            {
                return null;
            }

            if (!known.Route.IsOpen())
            {
                End(source);
                return null;
            }

            known.LastUse = Environment.TickCount64;
            return known;
        }
    }

    private Session? Begin(IPEndPoint source, NetworkRoute where)
    {
        lock (gate)
        {
            if (isEnded)
            {
                return null;
            }

            if (sessions.Count >= MostSessions)
            {
                End(sessions.MinBy(static pair => pair.Value.LastUse).Key);
            }

            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            if (where.From is not null)
            {
                socket.Bind(new IPEndPoint(where.From, 0));
            }

            socket.Connect(where.Target);
            var session = new Session(socket, where) { LastUse = Environment.TickCount64 };
            sessions[source] = session;
            if (sessions.Count == 1)
            {
                sweep.Change(Idle / 4, Idle / 4);
            }

            _ = AnswerAsync(session, source);
            return session;
        }
    }

    private async Task AnswerAsync(Session session, IPEndPoint source)
    {
        while (true)
        {
            byte[]? buffer = null;
            try
            {
                // A packet that is looked at with no room for it is lost on some systems, so waiting is done by peeking.
                await session.Socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.Peek).ConfigureAwait(false);
                buffer = ArrayPool<byte>.Shared.Rent(LargestPacket);
                int count = await session.Socket.ReceiveAsync(buffer.AsMemory(0, LargestPacket), SocketFlags.None).ConfigureAwait(false);
                session.LastUse = Environment.TickCount64;
                if (session.Route.IsOpen())
                {
                    Socket.SendTo(buffer.AsSpan(0, count), SocketFlags.None, source);
                }
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionRefused or SocketError.MessageSize)
            {
                // Nobody listens there now.
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
            {
                lock (gate)
                {
                    if (sessions.GetValueOrDefault(source) == session)
                    {
                        End(source);
                    }
                }

                return;
            }
            finally
            {
                if (buffer is not null)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
    }

    private void Sweep()
    {
        lock (gate)
        {
            long limit = Environment.TickCount64 - (long)Idle.TotalMilliseconds;
            foreach (IPEndPoint source in sessions.Where(pair => pair.Value.LastUse < limit).Select(static pair => pair.Key).ToArray())
            {
                End(source);
            }

            if (sessions.Count == 0 && !isEnded)
            {
                sweep.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void End(IPEndPoint source)
    {
        if (sessions.Remove(source, out Session? session))
        {
            session.Socket.Dispose();
        }
    }

    private sealed class Session(Socket socket, NetworkRoute route)
    {
        public Socket Socket { get; } = socket;

        public NetworkRoute Route { get; } = route;

        public long LastUse { get; set; }
    }
}
