using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;
using ConsulPets.Planning.GossipKeys;

namespace ConsulPets.Engine.Security;

/// <summary>The gossip keys in the Secret that the servers mount: the one in their configuration, and beside it those of a turn that is under way.</summary>
/// <param name="api">The API.</param>
/// <param name="workload">The set.</param>
internal sealed class GossipKeySecret(KubernetesApi api, ObservedWorkload workload)
{
    private const string NextEntry = "gossip-next";
    private const string FormerEntry = "gossip-former";
    private const string ConfigurationKey = "encrypt";

    private string Name => SetNames.ServerSecrets(workload.Name);

    /// <summary>Reads the keys.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The keys, and the version of the Secret that they were read from.</returns>
    /// <exception cref="ConsulPetsException">GossipNotEncrypted, KubernetesForbidden.</exception>
    public async Task<(KeptGossipKeys Keys, string Version)> ReadAsync(CancellationToken cancellationToken)
    {
        JsonElement? secret = await api.FindAsync(KubernetesResource.Secrets, workload.Namespace, Name, cancellationToken).ConfigureAwait(false);
        return secret is { } found && (string?)Configuration(found)[ConfigurationKey] is { } current
            ? (new KeptGossipKeys(current, SetSecrets.Entry(found, NextEntry), SetSecrets.Entry(found, FormerEntry)), found.Text("metadata", "resourceVersion"))
            : throw new ConsulPetsException(
                "GossipNotEncrypted",
                ConsulPetsErrorKind.InvalidOperation,
                $"The Secret '{workload.Namespace}/{Name}' holds no gossip key: '{workload.Name}' was not made with -GossipEncryption, or not by this module.",
                "Turn a key that is kept elsewhere with consul keyring, and there",
                $"{workload.Namespace}/{workload.Name}");
    }

    /// <summary>Keeps a new key beside the current one.</summary>
    /// <param name="version">The version of the Secret that was seen.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when somebody else has changed it meanwhile.</returns>
    public Task<bool> KeepNextAsync(string version, CancellationToken cancellationToken) =>
        WriteAsync(version, new JsonObject { [NextEntry] = Encoded(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))) }, cancellationToken);

    /// <summary>Makes the next key the current one, in one write.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="version">The version of the Secret that was seen.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when somebody else has changed it meanwhile.</returns>
    public async Task<bool> PromoteAsync(KeptGossipKeys keys, string version, CancellationToken cancellationToken)
    {
        JsonElement secret = await api.FindAsync(KubernetesResource.Secrets, workload.Namespace, Name, cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException(Name);
        JsonObject configuration = Configuration(secret);
        configuration[ConfigurationKey] = keys.Next;
        return await WriteAsync(
            version,
            new JsonObject { [SetNames.ConfigurationEntry] = Encoded(configuration.ToJsonString()), [FormerEntry] = Encoded(keys.Current), [NextEntry] = null },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Forgets the former key.</summary>
    /// <param name="version">The version of the Secret that was seen.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when somebody else has changed it meanwhile.</returns>
    public Task<bool> ForgetAsync(string version, CancellationToken cancellationToken) => WriteAsync(version, new JsonObject { [FormerEntry] = null }, cancellationToken);

    private Task<bool> WriteAsync(string version, JsonObject data, CancellationToken cancellationToken) => api.TryMergeAsync(
        KubernetesResource.Secrets, workload.Namespace, Name, new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = version }, ["data"] = data }, cancellationToken);

    private static JsonObject Configuration(JsonElement secret) => SetSecrets.Entry(secret, SetNames.ConfigurationEntry) is { } text ? JsonNode.Parse(text)!.AsObject() : [];

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
