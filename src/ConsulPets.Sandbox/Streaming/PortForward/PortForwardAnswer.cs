using System.Buffers.Binary;
using System.Net.WebSockets;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using ConsulPets.Sandbox.Streaming.Spdy;
using ConsulPets.Sandbox.Streaming.Upgrades;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Streaming.PortForward;

/// <summary>Answers <c>…/pods/NAME/portforward</c>, in the three ways that clients have for it.</summary>
internal static class PortForwardAnswer
{
    private const string Protocol = "portforward.k8s.io";

    // KEP-4006: the same SPDY connection within a WebSocket, since proxies let WebSockets through.
    private const string TunnelProtocol = UpgradeOffer.Spdy + "+" + Protocol;

    private static readonly string[] WebSocketProtocols = [TunnelProtocol, "v4.channel.k8s.io", "v4.base64.channel.k8s.io", "channel.k8s.io", "base64.channel.k8s.io", Protocol];

    /// <summary>Answers it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="runtime">What runs pods.</param>
    /// <returns>When the client has closed.</returns>
    public static async Task RunAsync(HttpContext context, StoredObject pod, IPodRuntime runtime)
    {
        PodContainers.RequireNode(pod);
        (UpgradeKind kind, string? protocol) = Upgrade.Choose(context, [Protocol], WebSocketProtocols);
        if (kind == UpgradeKind.Spdy)
        {
            Stream transport = await UpgradedConnection.ToSpdyAsync(context, protocol).ConfigureAwait(false);
            await using (transport.ConfigureAwait(false))
            {
                await RunSpdyAsync(transport, pod, runtime, context.RequestAborted).ConfigureAwait(false);
            }

            return;
        }

        int[] ports = protocol == TunnelProtocol ? [] : ReadPorts(context.Request.Query);
        using WebSocket socket = await UpgradedConnection.ToWebSocketAsync(context, protocol).ConfigureAwait(false);
        if (protocol == TunnelProtocol)
        {
            var transport = WebSocketStream.Create(socket, WebSocketMessageType.Binary);
            await using (transport.ConfigureAwait(false))
            {
                await RunSpdyAsync(transport, pod, runtime, context.RequestAborted).ConfigureAwait(false);
            }
        }
        else
        {
            await RunChannelsAsync(socket, protocol, ports, pod, runtime, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>The ports that the older WebSocket protocol has in the query: <c>ports=8500&amp;ports=8501</c>, or with commas.</summary>
    /// <param name="query">The query.</param>
    /// <returns>The ports.</returns>
    /// <exception cref="ApiException">There is none, or one is none.</exception>
    public static int[] ReadPorts(IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        string[] texts = [.. query["ports"].OfType<string>().SelectMany(static text => text.Split(','))];
        return texts.Length == 0
            ? throw ApiException.BadRequest("query parameter \"ports\" is required")
            : [.. texts.Select(static text => PortForwardPairs.TryReadPort(text, out int port) ? port : throw ApiException.BadRequest($"unable to parse {GoText.Quote(text)} as a port"))];
    }

    private static async Task RunSpdyAsync(Stream transport, StoredObject pod, IPodRuntime runtime, CancellationToken aborted)
    {
        using var connection = new SpdyConnection(transport);
        var pairs = new PortForwardPairs(runtime, pod);
        await connection.RunAsync(PortForwardPairs.IsWanted, pairs.Add, aborted).ConfigureAwait(false);
        await pairs.WhenAllAsync().ConfigureAwait(false);
    }

    // Channels 2n and 2n+1 are data and errors of the nth port. The first message on each is that port, which is how the client knows.
    private static async Task RunChannelsAsync(WebSocket socket, string? protocol, int[] ports, StoredObject pod, IPodRuntime runtime, CancellationToken aborted)
    {
        using var channels = new ChannelSocket(socket, protocol, ports.Length * 2);
        await Upgrade.ServeAsync(
            channels.RunAsync,
            async _ =>
            {
                await Task.WhenAll(ports.Select((port, index) => RunPortAsync(port, channels[index * 2], channels[(index * 2) + 1], pod, runtime))).ConfigureAwait(false);
                await channels.CloseAsync().ConfigureAwait(false);
            },
            aborted).ConfigureAwait(false);
    }

    private static async Task RunPortAsync(int port, IClientStream data, IClientStream error, StoredObject pod, IPodRuntime runtime)
    {
        byte[] number = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)port);
        await error.Input.CompleteAsync().ConfigureAwait(false);
        try
        {
            await data.WriteAsync(number, data.Gone).ConfigureAwait(false);
            await error.WriteAsync(number, error.Gone).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return;
        }

        await ForwardedPort.RunAsync(runtime, pod, port, data, error).ConfigureAwait(false);
    }
}
