using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ConsulPets.Sandbox.Pods;

/// <summary>A pod's place in the network: its addresses and what listens on them.</summary>
internal sealed class PodPlug : IDisposable
{
    // Longer than a program takes on a busy machine until it listens.
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(20);

    private readonly long plugged = Stopwatch.GetTimestamp();
    private readonly List<TcpForwarder> connections = [];
    private readonly Dictionary<int, UdpForwarder> packets = [];
    private volatile bool isCut;

    /// <summary>Makes one that does not listen yet.</summary>
    /// <param name="uid">The pod's unique ID.</param>
    /// <param name="address">Its addresses.</param>
    public PodPlug(string uid, PodAddress address)
    {
        Uid = uid;
        Address = address;
    }

    /// <summary>The pod's unique ID.</summary>
    public string Uid { get; }

    /// <summary>Its addresses.</summary>
    public PodAddress Address { get; }

    /// <summary>Whether it is cut off from other pods.</summary>
    public bool IsCut
    {
        get => isCut;
        set => isCut = value;
    }

    /// <summary>Whether it is so young that its processes may not listen yet.</summary>
    public bool IsStarting => Stopwatch.GetElapsedTime(plugged) < StartTime;

    /// <summary>The connections to it that are open.</summary>
    public IEnumerable<TcpRelay> Relays => connections.SelectMany(static forwarder => forwarder.Relays);

    /// <summary>Begins to listen. A port that an ordinary user may not have (below 1024) is left out: nothing could listen behind it either.</summary>
    /// <param name="ports">The ports and their protocols.</param>
    /// <param name="route">Where a connection goes.</param>
    /// <param name="routePacket">Where a packet to a port goes.</param>
    public void Listen(IEnumerable<(int Port, string Protocol)> ports, Func<PodPlug, IPEndPoint, IPEndPoint, NetworkRoute?> route, Func<IPEndPoint, int, NetworkRoute?> routePacket)
    {
        foreach ((int port, string protocol) in ports)
        {
            var address = new IPEndPoint(Address.Visible, port);
            try
            {
                if (protocol == "UDP")
                {
                    packets[port] = new UdpForwarder(address, source => routePacket(source, port));
                }
                else
                {
                    connections.Add(new TcpForwarder(address, (source, entry) => route(this, source, entry)));
                }
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AccessDenied or SocketError.AddressAlreadyInUse)
            {
                // As in the sentence above; or something on the machine has the port on all addresses.
            }
        }
    }

    /// <summary>The socket that stands for one of its UDP ports.</summary>
    /// <param name="port">The port.</param>
    /// <returns>The socket; null when it has no such port.</returns>
    public Socket? PacketSocket(int port) => packets.GetValueOrDefault(port)?.Socket;

    /// <summary>Ends listening, and all connections.</summary>
    public void Dispose()
    {
        connections.ForEach(static forwarder => forwarder.Dispose());
        foreach (UdpForwarder forwarder in packets.Values)
        {
            forwarder.Dispose();
        }
    }
}
