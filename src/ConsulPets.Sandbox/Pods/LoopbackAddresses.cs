using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ConsulPets.Sandbox.Pods;

/// <summary>A pod's two addresses.</summary>
/// <param name="Visible">What the cluster knows and other pods talk to; the sandbox listens there.</param>
/// <param name="Hidden">What the pod's processes listen on.</param>
internal sealed record PodAddress(IPAddress Visible, IPAddress Hidden);

/// <summary>
/// One block of loopback addresses, 127.B.0.0/16, that belongs to this sandbox as long as it lives. Of it 127.B.1–99.x are the pods' visible addresses, 127.B.101–199.x the
/// addresses behind them, and 127.B.200–249.x the services'. The block is claimed by listening on 127.B.0.1: the system frees it however the process ends.
/// </summary>
internal sealed class LoopbackAddresses : IDisposable
{
    /// <summary>The port whose holder owns a block. No service is known for it.</summary>
    public const int LockPort = 7464;

    private const int FirstBlock = 64;
    private const int LastBlock = 254;
    private const int HostsPerNet = 254;
    private const int PodNets = 99;

    private readonly Lock gate = new();
    private readonly Socket claim;
    private readonly HashSet<int> used = [];
    private int next;

    private LoopbackAddresses(byte block, Socket claim)
    {
        Block = block;
        this.claim = claim;
    }

    /// <summary>The block's second octet, B.</summary>
    public byte Block { get; }

    /// <summary>Claims a block.</summary>
    /// <returns>The block, to be disposed of.</returns>
    /// <exception cref="InvalidOperationException">The machine has no such addresses, or all blocks are taken.</exception>
    public static LoopbackAddresses Claim()
    {
        for (int block = FirstBlock; block <= LastBlock; block++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ExclusiveAddressUse = true };
            try
            {
                socket.Bind(new IPEndPoint(new IPAddress([127, (byte)block, 0, 1]), LockPort));
                socket.Listen(1);
                return new LoopbackAddresses((byte)block, socket);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                if (exception.SocketErrorCode == SocketError.AddressNotAvailable)
                {
                    throw new InvalidOperationException(
                        $"This machine has no loopback address 127.{block}.0.1, and a sandbox gives each pod one of its own. Linux and Windows have all of 127.0.0.0/8; "
                        + "macOS has 127.0.0.1 alone until an administrator adds others (ifconfig lo0 alias ADDRESS).",
                        exception);
                }
            }
        }

        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture, $"All loopback blocks from 127.{FirstBlock}.0.0/16 to 127.{LastBlock}.0.0/16 are taken: too many sandboxes run on this machine."));
    }

    /// <summary>The next pair of addresses. One that was released comes again only after all others were given out.</summary>
    /// <returns>The pair, to be given back with <see cref="Release"/>.</returns>
    /// <exception cref="InvalidOperationException">None is free.</exception>
    public PodAddress Take()
    {
        lock (gate)
        {
            for (int attempt = 0; attempt < PodNets * HostsPerNet; attempt++)
            {
                int number = next;
                next = (next + 1) % (PodNets * HostsPerNet);
                if (used.Add(number))
                {
                    byte net = (byte)(1 + (number / HostsPerNet));
                    byte host = (byte)(1 + (number % HostsPerNet));
                    return new PodAddress(new IPAddress([127, Block, net, host]), new IPAddress([127, Block, (byte)(net + 100), host]));
                }
            }

            throw new InvalidOperationException("No pod address is free.");
        }
    }

    /// <summary>Gives a pair back.</summary>
    /// <param name="address">The pair.</param>
    public void Release(PodAddress address)
    {
        byte[] octets = address.Visible.GetAddressBytes();
        lock (gate)
        {
            used.Remove(((octets[2] - 1) * HostsPerNet) + octets[3] - 1);
        }
    }

    /// <summary>Gives the block back.</summary>
    public void Dispose() => claim.Dispose();
}
