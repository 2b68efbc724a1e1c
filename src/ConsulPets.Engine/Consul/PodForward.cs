using System.Net.Security;
using System.Security.Authentication;
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
    /// <param name="tls">How the certificate is verified, asked for each time that a connection is dialled.</param>
    public PodForward(Func<CancellationToken, Task<KubernetesConnection>> open, string namespaceName, string pod, ConsulPort port, Func<CancellationToken, Task<ConsulTls>>? tls = null)
    {
        Pod = pod;
        var target = new PodPort(open, namespaceName, pod, port.Number);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            MaxConnectionsPerServer = MostConnections,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            ConnectCallback = async (_, cancellationToken) =>
            {
                Stream stream = await target.ConnectAsync(cancellationToken).ConfigureAwait(false);
                return port.Scheme == Uri.UriSchemeHttps && tls is not null ? await SecureAsync(stream, await tls(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false) : stream;
            },
        };

        // TLS is a part of dialling here, since who is trusted must be asked of the cluster first: to the HTTP client it is a plain connection.
        client = new HttpClient(handler, disposeHandler: true) { BaseAddress = new Uri(FormattableString.Invariant($"http://localhost:{port.Number}/")), Timeout = Timeout.InfiniteTimeSpan };
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
        catch (Exception exception) when (exception is HttpRequestException or IOException or ObjectDisposedException or AuthenticationException)
        {
            throw exception.InnerException as ConsulPetsException ?? PodPortStream.Unreachable(Pod, (exception.InnerException ?? exception).Message, exception);
        }
    }

    // The server's certificate is for localhost, which is who the agent listens to at the other end.
    private async Task<Stream> SecureAsync(Stream stream, ConsulTls tls, CancellationToken cancellationToken)
    {
        string? problem = null;
        var secure = new SslStream(stream);
        try
        {
            SslClientAuthenticationOptions options = tls.Options(found => problem = found);
            options.TargetHost = tls.ServerName ?? "localhost";
            await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch (Exception exception)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            if (exception is AuthenticationException && problem is not null)
            {
                throw ConsulTls.NotTrusted(Pod, problem, exception);
            }

            throw;
        }
    }

    /// <summary>Ends all connections.</summary>
    public void Dispose() => client.Dispose();
}
