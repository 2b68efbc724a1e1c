using System.Net;
using System.Net.Sockets;
using ConsulPets.Sandbox.Pods;

namespace ConsulPets.Sandbox.Tests.Pods;

public sealed class TcpForwarderTests
{
    // Seen on a busy machine: of three servers one listened late, the others passed it over, and no leader was ever elected.
    [Fact]
    public async Task A_connection_to_a_pod_that_is_starting_waits_until_its_process_listens()
    {
        IPEndPoint target = Free();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool IsStarting()
        {
            asked.TrySetResult();
            return true;
        }

        using TcpForwarder forwarder = Forward(target, IsStarting, out IPEndPoint entry);
        using var client = new TcpClient();
        await client.ConnectAsync(entry);
        await asked.Task;

        using var listener = new TcpListener(target);
        listener.Start();
        using TcpClient accepted = await listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync("hello"u8.ToArray());
        byte[] received = new byte[5];
        await accepted.GetStream().ReadExactlyAsync(received);
        Assert.Equal("hello"u8.ToArray(), received);
    }

    [Fact]
    public async Task A_connection_to_a_pod_whose_process_is_gone_is_reset()
    {
        using TcpForwarder forwarder = Forward(Free(), static () => false, out IPEndPoint entry);
        using var client = new TcpClient();

        // The reset may come before the connection is told to be there.
        Exception? failure = await Record.ExceptionAsync(async () =>
        {
            await client.ConnectAsync(entry);
            await client.GetStream().ReadExactlyAsync(new byte[1]);
        });
        Assert.Equal(SocketError.ConnectionReset, (failure as SocketException ?? failure?.InnerException as SocketException)?.SocketErrorCode);
    }

    private static TcpForwarder Forward(IPEndPoint target, Func<bool> isStarting, out IPEndPoint entry)
    {
        entry = Free();
        return new TcpForwarder(entry, (_, _) => new NetworkRoute(target, "pod", null, null, static () => true, IsStarting: isStarting));
    }

    private static IPEndPoint Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
