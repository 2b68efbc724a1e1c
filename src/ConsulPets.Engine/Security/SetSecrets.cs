using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Manifests;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Security;

/// <summary>An authority that the user gives.</summary>
/// <param name="Certificate">Its certificate, in PEM.</param>
/// <param name="Key">Its key, in PEM. Secret; it is used and not kept.</param>
public sealed record GivenAuthority(string Certificate, string Key);

/// <summary>
/// The secrets of a set, before it is made. They are created and never applied: one that is there is kept, so what an earlier run made, or an earlier set whose volumes live on, goes on to count. The
/// token is in its Secret before any server knows it, and the servers find it in their configuration, so there is no moment in which it could be lost.
/// </summary>
/// <param name="api">The API.</param>
public sealed class SetSecrets(KubernetesApi api)
{
    /// <summary>Which Secrets of a set there are.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="set">The set.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>Their names.</returns>
    /// <exception cref="ConsulPetsException">KubernetesForbidden.</exception>
    public async Task<IReadOnlyList<string>> ExistingAsync(string namespaceName, string set, CancellationToken cancellationToken)
    {
        var existing = new List<string>();
        foreach (string name in SetNames.Secrets(set))
        {
            if (await FindAsync(namespaceName, name, cancellationToken).ConfigureAwait(false) is not null)
            {
                existing.Add(name);
            }
        }

        return existing;
    }

    /// <summary>Whether an authority that the user gives is another than the one that the set has.</summary>
    /// <param name="specification">What was asked for.</param>
    /// <param name="given">The authority.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">SecretsDiffer.</exception>
    public async Task CheckAsync(PetSetSpecification specification, GivenAuthority given, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(given);
        string name = SetNames.Authority(specification.Name);
        if (await FindAsync(specification.Namespace, name, cancellationToken).ConfigureAwait(false) is { } kept && Entry(kept, SetNames.AuthorityEntry)?.Trim() != given.Certificate.Trim())
        {
            throw new ConsulPetsException(
                "SecretsDiffer",
                ConsulPetsErrorKind.ResourceExists,
                $"The Secret '{specification.Namespace}/{name}' holds another authority than -CACertificate.",
                "Leave -CACertificate and -CAKey out to go on with the one that is there, or remove the former set with its data first: Remove-ConsulPetSet -PurgeVolumes",
                name);
        }
    }

    /// <summary>Makes what is missing.</summary>
    /// <param name="specification">What was asked for.</param>
    /// <param name="given">The user's own authority; null to make one.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the calls. What was made is kept by the next run.</param>
    /// <returns>The authority's certificate, in PEM, which is no secret; null without TLS.</returns>
    /// <exception cref="ConsulPetsException">KubernetesForbidden, SecretIncomplete.</exception>
    public async Task<string?> EnsureAsync(PetSetSpecification specification, GivenAuthority? given, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
        PetSetSecurity security = specification.Security;
        string? token = security.Acl
            ? await KeptAsync(specification, SetNames.Token(specification.Name), SetNames.TokenEntry, static () => new Dictionary<string, string> { [SetNames.TokenEntry] = Guid.NewGuid().ToString() }, cancellationToken).ConfigureAwait(false)
            : null;
        using CertificateAuthority? authority = security.Tls ? await AuthorityAsync(specification, given, now, cancellationToken).ConfigureAwait(false) : null;
        if (security.IsAny)
        {
            string name = SetNames.ServerSecrets(specification.Name);
            string configuration = await KeptAsync(specification, name, SetNames.ConfigurationEntry, () => ServerSecrets(specification, token, authority, now), cancellationToken).ConfigureAwait(false);
            JsonElement kept = await FindAsync(specification.Namespace, name, cancellationToken).ConfigureAwait(false) ?? throw Incomplete(specification, name, SetNames.ConfigurationEntry);
            if (Lacking(security, kept, JsonNode.Parse(configuration)!) is { } lacking)
            {
                throw Incomplete(specification, name, lacking);
            }
        }

        return authority?.Certificate;
    }

    /// <summary>Deletes the Secrets of a set: with the data that they protect, and never before.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="names">Their names.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>A task.</returns>
    public async Task DeleteAsync(string namespaceName, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (string name in names)
        {
            await api.DeleteAsync(KubernetesResource.Secrets, namespaceName, name, "Background", null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>An entry of a Secret.</summary>
    /// <param name="secret">The Secret.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>Its text; null when there is none.</returns>
    internal static string? Entry(JsonElement secret, string entry) =>
        secret.Map("data").GetValueOrDefault(entry) is { Length: > 0 } data ? Encoding.UTF8.GetString(Convert.FromBase64String(data)) : null;

    // One of an earlier set that was closed in part only: servers that miss a file of theirs would never start.
    private static string? Lacking(PetSetSecurity security, JsonElement kept, JsonNode configuration) =>
        security.Tls && ((string[])[SetNames.AuthorityEntry, SetNames.CertificateEntry, SetNames.KeyEntry]).FirstOrDefault(entry => Entry(kept, entry) is null) is { } file ? file
        : security.GossipEncryption && configuration["encrypt"] is null ? $"{SetNames.ConfigurationEntry}: encrypt"
        : security.Acl && configuration["acl"]?["tokens"] is null ? $"{SetNames.ConfigurationEntry}: acl.tokens"
        : null;

    private async Task<CertificateAuthority> AuthorityAsync(PetSetSpecification specification, GivenAuthority? given, DateTimeOffset now, CancellationToken cancellationToken)
    {
        string name = SetNames.Authority(specification.Name);
        if (given is not null)
        {
            // Its key stays with the user: only what signs for this set alone is kept in the cluster.
            CertificateAuthority theirs = CertificateAuthority.Load(given.Certificate, given.Key);
            await KeptAsync(specification, name, SetNames.AuthorityEntry, () => new Dictionary<string, string> { [SetNames.AuthorityEntry] = given.Certificate }, cancellationToken).ConfigureAwait(false);
            return theirs;
        }

        using CertificateAuthority fresh = CertificateAuthority.Create(specification.Name, now);
        Dictionary<string, string> entries = new() { [SetNames.AuthorityEntry] = fresh.Certificate, [SetNames.AuthorityKeyEntry] = fresh.Key };
        await KeptAsync(specification, name, SetNames.AuthorityKeyEntry, () => entries, cancellationToken).ConfigureAwait(false);
        JsonElement kept = await FindAsync(specification.Namespace, name, cancellationToken).ConfigureAwait(false) ?? throw Incomplete(specification, name, SetNames.AuthorityKeyEntry);
        return CertificateAuthority.Load(Entry(kept, SetNames.AuthorityEntry) ?? throw Incomplete(specification, name, SetNames.AuthorityEntry), Entry(kept, SetNames.AuthorityKeyEntry)!);
    }

    private static Dictionary<string, string> ServerSecrets(PetSetSpecification specification, string? token, CertificateAuthority? authority, DateTimeOffset now)
    {
        var configuration = new JsonObject();
        var entries = new Dictionary<string, string>();
        if (specification.Security.GossipEncryption)
        {
            configuration["encrypt"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        }

        if (token is not null)
        {
            // The first leader writes the token from here: no bootstrap call whose answer could be lost. Known as initial_management too since Consul 1.11.
            configuration["acl"] = new JsonObject { ["tokens"] = new JsonObject { ["master"] = token, ["agent"] = token } };
        }

        if (authority is not null)
        {
            (string certificate, string key) = authority.Issue(specification.Name, specification.Namespace, specification.Datacenter, now);
            entries[SetNames.AuthorityEntry] = authority.Certificate;
            entries[SetNames.CertificateEntry] = certificate;
            entries[SetNames.KeyEntry] = key;
        }

        entries[SetNames.ConfigurationEntry] = configuration.ToJsonString();
        return entries;
    }

    // A Secret of that name may be somebody else's: `<account>-token` is what the tokens of service accounts are called by habit. It is neither used nor deleted.
    private async Task<JsonElement?> FindAsync(string namespaceName, string name, CancellationToken cancellationToken)
    {
        JsonElement? found = await api.FindAsync(KubernetesResource.Secrets, namespaceName, name, cancellationToken).ConfigureAwait(false);
        return found is not { } secret || secret.Map("metadata", "labels").GetValueOrDefault(PetSetLabels.ManagedBy) == PetSetLabels.Manager
            ? found
            : throw new ConsulPetsException(
                "SecretIsForeign",
                ConsulPetsErrorKind.ResourceExists,
                $"The Secret '{namespaceName}/{name}' is there and was not made by this module, and the set would need one of that name.",
                "Give the set another name, or move that Secret",
                name);
    }

    // Gives the entry that counts, whichever run has made it.
    private async Task<string> KeptAsync(PetSetSpecification specification, string name, string entry, Func<Dictionary<string, string>> make, CancellationToken cancellationToken)
    {
        JsonElement? kept = await FindAsync(specification.Namespace, name, cancellationToken).ConfigureAwait(false);
        if (kept is null)
        {
            Dictionary<string, string> made = make();
            JsonObject manifest = PetSetManifest.Object(KubernetesResource.Secrets, specification, name, new JsonObject
            {
                ["type"] = "Opaque",
                ["data"] = new JsonObject(made.Select(static pair => new KeyValuePair<string, JsonNode?>(pair.Key, Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Value))))),
            });
            if (await api.TryCreateAsync(KubernetesResource.Secrets, manifest, cancellationToken).ConfigureAwait(false))
            {
                return made[entry];
            }

            kept = await FindAsync(specification.Namespace, name, cancellationToken).ConfigureAwait(false);
        }

        return (kept is { } there ? Entry(there, entry) : null) ?? throw Incomplete(specification, name, entry);
    }

    private static ConsulPetsException Incomplete(PetSetSpecification specification, string name, string entry) => new(
        "SecretIncomplete",
        ConsulPetsErrorKind.InvalidData,
        $"The Secret '{specification.Namespace}/{name}' is there, and has no entry '{entry}'.",
        "Delete it if no set needs it, or give the set another name",
        name);
}
