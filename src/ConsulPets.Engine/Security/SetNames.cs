namespace ConsulPets.Engine.Security;

/// <summary>Where the secrets of a set are kept. Nothing of them is anywhere else.</summary>
public static class SetNames
{
    /// <summary>The annotation of a workload that names the Secret with its ACL token.</summary>
    public const string TokenAnnotation = "consulpets.io/token-secret";

    /// <summary>The annotation of a workload that names the config map with the certificates of its authority.</summary>
    public const string AuthorityAnnotation = "consulpets.io/authority";

    /// <summary>The entry with the certificates of the authority, in the config map and in the Secrets.</summary>
    public const string AuthorityEntry = "ca.crt";

    /// <summary>The entry with the authority's key.</summary>
    public const string AuthorityKeyEntry = "ca.key";

    /// <summary>The entry with the servers' certificate.</summary>
    public const string CertificateEntry = "tls.crt";

    /// <summary>The entry with the key of the servers' certificate.</summary>
    public const string KeyEntry = "tls.key";

    /// <summary>The entry with the part of the servers' configuration that is secret.</summary>
    public const string ConfigurationEntry = "secrets.json";

    /// <summary>The entry with the token.</summary>
    public const string TokenEntry = "token";

    /// <summary>The Secret that the servers mount: the secret part of their configuration, their certificate and its key.</summary>
    /// <param name="set">The set.</param>
    /// <returns>Its name.</returns>
    public static string ServerSecrets(string set) => $"{set}-server-secrets";

    /// <summary>The Secret with the management token, for who administers the set.</summary>
    /// <param name="set">The set.</param>
    /// <returns>Its name.</returns>
    public static string Token(string set) => $"{set}-token";

    /// <summary>The Secret with the authority's key, which no pod mounts, and the config map with its certificate.</summary>
    /// <param name="set">The set.</param>
    /// <returns>The name of both.</returns>
    public static string Authority(string set) => $"{set}-authority";

    /// <summary>The Secrets that a set needs.</summary>
    /// <param name="set">The set.</param>
    /// <param name="security">How far it is closed.</param>
    /// <returns>Their names.</returns>
    public static IEnumerable<string> Needed(string set, Planning.PetSetSecurity security)
    {
        (bool IsNeeded, string Name)[] all = [(security.Tls, Authority(set)), (security.Acl, Token(set)), (security.IsAny, ServerSecrets(set))];
        return all.Where(static secret => secret.IsNeeded).Select(static secret => secret.Name);
    }

    /// <summary>All Secrets that a set can have.</summary>
    /// <param name="set">The set.</param>
    /// <returns>Their names.</returns>
    public static IReadOnlyList<string> Secrets(string set) => [Authority(set), Token(set), ServerSecrets(set)];
}
