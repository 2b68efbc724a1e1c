using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Consul;

/// <summary>The way to a plain Consul HTTP API. Connections are kept for the life of the process, one client an address.</summary>
/// <param name="address">The address.</param>
/// <param name="token">The ACL token; null for none.</param>
/// <param name="pod">The pod that has the address, which is one of several to ask; null where the address is all that the user has named.</param>
public sealed class DirectTransport(ConsulAddress address, string? token, string? pod = null) : IConsulTransport
{
    private static readonly ConcurrentDictionary<ConsulAddress, HttpClient> Clients = new();
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Name => pod ?? address.UnixSocket ?? address.Server.GetLeftPart(UriPartial.Authority);

    /// <inheritdoc/>
    public async Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        try
        {
            HttpClient client = Clients.GetOrAdd(address, static key => NewClient(key));
            return await HttpCall.SendAsync(client, new Uri(address.Server, path), method, body, token, address.TlsServerName, AnswerTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(FormattableString.Invariant($"no answer within {AnswerTimeout.TotalSeconds:0} s"), exception);
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable((exception.InnerException ?? exception).Message.TrimEnd('.'), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unreachable($"its certificate files cannot be used: {exception.Message.TrimEnd('.')}", exception);
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

        if (address.AuthorityFile is { } authorityFile)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(authorityFile);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        if (address is { CertificateFile: { } certificateFile, KeyFile: { } keyFile })
        {
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificateFile, keyFile)];
        }

        if (address.SkipVerification)
        {
#pragma warning disable CA5359 // The user's own environment says so, with the consul command's variable for it.
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
