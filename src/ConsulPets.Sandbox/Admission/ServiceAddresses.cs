using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ConsulPets.Sandbox.Admission;

/// <summary>
/// The services' addresses, <c>127.B.200.1</c> to <c>127.B.249.254</c>, and their node ports. Which are taken is asked of the store: a service that is deleted, or was never
/// written (a dry run, a refusal), holds none, so nothing has to be given back. An address that was handed out is not handed out again before all others were,
/// which keeps apart services that are created at the same moment and not stored yet.
/// </summary>
public sealed class ServiceAddresses
{
    private const int FirstBlock = 200;
    private const int Blocks = 50;
    private const int PerBlock = 254;
    private const int FirstPort = 30000;
    private const int Ports = 2768;

    private readonly byte second;
    private int nextAddress = -1;
    private int nextPort = -1;

    /// <summary>Makes one.</summary>
    /// <param name="second">The second byte of all addresses, so that several sandboxes on one machine keep apart.</param>
    public ServiceAddresses(byte second) => this.second = second;

    /// <summary>The range as messages show it.</summary>
    public string Range => string.Create(CultureInfo.InvariantCulture, $"127.{second}.{FirstBlock}.1-127.{second}.{FirstBlock + Blocks - 1}.{PerBlock}");

    /// <summary>An address that no service has.</summary>
    /// <param name="isTaken">Whether a service has it.</param>
    /// <returns>The address; null when all are taken.</returns>
    public string? Allocate(Func<string, bool> isTaken)
    {
        ArgumentNullException.ThrowIfNull(isTaken);
        for (int attempt = 0; attempt < Blocks * PerBlock; attempt++)
        {
            int index = (int)((uint)Interlocked.Increment(ref nextAddress) % (Blocks * PerBlock));
            string address = string.Create(CultureInfo.InvariantCulture, $"127.{second}.{FirstBlock + (index / PerBlock)}.{1 + (index % PerBlock)}");
            if (!isTaken(address))
            {
                return address;
            }
        }

        return null;
    }

    /// <summary>A node port, 30000 to 32767, that no service has.</summary>
    /// <param name="isTaken">Whether a service has it.</param>
    /// <returns>The port; null when all are taken.</returns>
    public int? AllocatePort(Func<int, bool> isTaken)
    {
        ArgumentNullException.ThrowIfNull(isTaken);
        for (int attempt = 0; attempt < Ports; attempt++)
        {
            int port = FirstPort + (int)((uint)Interlocked.Increment(ref nextPort) % Ports);
            if (!isTaken(port))
            {
                return port;
            }
        }

        return null;
    }

    /// <summary>Whether an address is one of the range.</summary>
    /// <param name="address">The address.</param>
    /// <returns>True when it is.</returns>
    public bool Contains(string address)
    {
        if (!IPAddress.TryParse(address, out IPAddress? parsed) || parsed.AddressFamily != AddressFamily.InterNetwork)
        {
            return false;
        }

        byte[] bytes = parsed.GetAddressBytes();
        return bytes[0] == 127 && bytes[1] == second && bytes[2] is >= FirstBlock and < FirstBlock + Blocks && bytes[3] is >= 1 and <= PerBlock;
    }
}
