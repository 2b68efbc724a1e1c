using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using ConsulPets.Sandbox.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ConsulPets.Sandbox.Streaming.Upgrades;

/// <summary>Does the upgrades. It needs nothing of the application's pipeline: ASP.NET Core's own WebSockets would need its middleware.</summary>
internal static class UpgradedConnection
{
    // RFC 6455, section 1.3: what shows that the server has understood.
    private const string WebSocketMark = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    /// <summary>Turns the connection into SPDY.</summary>
    /// <param name="context">The request.</param>
    /// <param name="protocol">The protocol that was chosen; null when the client named none.</param>
    /// <returns>The connection, both ways.</returns>
    public static Task<Stream> ToSpdyAsync(HttpContext context, string? protocol)
    {
        if (protocol is not null)
        {
            context.Response.Headers[UpgradeOffer.ProtocolHeader] = protocol;
        }

        return UpgradeAsync(context, UpgradeOffer.Spdy);
    }

    /// <summary>Turns the connection into a WebSocket.</summary>
    /// <param name="context">The request.</param>
    /// <param name="protocol">The protocol that was chosen; null when the client named none.</param>
    /// <returns>The WebSocket.</returns>
    /// <exception cref="ApiException">The client's handshake is wrong.</exception>
    public static async Task<WebSocket> ToWebSocketAsync(HttpContext context, string? protocol)
    {
        IHeaderDictionary headers = context.Request.Headers;
        string key = headers.SecWebSocketKey.ToString();
        if (!HttpMethods.IsGet(context.Request.Method) || headers.SecWebSocketVersion != "13" || !IsKey(key))
        {
            throw ApiException.BadRequest("the WebSocket handshake is not that of RFC 6455: GET, Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key of 16 bytes are needed");
        }

        context.Response.Headers.SecWebSocketAccept = Accept(key);
        if (protocol is not null)
        {
            context.Response.Headers.SecWebSocketProtocol = protocol;
        }

        Stream transport = await UpgradeAsync(context, "websocket").ConfigureAwait(false);

        // The protocol is not told to the WebSocket, which only repeats it: "SPDY/3.1+portforward.k8s.io" has a slash, which RFC 6455 allows in none and .NET refuses.
        return WebSocket.CreateFromStream(transport, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = KeepAlive });
    }

    private static Task<Stream> UpgradeAsync(HttpContext context, string upgrade)
    {
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = upgrade;
        return context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[24];
        return key.Length == 24 && Convert.TryFromBase64String(key, bytes, out int length) && length == 16;
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 asks for it, as a sign of understanding and not for secrecy.")]
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + WebSocketMark)));
}
