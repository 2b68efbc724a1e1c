using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Access;

/// <summary>
/// Issues and reads the tokens of service accounts: signed ones (JSON Web Tokens, ES256), which need no memory, and those that lie in secrets.
/// A token dies with the account, and, when it is bound to one, with the pod or secret.
/// </summary>
internal sealed class ServiceAccountTokens
{
    /// <summary>Who issues them, and whom they are for unless somebody else is named.</summary>
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private static readonly string Header = Encode(Encoding.UTF8.GetBytes("""{"alg":"ES256","typ":"JWT"}"""));

    private readonly ObjectRegistry registry;
    private readonly ECDsa key;
    private readonly Lock gate = new();

    /// <summary>Makes one.</summary>
    /// <param name="registry">Where the accounts are.</param>
    /// <param name="certificates">What signs.</param>
    public ServiceAccountTokens(ObjectRegistry registry, SandboxCertificates certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        this.registry = registry;
        key = certificates.AuthorityKey;
    }

    /// <summary>Issues a token.</summary>
    /// <param name="account">The account.</param>
    /// <param name="audiences">Whom it is for; empty for the API server.</param>
    /// <param name="lifetime">How long it is good.</param>
    /// <param name="boundTo">The pod or secret that it dies with; null for none.</param>
    /// <returns>The token, and when it ends.</returns>
    public (string Token, DateTimeOffset Expires) Issue(StoredObject account, IReadOnlyList<string> audiences, TimeSpan lifetime, StoredObject? boundTo = null)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(audiences);
        DateTimeOffset now = registry.Clock.GetUtcNow();
        DateTimeOffset expires = now + lifetime;
        var binding = new JsonObject
        {
            ["namespace"] = account.Namespace,
            ["serviceaccount"] = new JsonObject { ["name"] = account.Name, ["uid"] = account.Uid },
        };
        if (boundTo is not null)
        {
            binding[boundTo.Key.Resource == "pods" ? "pod" : "secret"] = new JsonObject { ["name"] = boundTo.Name, ["uid"] = boundTo.Uid };
        }

        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. (audiences.Count == 0 ? [Issuer] : audiences).Select(static audience => (JsonNode)audience)]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = binding,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = UserInfo.ServiceAccount(account.Namespace, account.Name, null).Name,
        };
        string text = $"{Header}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims, JsonText.Options))}";
        lock (gate)
        {
            return ($"{text}.{Encode(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}", expires);
        }
    }

    /// <summary>Reads a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="audience">Who asks whether it is meant for them.</param>
    /// <returns>The account; null when the token is not good.</returns>
    public UserInfo? Read(string token, string audience = Issuer)
    {
        ArgumentNullException.ThrowIfNull(token);
        return (Claims(token) is { } claims ? OfClaims(claims, audience) : null) ?? OfSecret(token);
    }

    private UserInfo? OfClaims(JsonObject claims, string audience)
    {
        string place = claims.Text("kubernetes.io", "namespace") ?? string.Empty;
        string name = claims.Text("kubernetes.io", "serviceaccount", "name") ?? string.Empty;
        bool isCurrent = registry.Clock.GetUtcNow().ToUnixTimeSeconds() < claims.Number("exp") && claims.Texts("aud").Contains(audience);
        StoredObject? account = registry.Find(ResourceKinds.ServiceAccounts, place, name);
        return isCurrent && account is not null && account.Uid == claims.Text("kubernetes.io", "serviceaccount", "uid")
            && IsThere(ResourceKinds.Pods, place, claims.Part("kubernetes.io", "pod")) && IsThere(ResourceKinds.Secrets, place, claims.Part("kubernetes.io", "secret"))
            ? UserInfo.ServiceAccount(place, name, account.Uid)
            : null;
    }

    private bool IsThere(ResourceKind kind, string namespaceName, JsonObject? bound) =>
        bound is null || registry.Find(kind, namespaceName, bound.Text("name") ?? string.Empty)?.Uid == bound.Text("uid");

    private UserInfo? OfSecret(string token)
    {
        byte[] asked = Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(token)));
        foreach (StoredObject secret in registry.List(ResourceKinds.Secrets).Where(static secret => secret.Json.Text("type") == "kubernetes.io/service-account-token"))
        {
            if (secret.Json.Text("data", "token") is { Length: > 0 } known
                && CryptographicOperations.FixedTimeEquals(asked, Encoding.UTF8.GetBytes(known))
                && secret.Json.Text("metadata", "annotations", "kubernetes.io/service-account.name") is { } name
                && registry.Find(ResourceKinds.ServiceAccounts, secret.Namespace, name) is { } account)
            {
                return UserInfo.ServiceAccount(secret.Namespace, name, account.Uid);
            }
        }

        return null;
    }

    private JsonObject? Claims(string token)
    {
        if (token.Split('.') is not [var header, var body, var signature] || header != Header)
        {
            return null;
        }

        try
        {
            byte[] signed = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{header}.{body}"));
            byte[] proof = Base64Url.DecodeFromChars(signature);
            lock (gate)
            {
                if (!key.VerifyData(signed, proof, HashAlgorithmName.SHA256))
                {
                    return null;
                }
            }

            return JsonBody.Parse(Base64Url.DecodeFromChars(body), []) as JsonObject;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
