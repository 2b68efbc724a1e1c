using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ConsulPets.Sandbox.Streaming.Upgrades;

/// <summary>What a client wants its HTTP/1.1 connection to become.</summary>
internal enum UpgradeKind
{
    /// <summary>Nothing: an ordinary request, or one over HTTP/2, which has no upgrades.</summary>
    None,

    /// <summary>A SPDY/3.1 connection.</summary>
    Spdy,

    /// <summary>A WebSocket.</summary>
    WebSocket,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>The upgrade that a request asks for.</summary>
/// <param name="Kind">What the connection is to become.</param>
/// <param name="Protocols">The protocols that the client speaks over it, the one it prefers first; none when it leaves that to the server.</param>
internal sealed record UpgradeOffer(UpgradeKind Kind, IReadOnlyList<string> Protocols)
{
    /// <summary>Where a SPDY client names its protocols, and the server its choice.</summary>
    public const string ProtocolHeader = "X-Stream-Protocol-Version";

    /// <summary>Where the server names what it would have taken.</summary>
    public const string AcceptedProtocolsHeader = "X-Accepted-Stream-Protocol-Versions";

    /// <summary>What <c>Upgrade</c> says for SPDY.</summary>
    public const string Spdy = "SPDY/3.1";

    /// <summary>Reads what a request asks for.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The offer.</returns>
    public static UpgradeOffer Of(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true })
        {
            return new UpgradeOffer(UpgradeKind.None, []);
        }

        IHeaderDictionary headers = context.Request.Headers;
        string upgrade = headers.Upgrade.ToString();
        return upgrade.Contains(Spdy, StringComparison.OrdinalIgnoreCase) ? new UpgradeOffer(UpgradeKind.Spdy, headers.GetCommaSeparatedValues(ProtocolHeader))
            : upgrade.Equals("websocket", StringComparison.OrdinalIgnoreCase) ? new UpgradeOffer(UpgradeKind.WebSocket, headers.GetCommaSeparatedValues("Sec-WebSocket-Protocol"))
            : new UpgradeOffer(UpgradeKind.Other, []);
    }

    /// <summary>Chooses the protocol: the first of the client's that is supported.</summary>
    /// <param name="supported">What is supported.</param>
    /// <returns>The protocol; null when none is.</returns>
    public string? Choose(params IReadOnlyCollection<string> supported) => Protocols.FirstOrDefault(supported.Contains);
}
