using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ConsulPets.Sandbox.Api.Wire;

/// <summary>
/// The sandbox's own authority and what it signed: made at start, never written anywhere but, in parts, into the kubeconfig. Elliptic keys (P-256) take a
/// millisecond to make where RSA keys take a tenth of a second.
/// </summary>
internal sealed class SandboxCertificates : IDisposable
{
    // Clocks that differ a little, and a laptop that slept, must not make them invalid.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private SandboxCertificates(X509Certificate2 authority, ECDsa authorityKey, X509Certificate2 server, X509Certificate2 administrator)
    {
        Authority = authority;
        AuthorityKey = authorityKey;
        Server = server;
        Administrator = administrator;
    }

    /// <summary>The authority that clients trust, without its key.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>The authority's key; it also signs the tokens of service accounts.</summary>
    public ECDsa AuthorityKey { get; }

    /// <summary>The API server's certificate, with its key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>The administrator's certificate, with its key: user <c>kubernetes-admin</c> of the group <c>system:masters</c>.</summary>
    public X509Certificate2 Administrator { get; }

    /// <summary>The authority as a kubeconfig and a pod have it.</summary>
    public string AuthorityPem => Authority.ExportCertificatePem() + "\n";

    /// <summary>Makes all of them.</summary>
    /// <returns>The certificates.</returns>
    public static SandboxCertificates Create()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=consulpets-sandbox-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        var identifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, false);
        request.CertificateExtensions.Add(identifier);
        using X509Certificate2 signer = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow + Lifetime);
        X509Certificate2 server = Issue(signer, identifier, "CN=kube-apiserver", "1.3.6.1.5.5.7.3.1", Names());
        X509Certificate2 administrator = Issue(signer, identifier, "O=system:masters, CN=kubernetes-admin", "1.3.6.1.5.5.7.3.2", null);
        return new SandboxCertificates(X509CertificateLoader.LoadCertificate(signer.RawData), key, server, administrator);
    }

    /// <summary>Issues a certificate for a client: its common name is the user, its organizations are the groups.</summary>
    /// <param name="user">The user.</param>
    /// <param name="groups">The groups.</param>
    /// <returns>The certificate, with its key.</returns>
    public X509Certificate2 IssueClient(string user, params IEnumerable<string> groups)
    {
        var builder = new X500DistinguishedNameBuilder();
        foreach (string group in groups)
        {
            builder.AddOrganizationName(group);
        }

        builder.AddCommonName(user);
        using X509Certificate2 signer = Authority.CopyWithPrivateKey(AuthorityKey);
        X509SubjectKeyIdentifierExtension identifier = Authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single();
        return Issue(signer, identifier, builder.Build(), "1.3.6.1.5.5.7.3.2", null);
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        Authority.Dispose();
        AuthorityKey.Dispose();
        Server.Dispose();
        Administrator.Dispose();
    }

    private static X509Certificate2 Issue(X509Certificate2 signer, X509SubjectKeyIdentifierExtension identifier, string subject, string usage, X509Extension? names) =>
        Issue(signer, identifier, new X500DistinguishedName(subject), usage, names);

    private static X509Certificate2 Issue(X509Certificate2 signer, X509SubjectKeyIdentifierExtension identifier, X500DistinguishedName subject, string usage, X509Extension? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        using X509Certificate2 bare = request.Create(signer, signer.NotBefore, signer.NotAfter, RandomNumberGenerator.GetBytes(16));
        X509Certificate2 certificate = bare.CopyWithPrivateKey(key);
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        // Windows' TLS does not take a key that lives in memory only (SChannel, dotnet/runtime issue 23749).
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
        }
    }

    private static X509Extension Names()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        foreach (string name in (ReadOnlySpan<string>)["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"])
        {
            names.AddDnsName(name);
        }

        return names.Build();
    }
}
