using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>How the templates of workloads are kept as ControllerRevisions (Kubernetes source, pkg/controller/history).</summary>
internal static class TemplateRevisions
{
    /// <summary>What a revision holds: the patch that puts the template back.</summary>
    /// <param name="template">The pod template.</param>
    /// <returns>The revision's <c>data</c>.</returns>
    public static JsonObject Data(JsonObject template)
    {
        var kept = (JsonObject)template.DeepClone();
        kept["$patch"] = "replace";
        JsonObject metadata = kept.Make("metadata");
        if (!metadata.ContainsKey("creationTimestamp"))
        {
            metadata["creationTimestamp"] = null;
        }

        return new JsonObject { ["spec"] = new JsonObject { ["template"] = kept } };
    }

    /// <summary>The hash in a revision's name. It is the real one's, so that names seen here and there are the same for the same template.</summary>
    /// <param name="data">The revision's <c>data</c>.</param>
    /// <param name="collisions">How often the name was taken already by another template; null before the first look.</param>
    /// <returns>Up to ten letters and digits.</returns>
    public static string Hash(JsonObject data, long? collisions)
    {
        var text = new StringBuilder();
        Write(data, text);
        string collision = collisions?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;

        // FNV-1 of 32 bits over the JSON, then the decimal digits in letters that make no words (util/rand, SafeEncodeString).
        uint hash = 2166136261;
        foreach (byte octet in Encoding.UTF8.GetBytes(text.ToString() + collision))
        {
            hash = unchecked((hash * 16777619) ^ octet);
        }

        const string Letters = "bcdfghjklmnpqrstvwxz2456789";
        return string.Concat(hash.ToString(CultureInfo.InvariantCulture).Select(static digit => Letters[digit % Letters.Length]));
    }

    /// <summary>A new revision.</summary>
    /// <param name="owner">The workload.</param>
    /// <param name="labels">The revision's labels.</param>
    /// <param name="data">Its data.</param>
    /// <param name="hash">Its hash, for the name.</param>
    /// <param name="number">Its number.</param>
    /// <returns>The object to create.</returns>
    public static JsonObject Make(JsonObject owner, JsonObject labels, JsonObject data, string hash, long number)
    {
        var metadata = new JsonObject
        {
            ["name"] = $"{owner.Text("metadata", "name")}-{hash}",
            ["namespace"] = owner.Text("metadata", "namespace"),
            ["labels"] = labels,
            ["ownerReferences"] = new JsonArray(Owner.Reference(owner)),
        };
        if (owner.Part("metadata", "annotations") is { Count: > 0 } annotations)
        {
            metadata["annotations"] = annotations.DeepClone();
        }

        return new JsonObject { ["metadata"] = metadata, ["data"] = data, ["revision"] = number };
    }

    /// <summary>The template that a revision holds.</summary>
    /// <param name="revision">The revision.</param>
    /// <returns>The template.</returns>
    public static JsonObject Template(JsonObject revision)
    {
        var template = (JsonObject)(revision.Part("data", "spec", "template") ?? []).DeepClone();
        template.Remove("$patch");
        return template;
    }

    /// <summary>Oldest number first, as the real one sorts: by number, then age, then name.</summary>
    /// <param name="revisions">The revisions.</param>
    /// <returns>Sorted.</returns>
    public static IReadOnlyList<JsonObject> Sorted(IEnumerable<JsonObject> revisions) =>
    [
        .. revisions.OrderBy(static item => item.Number("revision") ?? 0).ThenBy(PodState.Created).ThenBy(static item => item.Text("metadata", "name"), StringComparer.Ordinal),
    ];

    /// <summary>The revisions beyond the limit that nothing uses, oldest first.</summary>
    /// <param name="sorted">All revisions, sorted.</param>
    /// <param name="isLive">Whether a revision is in use.</param>
    /// <param name="limit">How many unused ones to keep.</param>
    /// <returns>Those to delete.</returns>
    public static IEnumerable<JsonObject> Surplus(IReadOnlyList<JsonObject> sorted, Func<JsonObject, bool> isLive, long limit)
    {
        JsonObject[] history = [.. sorted.Where(item => !isLive(item))];
        return history.Take((int)Math.Max(0, history.Length - limit));
    }

    /// <summary>The number after the highest.</summary>
    /// <param name="sorted">All revisions, sorted.</param>
    /// <returns>The number.</returns>
    public static long Next(IReadOnlyList<JsonObject> sorted) => sorted.Count == 0 ? 1 : (sorted[^1].Number("revision") ?? 0) + 1;

    // As Go writes JSON from a map: names sorted, and these three letters escaped.
    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonObject json:
                text.Append('{').AppendJoin(',', json.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{Quoted(pair.Key)}:{Written(pair.Value)}")).Append('}');
                break;
            case JsonArray list:
                text.Append('[').AppendJoin(',', list.Select(Written)).Append(']');
                break;
            default:
                text.Append(node is null ? "null" : Escaped(node.ToJsonString(JsonText.Options)));
                break;
        }
    }

    private static string Written(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    private static string Quoted(string name) => Escaped(JsonValue.Create(name).ToJsonString(JsonText.Options));

    private static string Escaped(string json) => json
        .Replace("<", "\\u003c", StringComparison.Ordinal)
        .Replace(">", "\\u003e", StringComparison.Ordinal)
        .Replace("&", "\\u0026", StringComparison.Ordinal);
}
