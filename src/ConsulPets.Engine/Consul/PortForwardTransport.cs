namespace ConsulPets.Engine.Consul;

/// <summary>The way through port-forwards to one pod.</summary>
/// <param name="forward">The port-forwards, which somebody else keeps.</param>
/// <param name="token">The ACL token; null for none.</param>
public sealed class PortForwardTransport(PodForward forward, string? token) : IConsulTransport
{
    /// <inheritdoc/>
    public string Name => forward.Pod;

    /// <inheritdoc/>
    public Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken) => forward.SendAsync(method, path, body, token, cancellationToken);
}
