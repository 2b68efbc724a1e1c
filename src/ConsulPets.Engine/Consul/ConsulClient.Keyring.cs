using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Planning.GossipKeys;

namespace ConsulPets.Engine.Consul;

/// <content>The keys of gossip. They are sent in the body, which no log has.</content>
public sealed partial class ConsulClient
{
    private const string Keyring = "v1/operator/keyring";

    /// <summary>The keys of every pool.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The pools of this datacenter, and of those that it is joined with.</returns>
    /// <exception cref="Errors.ConsulPetsException">ConsulPermissionDenied without keyring:read.</exception>
    public async Task<IReadOnlyList<GossipPool>> GossipPoolsAsync(CancellationToken cancellationToken) =>
        [.. Json(await SendAsync(HttpMethod.Get, Keyring, "keyring:read", cancellationToken).ConfigureAwait(false)).EnumerateArray().Select(static pool => new GossipPool(
            pool.Is("WAN"),
            pool.Text("Datacenter"),
            pool.Count("NumNodes"),
            Counts(pool, "Keys") ?? [],
            Counts(pool, "PrimaryKeys"),
            pool.Find("Messages") is { ValueKind: JsonValueKind.Object } messages && messages.EnumerateObject().FirstOrDefault() is { Name: { } member, Value.ValueKind: JsonValueKind.String } ? $"{member} does not answer" : null))];

    /// <summary>Gives every member a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A task.</returns>
    /// <exception cref="Errors.ConsulPetsException">ConsulPermissionDenied without keyring:write; ConsulFailed when a member did not take it.</exception>
    public Task InstallGossipKeyAsync(string key, CancellationToken cancellationToken) => SendKeyAsync(HttpMethod.Post, key, cancellationToken);

    /// <summary>Has every member encrypt with a key that it has.</summary>
    /// <inheritdoc cref="InstallGossipKeyAsync"/>
    public Task UseGossipKeyAsync(string key, CancellationToken cancellationToken) => SendKeyAsync(HttpMethod.Put, key, cancellationToken);

    /// <summary>Takes a key that is not used away from every member.</summary>
    /// <inheritdoc cref="InstallGossipKeyAsync"/>
    public Task RemoveGossipKeyAsync(string key, CancellationToken cancellationToken) => SendKeyAsync(HttpMethod.Delete, key, cancellationToken);

    private async Task SendKeyAsync(HttpMethod method, string key, CancellationToken cancellationToken) =>
        Checked(await transport.SendAsync(method, Keyring, new JsonObject { ["Key"] = key }.ToJsonString(), cancellationToken).ConfigureAwait(false), "keyring:write");

    private static Dictionary<string, int>? Counts(JsonElement pool, string property) => pool.Find(property) is { ValueKind: JsonValueKind.Object } counts
        ? counts.EnumerateObject().ToDictionary(static pair => pair.Name, static pair => pair.Value.GetInt32(), StringComparer.Ordinal)
        : null;
}
