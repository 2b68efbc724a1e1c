using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ConsulPets.Errors;
using k8s;
using k8s.Authentication;

namespace ConsulPets.Engine.Kubernetes;

/// <summary>
/// An HTTP client that is sure of the server and has proved the account. The client library reads the configuration and keeps the tokens
/// fresh; the TLS is set up here, because its own check accepts a certificate of the right authority for any host name.
/// </summary>
public sealed class KubernetesConnection : IDisposable
{
    private readonly HttpClient client;
    private readonly ServiceClientCredentials? credentials;
    private readonly IReadOnlyList<KeyValuePair<string, string>> impersonation;
    private readonly X509Certificate2? clientCertificate;

    // .NET takes the name to send and to verify from the Host header, over whatever the TLS options say.
    private readonly string? tlsServerName;
    private string? certificateProblem;

    /// <summary>Sets up the connection; nothing is sent yet.</summary>
    /// <param name="access">The cluster and the account.</param>
    /// <param name="choice">How the user named them.</param>
    public KubernetesConnection(ClusterAccess access, ClusterChoice choice)
    {
        ArgumentNullException.ThrowIfNull(access);
        ArgumentNullException.ThrowIfNull(choice);
        KubernetesClientConfiguration configuration = access.Configuration;
        Choice = choice;
        Context = access.Context;
        Namespace = access.Namespace;
        Server = new Uri(configuration.Host.TrimEnd('/') + "/");
        impersonation = access.Impersonation;
        tlsServerName = string.IsNullOrEmpty(configuration.TlsServerName) ? null : configuration.TlsServerName;
        clientCertificate = ClientCertificate.Of(configuration);
        credentials = CredentialsOf(configuration);
        client = new HttpClient(Handler(configuration), disposeHandler: true)
        {
            BaseAddress = Server,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"ConsulPets/{typeof(KubernetesConnection).Assembly.GetName().Version?.ToString(3)}");
    }

    /// <summary>How the user named the cluster.</summary>
    public ClusterChoice Choice { get; }

    /// <summary>The context's name; null for the in-cluster account.</summary>
    public string? Context { get; }

    /// <summary>The context's namespace.</summary>
    public string Namespace { get; }

    /// <summary>The API server.</summary>
    public Uri Server { get; }

    /// <summary>Sends a request; the answer's body is not read yet.</summary>
    /// <param name="request">The request.</param>
    /// <param name="timeout">How long the answer's head may take.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer, whatever its status.</returns>
    /// <exception cref="ConsulPetsException">ClusterUnreachable, ClusterCertificateNotTrusted, ClientCertificateExpired, CredentialPluginFailed.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        request.Headers.Host = tlsServerName;
        foreach (KeyValuePair<string, string> header in impersonation)
        {
            request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        try
        {
            if (credentials is not null)
            {
                await credentials.ProcessHttpRequestAsync(request, deadline.Token).WaitAsync(deadline.Token).ConfigureAwait(false);
            }

            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw KubernetesErrors.Unreachable(this, FormattableString.Invariant($"no answer within {timeout.TotalSeconds:0} s"), exception);
        }
        catch (HttpRequestException exception)
        {
            throw clientCertificate is { } certificate && certificate.NotAfter < DateTime.Now
                ? KubernetesErrors.ClientCertificateExpired(this, certificate, exception)
                : Interlocked.Exchange(ref certificateProblem, null) is { } problem
                    ? KubernetesErrors.CertificateNotTrusted(this, problem, exception)
                    : KubernetesErrors.Unreachable(this, exception.InnerException?.Message ?? exception.Message, exception);
        }
        catch (Exception exception) when (exception is k8s.Exceptions.KubeConfigException or IOException or UnauthorizedAccessException)
        {
            throw KubernetesErrors.CredentialsFailed(this, exception);
        }
    }

    /// <summary>Whether the account's certificate has run out: the API server then only says "Unauthorized".</summary>
    /// <returns>The certificate when it has; else null.</returns>
    public X509Certificate2? ExpiredCertificate() => clientCertificate is { } certificate && certificate.NotAfter < DateTime.Now ? certificate : null;

    /// <summary>Closes all connections to the server.</summary>
    public void Dispose()
    {
        client.Dispose();
        clientCertificate?.Dispose();
    }

    // What k8s.Kubernetes.CreateCredentials does. It is not called, because it lies in the type that has every call of the API: loading that type takes as long as
    // the rest of the connection.
    private static ServiceClientCredentials? CredentialsOf(KubernetesClientConfiguration configuration) =>
        configuration.TokenProvider is { } provider ? new TokenCredentials(provider)
        : !string.IsNullOrEmpty(configuration.AccessToken) ? new TokenCredentials(configuration.AccessToken)
        : !string.IsNullOrEmpty(configuration.Username) ? new BasicAuthenticationCredentials { UserName = configuration.Username, Password = configuration.Password }
        : null;

    private SocketsHttpHandler Handler(KubernetesClientConfiguration configuration)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            AutomaticDecompression = DecompressionMethods.GZip,
        };
        SslClientAuthenticationOptions tls = handler.SslOptions;
        if (clientCertificate is not null)
        {
            tls.ClientCertificates = [clientCertificate];
        }

        if (configuration.SslCaCerts is { Count: > 0 } authorities)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        bool skip = configuration.SkipTlsVerify;
        tls.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (errors == SslPolicyErrors.None || skip)
            {
                return true;
            }

            string chainProblems = string.Join(", ", chain?.ChainStatus.Select(static status => status.Status.ToString()).Distinct() ?? []);
            certificateProblem = $"{errors}{(chainProblems.Length > 0 ? $" ({chainProblems})" : string.Empty)}, subject {certificate?.Subject}, valid until {certificate?.GetExpirationDateString()}";
            return false;
        };
        return handler;
    }
}
