using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Security;

namespace ConsulPets.Engine.Sessions;

/// <summary>The way to an agent with the token that counts: the one that was given, else the one that the set keeps.</summary>
internal static class AgentWay
{
    /// <summary>Makes the way when it is first used.</summary>
    /// <param name="credentials">What the set says of itself.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="given">The token that was given; null when none was.</param>
    /// <param name="make">Makes the way with a token.</param>
    /// <returns>The way.</returns>
    public static IConsulTransport With(SetCredentials credentials, string pod, string? given, Func<string?, CancellationToken, Task<IConsulTransport>> make) => new LateTransport(
        pod,
        given is not null || !credentials.HasToken
            ? cancellationToken => make(given, cancellationToken)
            : async cancellationToken => new KeptTokenTransport(await make(await credentials.TokenAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)));
}
