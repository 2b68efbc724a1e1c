using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Observing;

namespace ConsulPets.Engine.Manifests;

/// <summary>
/// The config maps that updates of the servers' configuration make: each is another object, named after its content and never changed. Were the one that runs changed in place, a pet that is lost would
/// come back with the new configuration before its turn, and an undo of the template would bring no configuration back.
/// </summary>
internal static class ServerConfigMap
{
    /// <summary>The file in it.</summary>
    public const string File = "server.json";

    private const int HashLength = 8;

    /// <summary>The config map after a change.</summary>
    /// <param name="current">The one that runs.</param>
    /// <param name="workload">The set.</param>
    /// <param name="own">The user's settings, a JSON object.</param>
    /// <returns>The object to create; the current one's name when nothing changes.</returns>
    public static JsonObject After(JsonElement current, ObservedWorkload workload, string own)
    {
        JsonObject data = JsonNode.Parse(current.GetProperty("data").GetRawText())!.AsObject();
        string former = (string)data[File]!;
        string latter = ServerConfiguration.Change(former, own);
        if (JsonNode.DeepEquals(JsonNode.Parse(former), JsonNode.Parse(latter)))
        {
            return new JsonObject { ["metadata"] = new JsonObject { ["name"] = current.Text("metadata", "name") } };
        }

        data[File] = latter;
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{PetSetManifest.ConfigMapName(workload.Name)}-{Hash(data.ToJsonString())}",
                ["namespace"] = workload.Namespace,
                ["labels"] = PetSetManifest.Labels(current.Map("metadata", "labels").OrderBy(static label => label.Key, StringComparer.Ordinal)),
            },
            ["immutable"] = true,
            ["data"] = data,
        };
    }

    /// <summary>Whether a config map is one that an update made.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="set">The set.</param>
    /// <returns>True for <c>&lt;set&gt;-server-&lt;hash&gt;</c>.</returns>
    public static bool IsOfUpdate(string name, string set)
    {
        string prefix = $"{PetSetManifest.ConfigMapName(set)}-";
        return name.StartsWith(prefix, StringComparison.Ordinal) && name.Length == prefix.Length + HashLength && name[prefix.Length..].All(char.IsAsciiHexDigitLower);
    }

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 0, HashLength / 2).ToLowerInvariant();
}
