using System.Text;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Consul;

/// <summary>A way that is made when it is first used: the token, or who is to be trusted, must be asked of the cluster before.</summary>
/// <param name="name">The pod, as a user knows it.</param>
/// <param name="make">Makes it.</param>
internal sealed class LateTransport(string name, Func<CancellationToken, Task<IConsulTransport>> make) : IConsulTransport
{
    private IConsulTransport? made;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken) =>
        await (made ??= await make(cancellationToken).ConfigureAwait(false)).SendAsync(method, path, body, cancellationToken).ConfigureAwait(false);
}

/// <summary>A way with the token that the set keeps for itself. Until the first leader has written it from its configuration, Consul knows no token at all, and says so as if it were a wrong one.</summary>
/// <param name="inner">The way.</param>
internal sealed class KeptTokenTransport(IConsulTransport inner) : IConsulTransport
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public async Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        ConsulAnswer answer = await inner.SendAsync(method, path, body, cancellationToken).ConfigureAwait(false);
        return answer.Status != 403 || !Encoding.UTF8.GetString(answer.Body).Contains("ACL not found", StringComparison.OrdinalIgnoreCase)
            ? answer
            : throw new ConsulPetsException(
                "ConsulTokenUnknown",
                ConsulPetsErrorKind.ResourceUnavailable,
                $"Consul on '{Name}' does not know the set's token: before its first leader no server does.",
                "Wait for a leader: Wait-ConsulPetSet -For Leader. If it has had one, the token was deleted in Consul: give another with -Token",
                Name);
    }
}
