using System.Collections.Concurrent;
using System.Net.Sockets;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Consul;

/// <summary>The way to a plain Consul HTTP API. Connections are kept for the life of the process, one client an address.</summary>
/// <param name="address">The address.</param>
/// <param name="token">The ACL token; null for none.</param>
/// <param name="pod">The pod that has the address, which is one of several to ask; null where the address is all that the user has named.</param>
public sealed class DirectTransport(ConsulAddress address, string? token, string? pod = null) : IConsulTransport
{
    private static readonly ConcurrentDictionary<ConsulAddress, HttpClient> Clients = new();
    private static readonly ConcurrentDictionary<ConsulAddress, string> Problems = new();
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Name => pod ?? address.UnixSocket ?? address.Server.GetLeftPart(UriPartial.Authority);

    /// <inheritdoc/>
    public async Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        try
        {
            HttpClient client = Clients.GetOrAdd(address, static key => NewClient(key));
            return await HttpCall.SendAsync(client, new Uri(address.Server, path), method, body, token, address.Tls.ServerName, AnswerTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(FormattableString.Invariant($"no answer within {AnswerTimeout.TotalSeconds:0} s"), exception);
        }
        catch (HttpRequestException exception)
        {
            throw exception.InnerException is System.Security.Authentication.AuthenticationException && Problems.TryRemove(address, out string? problem)
                ? ConsulTls.NotTrusted(Name, problem, exception)
                : Unreachable((exception.InnerException ?? exception).Message.TrimEnd('.'), exception);
        }
    }

    private ConsulPetsException Unreachable(string problem, Exception cause) => pod is not null
        ? new(
            "PodUnreachable",
            ConsulPetsErrorKind.ConnectionError,
            $"Consul of pod '{pod}' was not reached at {address.Server.GetLeftPart(UriPartial.Authority)}: {problem}.",
            "Check that the pods' addresses can be reached from here; else take another way: -Via PortForward",
            pod,
            cause)
        : new(
            "ConsulUnreachable",
            ConsulPetsErrorKind.ConnectionError,
            $"Consul on '{Name}' was not reached: {problem}.",
            "Check -Address or CONSUL_HTTP_ADDR, and that the agent runs",
            Name,
            cause)
        { EndsCommand = true };

    private static HttpClient NewClient(ConsulAddress address)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) };
        if (address.UnixSocket is { } path)
        {
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            };
        }

        if (address.Server.Scheme == Uri.UriSchemeHttps)
        {
            handler.SslOptions = address.Tls.Options(problem => Problems[address] = problem);
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
