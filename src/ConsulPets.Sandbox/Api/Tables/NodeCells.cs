using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Tables;

/// <summary>A node's cells.</summary>
internal static class NodeCells
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    /// <summary>Makes them.</summary>
    /// <param name="json">The node.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] Make(JsonObject json, DateTimeOffset now) =>
    [
        TableColumns.Name(json), Status(json), Roles(json), TableColumns.Age(json, now), Info(json, "kubeletVersion", string.Empty), Address(json, "InternalIP"), Address(json, "ExternalIP"),
        Info(json, "osImage", "<unknown>"), Info(json, "kernelVersion", "<unknown>"), Info(json, "containerRuntimeVersion", "<unknown>"),
    ];

    private static string Status(JsonObject json)
    {
        string ready = json.Items("status", "conditions").FirstOrDefault(static condition => condition.Text("type") == "Ready")?.Text("status") switch
        {
            "True" => "Ready",
            null => "Unknown",
            _ => "NotReady",
        };
        return json.Truth("spec", "unschedulable") == true ? $"{ready},SchedulingDisabled" : ready;
    }

    private static string Roles(JsonObject json)
    {
        string[] roles = [.. json.Map("metadata", "labels").Select(static label =>
            label.Key.StartsWith(RolePrefix, StringComparison.Ordinal) ? label.Key[RolePrefix.Length..] : label.Key == "kubernetes.io/role" ? label.Value : string.Empty)
            .Where(static role => role.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        return roles.Length == 0 ? "<none>" : string.Join(',', roles);
    }

    private static string Address(JsonObject json, string type) =>
        json.Items("status", "addresses").FirstOrDefault(address => address.Text("type") == type)?.Text("address") ?? "<none>";

    private static string Info(JsonObject json, string name, string missing) => json.Text("status", "nodeInfo", name) is { Length: > 0 } value ? value : missing;
}
