using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Consul;

/// <summary>How an agent's certificate is verified, and which one is shown to it. Each part comes from a parameter, else from the environment variable of the <c>consul</c> command.</summary>
public sealed record ConsulTls
{
    /// <summary>Nothing said: the system's authorities, no client certificate.</summary>
    public static readonly ConsulTls None = new();

    /// <summary>A PEM file of authorities to trust instead of the system's; null for none.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>A folder of PEM files of authorities to trust; null for none.</summary>
    public string? AuthorityFolder { get; init; }

    /// <summary>The authorities to trust where no file is named, in PEM: what the set itself says; null for none.</summary>
    public string? Authority { get; init; }

    /// <summary>The client certificate's PEM file; null for none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The client certificate's key file; null where the certificate's file has it.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The name to verify in the server's certificate; null for the address's own.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether the certificate is not verified.</summary>
    public bool SkipVerification { get; init; }

    /// <summary>Whether the user has named the authorities.</summary>
    public bool HasAuthority => AuthorityFile is not null || AuthorityFolder is not null;

    /// <summary>What the environment says.</summary>
    /// <returns>The settings.</returns>
    public static ConsulTls FromEnvironment() => new()
    {
        AuthorityFile = ConsulEnvironment.Text("CONSUL_CACERT"),
        AuthorityFolder = ConsulEnvironment.Text("CONSUL_CAPATH"),
        CertificateFile = ConsulEnvironment.Text("CONSUL_CLIENT_CERT"),
        KeyFile = ConsulEnvironment.Text("CONSUL_CLIENT_KEY"),
        ServerName = ConsulEnvironment.Text("CONSUL_TLS_SERVER_NAME"),
        SkipVerification = ConsulEnvironment.Flag("CONSUL_HTTP_SSL_VERIFY") == false,
    };

    /// <summary>The settings for a connection.</summary>
    /// <param name="onProblem">Told why a certificate was not trusted.</param>
    /// <returns>The settings, without the name.</returns>
    /// <exception cref="ConsulPetsException">TlsFileUnreadable.</exception>
    public SslClientAuthenticationOptions Options(Action<string> onProblem)
    {
        var options = new SslClientAuthenticationOptions();
        string file = AuthorityFile ?? AuthorityFolder ?? CertificateFile ?? string.Empty;
        try
        {
            X509Certificate2Collection authorities = Authorities();
            if (authorities.Count > 0)
            {
                options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
            }

            if (CertificateFile is not null)
            {
                file = CertificateFile;
                options.ClientCertificates = [X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile)];
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConsulPetsException(
                "TlsFileUnreadable",
                ConsulPetsErrorKind.ObjectNotFound,
                $"The certificates in '{file}' cannot be used: {exception.Message.TrimEnd('.')}.",
                "Name PEM files that can be read: -CACertificate, -ClientCertificate, or the variables CONSUL_CACERT, CONSUL_CAPATH, CONSUL_CLIENT_CERT and CONSUL_CLIENT_KEY",
                file,
                exception)
            { EndsCommand = true };
        }

        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (errors == SslPolicyErrors.None || SkipVerification)
            {
                return true;
            }

            string chainProblems = string.Join(", ", chain?.ChainStatus.Select(static status => status.Status.ToString()).Distinct() ?? []);
            onProblem($"{errors}{(chainProblems.Length > 0 ? $" ({chainProblems})" : string.Empty)}, subject {certificate?.Subject}, valid until {certificate?.GetExpirationDateString()}");
            return false;
        };
        return options;
    }

    /// <summary>The failure for a certificate that is not trusted.</summary>
    /// <param name="name">The pod or address.</param>
    /// <param name="problem">Why.</param>
    /// <param name="cause">What was thrown.</param>
    /// <returns>The failure.</returns>
    internal static ConsulPetsException NotTrusted(string name, string problem, Exception cause) => new(
        "ConsulCertificateNotTrusted",
        ConsulPetsErrorKind.ConnectionError,
        $"The certificate of Consul on '{name}' is not trusted: {problem}.",
        "Name the authority that it is of: Connect-ConsulPetSet -CACertificate, or CONSUL_CACERT; the name to expect: CONSUL_TLS_SERVER_NAME",
        name,
        cause);

    private X509Certificate2Collection Authorities()
    {
        var authorities = new X509Certificate2Collection();
        if (AuthorityFile is not null)
        {
            authorities.ImportFromPemFile(AuthorityFile);
        }
        else if (AuthorityFolder is not null)
        {
            foreach (string file in Directory.EnumerateFiles(AuthorityFolder).Order(StringComparer.Ordinal))
            {
                authorities.ImportFromPemFile(file);
            }
        }
        else if (Authority is not null)
        {
            authorities.ImportFromPem(Authority);
        }

        return authorities;
    }
}
