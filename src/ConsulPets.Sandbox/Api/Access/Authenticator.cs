using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ConsulPets.Sandbox.Api.Wire;

namespace ConsulPets.Sandbox.Api.Access;

/// <summary>Tells who asks, from a token or a client certificate.</summary>
internal sealed class Authenticator
{
    private readonly byte[] administratorToken;
    private readonly ServiceAccountTokens tokens;
    private readonly SandboxCertificates certificates;

    // A connection has one certificate, and many requests.
    private readonly ConditionalWeakTable<X509Certificate2, StrongBox<UserInfo?>> known = [];

    /// <summary>Makes one.</summary>
    /// <param name="administratorToken">The administrator's token.</param>
    /// <param name="tokens">Reads service accounts' tokens.</param>
    /// <param name="certificates">The authority of client certificates.</param>
    public Authenticator(string administratorToken, ServiceAccountTokens tokens, SandboxCertificates certificates)
    {
        ArgumentException.ThrowIfNullOrEmpty(administratorToken);
        this.administratorToken = Hash(administratorToken);
        this.tokens = tokens;
        this.certificates = certificates;
    }

    /// <summary>Tells who asks.</summary>
    /// <param name="authorization">The <c>Authorization</c> header; null or empty for none.</param>
    /// <param name="certificate">The client's certificate; null for none.</param>
    /// <returns>The user; null when nothing good was shown.</returns>
    public UserInfo? Identify(string? authorization, X509Certificate2? certificate)
    {
        if (certificate is not null && known.GetValue(certificate, shown => new StrongBox<UserInfo?>(OfCertificate(shown))).Value is { } user)
        {
            return user;
        }

        return authorization?.Split(' ', 2, StringSplitOptions.TrimEntries) is [var scheme, { Length: > 0 } token] && scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            ? OfToken(token, ServiceAccountTokens.Issuer)
            : null;
    }

    /// <summary>Tells whose token it is.</summary>
    /// <param name="token">The token.</param>
    /// <param name="audience">Whom it has to be meant for.</param>
    /// <returns>The user; null when it is not good.</returns>
    public UserInfo? OfToken(string token, string audience) =>
        CryptographicOperations.FixedTimeEquals(Hash(token), administratorToken) ? UserInfo.Administrator : tokens.Read(token, audience);

    // Hashes have one length, so that comparing them tells nothing of the token's.
    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private UserInfo? OfCertificate(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(certificates.Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        if (!chain.Build(certificate))
        {
            return null;
        }

        string name = string.Empty;
        var groups = new List<string>();
        foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            string value = part.GetSingleElementValue() ?? string.Empty;
            switch (part.GetSingleElementType().Value)
            {
                case "2.5.4.3":
                    name = value;
                    break;
                case "2.5.4.10":
                    groups.Add(value);
                    break;
                default:
                    break;
            }
        }

        return name.Length == 0 ? null : new UserInfo(name, [.. groups, UserInfo.Authenticated], null, certificate.RawData.AsSpan().SequenceEqual(certificates.Administrator.RawData));
    }
}
