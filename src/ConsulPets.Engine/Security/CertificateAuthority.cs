using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Security;

/// <summary>A certificate authority: its certificate and key.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(3650);
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(730);

    // Clocks differ between who makes a certificate and who verifies it.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(10);
    private readonly X509Certificate2 certificate;

    private CertificateAuthority(X509Certificate2 certificate) => this.certificate = certificate;

    /// <summary>The certificate, in PEM.</summary>
    public string Certificate => certificate.ExportCertificatePem() + "\n";

    /// <summary>The key, in PEM (PKCS 8). Secret.</summary>
    public string Key => Pem(certificate.GetECDsaPrivateKey() ?? (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? throw new CryptographicException("The authority's key is neither elliptic nor RSA."));

    /// <summary>Makes a new one.</summary>
    /// <param name="set">The set that it is for.</param>
    /// <param name="now">The time.</param>
    /// <returns>The authority.</returns>
    public static CertificateAuthority Create(string set, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Consul authority of {set}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new CertificateAuthority(request.CreateSelfSigned(now - ClockSkew, now + Life));
    }

    /// <summary>Takes one that exists.</summary>
    /// <param name="certificate">The certificate, in PEM.</param>
    /// <param name="key">The key, in PEM.</param>
    /// <returns>The authority.</returns>
    /// <exception cref="ConsulPetsException">AuthorityInvalid.</exception>
    public static CertificateAuthority Load(string certificate, string key)
    {
        try
        {
            var pair = X509Certificate2.CreateFromPem(certificate, key);
            return pair.Extensions.OfType<X509BasicConstraintsExtension>().Any(static constraints => constraints.CertificateAuthority)
                ? new CertificateAuthority(pair)
                : throw Invalid("it is the certificate of no authority (CA:TRUE is missing)", null);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw Invalid(exception.Message.TrimEnd('.'), exception);
        }
    }

    /// <summary>
    /// Issues a certificate that all servers of a set share. Servers verify each other by the name <c>server.&lt;datacenter&gt;.consul</c> (verify_server_hostname), clients by a service's, and the agents'
    /// own users and port-forwards by localhost.
    /// </summary>
    /// <param name="set">The set.</param>
    /// <param name="namespaceName">Its namespace.</param>
    /// <param name="datacenter">Its datacenter.</param>
    /// <param name="now">The time.</param>
    /// <returns>Certificate and key, in PEM. The key is secret.</returns>
    public (string Certificate, string Key) Issue(string set, string namespaceName, string datacenter, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=server.{datacenter}.consul", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(Names(set, namespaceName, datacenter));
        DateTimeOffset end = now + ServerLife < certificate.NotAfter ? now + ServerLife : certificate.NotAfter;
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f; // A serial number is positive.
        using X509Certificate2 issued = Sign(request, now - ClockSkew, end, serial);
        return (issued.ExportCertificatePem() + "\n", Pem(key));
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => certificate.Dispose();

    // An authority of another kind of key signs with that, and not with the kind that the servers have.
    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset begin, DateTimeOffset end, byte[] serial)
    {
        DateTimeOffset first = begin > certificate.NotBefore ? begin : certificate.NotBefore;
        if (certificate.GetRSAPrivateKey() is not { } rsa)
        {
            return request.Create(certificate, first, end, serial);
        }

        using (rsa)
        {
            return request.Create(certificate.SubjectName, X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1), first, end, serial);
        }
    }

    private static X509Extension Names(string set, string namespaceName, string datacenter)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (string name in (string[])[$"server.{datacenter}.consul", "localhost", .. ServiceNames(set, namespaceName), .. ServiceNames($"{set}-client", namespaceName), $"*.{set}.{namespaceName}.svc"])
        {
            names.AddDnsName(name);
        }

        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        return names.Build();
    }

    private static string[] ServiceNames(string service, string namespaceName) => [service, $"{service}.{namespaceName}", $"{service}.{namespaceName}.svc", $"{service}.{namespaceName}.svc.cluster.local"];

    private static string Pem(AsymmetricAlgorithm key) => key.ExportPkcs8PrivateKeyPem() + "\n";

    private static ConsulPetsException Invalid(string problem, Exception? cause) => new(
        "AuthorityInvalid",
        ConsulPetsErrorKind.InvalidArgument,
        $"The certificate authority cannot be used: {problem}.",
        "Give -CACertificate and -CAKey as PEM files that belong together, the key without a password",
        "CACertificate",
        cause);
}
