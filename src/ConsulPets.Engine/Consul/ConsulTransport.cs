using ConsulPets.Engine.Kubernetes;

namespace ConsulPets.Engine.Consul;

/// <summary>An answer of Consul's HTTP API.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The body.</param>
/// <param name="IsFiltered">Whether Consul said that its ACLs hid something.</param>
public sealed record ConsulAnswer(int Status, byte[] Body, bool IsFiltered);

/// <summary>A way to one Consul agent.</summary>
public interface IConsulTransport
{
    /// <summary>The pod or address, as a user knows it.</summary>
    string Name { get; }

    /// <summary>Sends a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query, without a leading slash.</param>
    /// <param name="body">The body, in JSON; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer, whatever its status.</returns>
    Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken);
}

/// <summary>Requests without a body, which most are.</summary>
public static class ConsulTransports
{
    /// <summary>Sends a request without a body.</summary>
    /// <param name="transport">The way to the agent.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query, without a leading slash.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer, whatever its status.</returns>
    public static Task<ConsulAnswer> SendAsync(this IConsulTransport transport, HttpMethod method, string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return transport.SendAsync(method, path, null, cancellationToken);
    }
}

/// <summary>The way through the API server's pod proxy: no tunnel to open, and the account's own rights decide.</summary>
/// <param name="api">The API.</param>
/// <param name="namespaceName">The namespace.</param>
/// <param name="pod">The pod.</param>
/// <param name="port">Where Consul listens in it.</param>
/// <param name="token">The ACL token; null for none. It goes in a header, which the API server passes on; never in the path, which is logged.</param>
public sealed class PodProxyTransport(KubernetesApi api, string namespaceName, string pod, ConsulPort port, string? token) : IConsulTransport
{
    /// <summary>How long one agent may take before another is asked. A pod on a vanished node never answers.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long a change may take. Consul answers a forced leave when gossip has spread it, which took 9 s where the member was still called leaving.</summary>
    public static readonly TimeSpan ChangeTimeout = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Name => pod;

    /// <inheritdoc/>
    public async Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        PodAnswer answer = await api.ProxyAsync(
            namespaceName, pod, port, method, path, body, ConsulHeaders.Of(token), method == HttpMethod.Get ? AnswerTimeout : ChangeTimeout, cancellationToken).ConfigureAwait(false);
        return new ConsulAnswer(answer.Status, answer.Body, answer.Headers.GetValueOrDefault(ConsulHeaders.Filtered) == "true");
    }
}

/// <summary>Consul's headers.</summary>
internal static class ConsulHeaders
{
    /// <summary>Set when ACLs hid a part of the answer.</summary>
    public const string Filtered = "x-consul-results-filtered-by-acls";

    /// <summary>The request headers for a token. The header works on every version; <c>?token=</c> warns since 1.15.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(string? token) =>
        string.IsNullOrEmpty(token) ? [] : [new("X-Consul-Token", token)];
}
