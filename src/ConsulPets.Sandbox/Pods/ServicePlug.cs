using System.Net;
using System.Net.Sockets;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What listens on a service's address.</summary>
internal sealed class ServicePlug : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<(IPAddress Address, int Port, string Protocol), IDisposable> forwarders = [];

    /// <summary>The connections to it that are open.</summary>
    public IEnumerable<TcpRelay> Relays
    {
        get
        {
            lock (gate)
            {
                return [.. forwarders.Values.OfType<TcpForwarder>().SelectMany(static forwarder => forwarder.Relays)];
            }
        }
    }

    /// <summary>Listens on these ports, and on no others any more.</summary>
    /// <param name="ports">The ports.</param>
    /// <param name="route">Where a connection to a port goes.</param>
    /// <param name="routePacket">Where a packet to a port goes.</param>
    public void Listen(
        IEnumerable<(IPAddress Address, int Port, string Protocol)> ports,
        Func<int, Func<IPEndPoint, IPEndPoint, NetworkRoute?>> route,
        Func<int, Func<IPEndPoint, NetworkRoute?>> routePacket)
    {
        lock (gate)
        {
            HashSet<(IPAddress Address, int Port, string Protocol)> wanted = [.. ports];
            foreach ((IPAddress Address, int Port, string Protocol) gone in forwarders.Keys.Except(wanted).ToArray())
            {
                forwarders.Remove(gone, out IDisposable? forwarder);
                forwarder!.Dispose();
            }

            foreach ((IPAddress Address, int Port, string Protocol) port in wanted.Except(forwarders.Keys).ToArray())
            {
                var address = new IPEndPoint(port.Address, port.Port);
                try
                {
                    forwarders[port] = port.Protocol == "UDP" ? new UdpForwarder(address, routePacket(port.Port)) : new TcpForwarder(address, route(port.Port));
                }
                catch (SocketException)
                {
                    // An address that is no loopback address of this machine, or a port that an ordinary user may not have.
                }
            }
        }
    }

    /// <summary>Ends listening, and all connections.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (IDisposable forwarder in forwarders.Values)
            {
                forwarder.Dispose();
            }

            forwarders.Clear();
        }
    }
}
