using ConsulPets.Sandbox.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ConsulPets.Sandbox.Streaming.Upgrades;

/// <summary>What all answers over upgraded connections have in common.</summary>
internal static class Upgrade
{
    // A client that was told goodbye closes at once. Closing before it does could lose what is still on its way to it.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>Chooses what the connection becomes and which protocol is spoken.</summary>
    /// <param name="context">The request.</param>
    /// <param name="overSpdy">The protocols that are spoken over SPDY.</param>
    /// <param name="overWebSocket">The protocols that are spoken over WebSockets.</param>
    /// <returns>SPDY or WebSocket, and the protocol; null when the client named none, which means the first version.</returns>
    /// <exception cref="ApiException">It is no upgrade, or the client speaks none of them.</exception>
    public static (UpgradeKind Kind, string? Protocol) Choose(HttpContext context, IReadOnlyCollection<string> overSpdy, IReadOnlyCollection<string> overWebSocket)
    {
        var offer = UpgradeOffer.Of(context);
        if (offer.Kind is not (UpgradeKind.Spdy or UpgradeKind.WebSocket))
        {
            throw ApiException.BadRequest("Upgrade request required");
        }

        IReadOnlyCollection<string> supported = offer.Kind == UpgradeKind.Spdy ? overSpdy : overWebSocket;
        string? protocol = offer.Choose(supported);
        if (protocol is not null || offer.Protocols.Count == 0)
        {
            return (offer.Kind, protocol);
        }

        if (offer.Kind == UpgradeKind.Spdy)
        {
            context.Response.Headers[UpgradeOffer.AcceptedProtocolsHeader] = new StringValues([.. supported]);
        }

        string message = $"unable to upgrade: unable to negotiate protocol: client supports [{string.Join(' ', offer.Protocols)}], server accepts [{string.Join(' ', supported)}]";
        throw new ApiException(StatusCodes.Status403Forbidden, "Forbidden", message);
    }

    /// <summary>Receives and serves at once, and closes when serving is done.</summary>
    /// <param name="receive">Receives until the client closes, or until its token is cancelled.</param>
    /// <param name="serve">Serves, and at its end says goodbye. It is given the receiving task.</param>
    /// <param name="aborted">Cancelled when the connection breaks.</param>
    /// <returns>When both have ended.</returns>
    public static async Task ServeAsync(Func<CancellationToken, Task> receive, Func<Task, Task> serve, CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        Task receiving = receive(stop.Token);
        try
        {
            await serve(receiving).ConfigureAwait(false);
            stop.CancelAfter(Farewell);
            await receiving.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await receiving.ConfigureAwait(false);
        }
    }
}
