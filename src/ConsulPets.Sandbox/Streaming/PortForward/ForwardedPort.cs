using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Streaming.PortForward;

/// <summary>One connection to a pod's port, carried for a client.</summary>
internal static class ForwardedPort
{
    /// <summary>Carries it.</summary>
    /// <param name="runtime">What runs pods.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="port">The port.</param>
    /// <param name="data">The client's data stream.</param>
    /// <param name="error">The client's stream for what fails.</param>
    /// <returns>When the pod has closed the connection, or the client has gone. The streams are ended then.</returns>
    public static async Task RunAsync(IPodRuntime runtime, StoredObject pod, int port, IClientStream data, IClientStream error)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(data.Gone, error.Gone);
        try
        {
            Stream connection = await runtime.ConnectAsync(pod, port, over.Token).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                await CarryAsync(connection, data, over).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is SocketException or ApiException or IOException)
        {
            await TellAsync(error, Problem(pod, port, exception)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client is gone.
        }
        finally
        {
            // What still comes is thrown away, so that it does not hold up the client's other connections.
            await data.Input.CompleteAsync().ConfigureAwait(false);
            await data.CompleteAsync().ConfigureAwait(false);
            await error.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends what failed.</summary>
    /// <param name="error">The client's stream for that.</param>
    /// <param name="message">What failed.</param>
    /// <returns>When it is sent, or the client is gone.</returns>
    public static async Task TellAsync(IClientStream error, string message)
    {
        try
        {
            await error.WriteAsync(Encoding.UTF8.GetBytes(message), error.Gone).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // Nobody to tell.
        }
    }

    // A kubelet names the sandbox that the pod runs in and leaves the uid out; here the pod is its own sandbox.
    private static string Problem(StoredObject pod, int port, Exception exception)
    {
        string why = exception is SocketException socket
            ? $"failed to connect to localhost:{port} inside namespace \"{pod.Uid}\", IPv4: {GoText.Dial(socket, $"127.0.0.1:{port}", "tcp4")}"
            : exception.Message;
        return $"error forwarding port {port} to pod {pod.Uid}, uid : {why}";
    }

    private static async Task CarryAsync(Stream connection, IClientStream data, CancellationTokenSource over)
    {
        Task up = ToPodAsync(connection, data.Input, over.Token);
        try
        {
            await ToClientAsync(connection, data, over.Token).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await up.ConfigureAwait(false);
        }
    }

    private static async Task ToClientAsync(Stream connection, IClientStream data, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            int length;
            while ((length = await connection.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await data.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // Either side is gone; the other is told by the end.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task ToPodAsync(Stream connection, PipeReader input, CancellationToken cancellationToken)
    {
        try
        {
            await input.CopyToAsync(connection, cancellationToken).ConfigureAwait(false);
            await connection.FlushAsync(cancellationToken).ConfigureAwait(false);

            // The client sends no more but still listens: the pod must see just that.
            if (connection is NetworkStream network)
            {
                network.Socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The pod takes no more; what it still sends is carried on.
            await input.CompleteAsync().ConfigureAwait(false);
        }
    }
}
