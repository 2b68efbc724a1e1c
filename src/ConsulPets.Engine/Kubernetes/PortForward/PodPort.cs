using System.Net;
using System.Net.WebSockets;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Kubernetes;

/// <summary>
/// A port of a pod, reached through the API server: the same port-forward that kubectl makes, over WebSockets, without a local port that others on this machine could use too.
/// </summary>
/// <remarks>
/// One WebSocket is one TCP connection in the pod. The sub-protocol <c>v4.channel.k8s.io</c> is served by the kubelet itself and passed through by every API server since before 1.20;
/// the newer <c>SPDY/3.1+portforward.k8s.io</c> (Kubernetes 1.30 and later, KEP-4006) tunnels the whole of SPDY and would bring nothing here.
/// The upgrade is a GET, so the right is <c>get</c> on <c>pods/portforward</c>, where kubectl up to 1.29 needs <c>create</c>; from 1.35 on the API server asks for <c>create</c> as well
/// (feature gate AuthorizePodWebsocketUpgradeCreatePermission).
/// </remarks>
/// <param name="open">Gives the connection to the API server, asked for each time: the account's token may be another by then.</param>
/// <param name="namespaceName">The namespace.</param>
/// <param name="pod">The pod.</param>
/// <param name="port">The port in the pod.</param>
public sealed class PodPort(Func<CancellationToken, Task<KubernetesConnection>> open, string namespaceName, string pod, int port)
{
    private const string Protocol = "v4.channel.k8s.io";
    private static readonly TimeSpan UpgradeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Opens a connection to the port.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection's two directions. That nothing listens in the pod shows only when it is read from.</returns>
    /// <exception cref="ConsulPetsException">KubernetesForbidden, KubernetesNotFound, PodUnreachable, ClusterUnreachable.</exception>
    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        KubernetesConnection connection = await open(cancellationToken).ConfigureAwait(false);
        var address = new UriBuilder(new Uri(connection.Server, FormattableString.Invariant($"api/v1/namespaces/{namespaceName}/pods/{pod}/portforward?ports={port}")))
        {
            Scheme = connection.Server.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
        };
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(Protocol);
            using var invoker = new HttpMessageInvoker(new Upgrade(connection, new KubernetesCall("get", "pods/portforward", namespaceName, pod)));
            await socket.ConnectAsync(address.Uri, invoker, cancellationToken).ConfigureAwait(false);
            return new PodPortStream(socket, pod);
        }
        catch (WebSocketException exception)
        {
            socket.Dispose();
            throw exception.InnerException as ConsulPetsException ?? PodPortStream.Unreachable(pod, exception.InnerException?.Message ?? exception.Message, exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The account, its TLS and the errors are the connection's own; an answer that is no upgrade says why in a Status, which the WebSocket would throw away.
    private sealed class Upgrade(KubernetesConnection connection, KubernetesCall call) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await connection.SendAsync(request, UpgradeTimeout, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
            {
                return response;
            }

            using (response)
            {
                string body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
                throw KubernetesErrors.FromStatus(connection, call, response.StatusCode, body);
            }
        }
    }
}
