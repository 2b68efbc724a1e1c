using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Patching;

/// <summary>
/// The way from <c>kubectl apply</c> to <c>kubectl apply --server-side</c>: what the former applied, as its annotation says, the latter may change without a conflict
/// (k8s.io/apimachinery, util/managedfields: lastappliedmanager.go).
/// </summary>
internal static class LastApplied
{
    /// <summary>The manager that it is for; others do without.</summary>
    public const string Manager = "kubectl";

    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>The conflicts that are about something else.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="live">What is there.</param>
    /// <param name="conflicts">All conflicts.</param>
    /// <returns>Those that remain.</returns>
    public static IReadOnlyList<ApplyConflict> Unexpected(ResourceKind kind, JsonObject live, IReadOnlyList<ApplyConflict> conflicts)
    {
        if (Read(live) is not { } applied || applied.Text("apiVersion") != live.Text("apiVersion"))
        {
            return conflicts;
        }

        // What has been changed since is somebody else's.
        ValueSchema schema = ListSchema.Of(kind);
        FieldComparison since = FieldComparison.Of(applied, live, schema, new FieldSet());
        FieldSet allowed = ObjectFields.Of(applied, schema).Difference(since.Modified).Difference(since.Added).Difference(since.Removed);
        HashSet<string> shown = allowed.Paths.Select(PathElement.Show).ToHashSet(StringComparer.Ordinal);
        return [.. conflicts.Where(conflict => !shown.Contains(PathElement.Show(conflict.Path)))];
    }

    /// <summary>Keeps the annotation right where there is one.</summary>
    /// <param name="result">The object; changed in place.</param>
    /// <param name="wanted">What was applied.</param>
    public static void Refresh(JsonObject result, JsonObject wanted)
    {
        if (result.Text("metadata", "annotations", Annotation) is not { Length: > 0 })
        {
            return;
        }

        var applied = (JsonObject)wanted.DeepClone();
        applied.Part("metadata", "annotations")?.Remove(Annotation);
        result.Make("metadata", "annotations")[Annotation] = Sorted(applied).ToJsonString(JsonText.Options) + "\n";
    }

    private static JsonObject? Read(JsonObject live)
    {
        try
        {
            return live.Text("metadata", "annotations", Annotation) is { Length: > 0 } text ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // As kubectl writes it, which prints Go maps.
    private static JsonNode Sorted(JsonNode value) => value switch
    {
        JsonObject json => new JsonObject(json.OrderBy(static field => field.Key, StringComparer.Ordinal).Select(static field => KeyValuePair.Create(field.Key, field.Value is null ? null : (JsonNode?)Sorted(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(static item => item is null ? null : Sorted(item))]),
        _ => value.DeepClone(),
    };
}
