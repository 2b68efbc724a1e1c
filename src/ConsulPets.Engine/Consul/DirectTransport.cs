using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Consul;

/// <summary>The way to a plain Consul HTTP API. Connections are kept for the life of the process, one client an address.</summary>
/// <param name="address">The address.</param>
/// <param name="token">The ACL token; null for none.</param>
public sealed class DirectTransport(ConsulAddress address, string? token) : IConsulTransport
{
    private static readonly ConcurrentDictionary<ConsulAddress, HttpClient> Clients = new();
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Name => address.UnixSocket ?? address.Server.GetLeftPart(UriPartial.Authority);

    /// <inheritdoc/>
    public async Task<ConsulAnswer> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(address.Server, path));
        foreach (KeyValuePair<string, string> header in ConsulHeaders.Of(token))
        {
            request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        // .NET takes the name to send and to verify from the Host header, over whatever the TLS options say.
        request.Headers.Host = address.TlsServerName;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(AnswerTimeout);
        try
        {
            HttpClient client = Clients.GetOrAdd(address, static key => NewClient(key));
            using HttpResponseMessage response = await client.SendAsync(request, deadline.Token).ConfigureAwait(false);
            byte[] body = await response.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
            bool isFiltered = response.Headers.TryGetValues(ConsulHeaders.Filtered, out IEnumerable<string>? values) && values.Contains("true");
            return new ConsulAnswer((int)response.StatusCode, body, isFiltered);
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

    private ConsulPetsException Unreachable(string problem, Exception cause) => new(
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
