using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Tables;

/// <summary>The cells of workloads and of what belongs to them.</summary>
internal static class WorkloadCells
{
    /// <summary>A StatefulSet's.</summary>
    /// <param name="json">The set.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] StatefulSet(JsonObject json, DateTimeOffset now) =>
    [
        TableColumns.Name(json), string.Create(CultureInfo.InvariantCulture, $"{json.Number("status", "readyReplicas") ?? 0}/{json.Number("spec", "replicas") ?? 0}"), TableColumns.Age(json, now),
        Containers(json, "name"), Containers(json, "image"),
    ];

    /// <summary>A DaemonSet's.</summary>
    /// <param name="json">The set.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] DaemonSet(JsonObject json, DateTimeOffset now) =>
    [
        TableColumns.Name(json), Status(json, "desiredNumberScheduled"), Status(json, "currentNumberScheduled"), Status(json, "numberReady"), Status(json, "updatedNumberScheduled"),
        Status(json, "numberAvailable"), TableColumns.Labels(json.Part("spec", "template", "spec", "nodeSelector")), TableColumns.Age(json, now), Containers(json, "name"),
        Containers(json, "image"), Selector(json.Part("spec", "selector")),
    ];

    /// <summary>A revision's.</summary>
    /// <param name="json">The revision.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] ControllerRevision(JsonObject json, DateTimeOffset now)
    {
        JsonObject? owner = json.Items("metadata", "ownerReferences").FirstOrDefault(static reference => reference.Truth("controller") == true);
        string group = owner.Text("apiVersion") is { } version && version.Contains('/', StringComparison.Ordinal) ? $".{version.Split('/')[0]}" : string.Empty;
#pragma warning disable CA1308 // Kinds are shown in small letters.
        string controller = owner is null ? "<none>" : $"{owner.Text("kind")?.ToLowerInvariant()}{group}/{owner.Text("name")}";
#pragma warning restore CA1308
        return [TableColumns.Name(json), controller, json.Number("revision") ?? 0, TableColumns.Age(json, now)];
    }

    /// <summary>A disruption budget's.</summary>
    /// <param name="json">The budget.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] DisruptionBudget(JsonObject json, DateTimeOffset now) =>
    [
        TableColumns.Name(json), NumberOrShare(json, "minAvailable"), NumberOrShare(json, "maxUnavailable"), json.Number("status", "disruptionsAllowed") ?? 0, TableColumns.Age(json, now),
    ];

    private static long Status(JsonObject json, string name) => json.Number("status", name) ?? 0;

    private static string Containers(JsonObject json, string field) => string.Join(',', json.Items("spec", "template", "spec", "containers").Select(container => container.Text(field)));

    private static string NumberOrShare(JsonObject json, string name) =>
        json.Text("spec", name) ?? json.Number("spec", name)?.ToString(CultureInfo.InvariantCulture) ?? "N/A";

    private static string Selector(JsonObject? selector)
    {
        string[] parts =
        [
            .. selector.Map("matchLabels").OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}"),
            .. selector.Items("matchExpressions").Select(static expression => expression.Text("operator") switch
            {
                "In" => $"{expression.Text("key")} in ({string.Join(',', expression.Texts("values").Order(StringComparer.Ordinal))})",
                "NotIn" => $"{expression.Text("key")} notin ({string.Join(',', expression.Texts("values").Order(StringComparer.Ordinal))})",
                "DoesNotExist" => $"!{expression.Text("key")}",
                _ => expression.Text("key") ?? string.Empty,
            }),
        ];
        return parts.Length == 0 ? "<none>" : string.Join(',', parts);
    }
}
