using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Consul;

/// <summary>
/// The port-forwards to Consul in one pod, for as long as they are kept: a connection that is free is used again, and several requests at once have one each. One that ended with its pod is dialled anew
/// for the next request.
/// </summary>
public sealed class PodForward : IDisposable
{
    /// <summary>So many connections to one pod at a time; further requests wait for a free one. Each is a socket of the API server and of the kubelet too.</summary>
    public const int MostConnections = 8;

    private readonly HttpClient client;

    /// <summary>Sets them up; nothing is dialled yet.</summary>
    /// <param name="open">Gives the connection to the API server, asked for each time that one is dialled.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="port">Where Consul listens in it.</param>
    public PodForward(Func<CancellationToken, Task<KubernetesConnection>> open, string namespaceName, string pod, ConsulPort port)
    {
        Pod = pod;
        var target = new PodPort(open, namespaceName, pod, port.Number);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            MaxConnectionsPerServer = MostConnections,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            ConnectCallback = async (_, cancellationToken) => await target.ConnectAsync(cancellationToken).ConfigureAwait(false),
        };
        client = new HttpClient(handler, disposeHandler: true) { BaseAddress = new Uri(FormattableString.Invariant($"{port.Scheme}://localhost:{port.Number}/")), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The pod.</summary>
    public string Pod { get; }

    /// <summary>Sends a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query, without a leading slash.</param>
    /// <param name="body">The body, in JSON; null for none.</param>
    /// <param name="token">The ACL token; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer, whatever its status.</returns>
    /// <exception cref="ConsulPetsException">PodUnreachable, KubernetesForbidden.</exception>
    public async Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string? body, string? token, CancellationToken cancellationToken)
    {
        TimeSpan timeout = method == HttpMethod.Get ? PodProxyTransport.AnswerTimeout : PodProxyTransport.ChangeTimeout;
        try
        {
            return await HttpCall.SendAsync(client, new Uri(client.BaseAddress!, path), method, body, token, null, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw PodPortStream.Unreachable(Pod, FormattableString.Invariant($"no answer within {timeout.TotalSeconds:0} s"), exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ObjectDisposedException)
        {
            throw exception.InnerException as ConsulPetsException ?? PodPortStream.Unreachable(Pod, (exception.InnerException ?? exception).Message, exception);
        }
    }

    /// <summary>Ends all connections.</summary>
    public void Dispose() => client.Dispose();
}
