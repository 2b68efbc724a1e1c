using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ConsulPets.Fakes;

/// <summary>A certificate authority in memory.</summary>
public sealed class FakeAuthority : IDisposable
{
    private readonly X509Certificate2 authority;
    private byte serial;

    public FakeAuthority(string name = "fake-ca")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-3), DateTimeOffset.UtcNow.AddYears(3));
    }

    public string Pem => authority.ExportCertificatePem();

    public X509Certificate2 Server(FakeServerCertificate kind)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (kind == FakeServerCertificate.WrongHost)
        {
            names.AddDnsName("elsewhere.example");
        }
        else
        {
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
        }

        return Issue(kind == FakeServerCertificate.WrongHost ? "CN=elsewhere.example" : "CN=fake-apiserver", "1.3.6.1.5.5.7.3.1", names, kind == FakeServerCertificate.Expired);
    }

    public X509Certificate2 Client(string user, bool isExpired) => Issue($"CN={user}", "1.3.6.1.5.5.7.3.2", null, isExpired);

    /// <summary>Whether a certificate is one of this authority's, expired or not.</summary>
    public bool Issued(X509Certificate2 certificate) => certificate.IssuerName.RawData.AsSpan().SequenceEqual(authority.SubjectName.RawData);

    public void Dispose() => authority.Dispose();

    private X509Certificate2 Issue(string subject, string usage, SubjectAlternativeNameBuilder? names, bool isExpired)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        DateTimeOffset end = isExpired ? DateTimeOffset.UtcNow.AddDays(-1) : DateTimeOffset.UtcNow.AddYears(1);
        using X509Certificate2 certificate = request.Create(authority, DateTimeOffset.UtcNow.AddYears(-2), end, [++serial]);
        return certificate.CopyWithPrivateKey(key);
    }
}
