using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Patching;

/// <summary>Kubernetes' own patch: lists are merged by key, <c>$patch</c> directives delete and replace (Kubernetes' design document, Strategic Merge Patch).</summary>
public static class StrategicMergePatch
{
    internal const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";
    private const string OrderPrefix = "$setElementOrder/";

    /// <summary>Applies it.</summary>
    /// <param name="kind">The kind, which says which lists have keys.</param>
    /// <param name="target">The object; not changed.</param>
    /// <param name="patch">The patch.</param>
    /// <returns>The patched object.</returns>
    /// <exception cref="ApiException">The patch makes no sense.</exception>
    public static JsonObject Apply(ResourceKind kind, JsonObject target, JsonObject patch)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(patch);
        ValueSchema schema = ListSchema.Of(kind);
        RequireTypes(patch, patch, schema);
        return Merge((JsonObject)target.DeepClone(), patch, schema);
    }

    /// <summary>Merges a patch into an object.</summary>
    /// <param name="original">The object; changed in place.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="schema">What is known of them.</param>
    /// <returns>The result, which need not be <paramref name="original"/>.</returns>
    internal static JsonObject Merge(JsonObject original, JsonObject patch, ValueSchema schema)
    {
        JsonNode? directive = patch[Directive];
        switch (directive.Text())
        {
            case "replace":
                return (JsonObject)Plain(patch)!;
            case "delete":
                return [];
            case not "merge" when directive is not null:
                throw UnknownDirective(patch);
        }

        Retain(original, patch);
        Dictionary<string, JsonArray> before = patch
            .Where(static field => field.Key.StartsWith(OrderPrefix, StringComparison.Ordinal))
            .Select(static field => field.Key[OrderPrefix.Length..])
            .ToDictionary(static field => field, field => original[field] as JsonArray ?? [], StringComparer.Ordinal);
        foreach ((string name, JsonNode? value) in patch)
        {
            if (name.StartsWith(DeletePrefix, StringComparison.Ordinal))
            {
                string field = name[DeletePrefix.Length..];
                PatchedList.DeleteValues(original[field] as JsonArray, value as JsonArray ?? throw Refusal("invalid patch format of primitive list"));
                if (original[field] is JsonArray { Count: 0 })
                {
                    original.Remove(field);
                }
            }
            else if (!name.StartsWith('$'))
            {
                MergeField(original, name, value, schema.Field(name));
            }
        }

        foreach ((string name, JsonNode? value) in patch)
        {
            if (name.StartsWith(OrderPrefix, StringComparison.Ordinal))
            {
                string field = name[OrderPrefix.Length..];
                JsonArray order = value as JsonArray ?? throw Refusal("invalid patch format of setElementOrder list");
                PatchedList.RequireOrder(patch[field] as JsonArray, order, schema.Field(field).PatchKey);
                if (original[field] is JsonArray list)
                {
                    original[field] = PatchedList.Sort(list, order, before[field], schema.Field(field).PatchKey);
                }
            }
        }

        return original;
    }

    /// <summary>A part of a patch for what is not there yet: without its directives and what they delete.</summary>
    /// <param name="value">The part.</param>
    /// <returns>A copy.</returns>
    internal static JsonNode? Plain(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject json:
                if (json[Directive].Text() == "delete")
                {
                    return null;
                }

                var plain = new JsonObject();
                foreach ((string name, JsonNode? field) in json)
                {
                    if (!name.StartsWith('$') && Plain(field) is { } kept)
                    {
                        plain[name] = kept;
                    }
                }

                return plain;
            case JsonArray list:
                return new JsonArray([.. list.Where(static item => item is not JsonObject json || !json.ContainsKey(Directive) || json[Directive].Text() == "merge").Select(Plain)]);
            default:
                return value?.DeepClone();
        }
    }

    /// <summary>A refusal as the API server makes it, which takes such a patch for a failure of its own.</summary>
    /// <param name="message">Why.</param>
    /// <returns>The refusal.</returns>
    internal static ApiException Refusal(string message) => new(500, string.Empty, message);

    /// <summary>The refusal of a directive that is none.</summary>
    /// <param name="patch">The object with the directive.</param>
    /// <returns>The refusal.</returns>
    internal static ApiException UnknownDirective(JsonObject patch) => Refusal($"unknown patch type: {GoText.Of(patch[Directive])} in map: {GoText.Of(patch)}");

    private static void MergeField(JsonObject original, string name, JsonNode? value, ValueSchema schema)
    {
        switch (value)
        {
            case null:
                original.Remove(name);
                break;
            case JsonObject json when original[name] is JsonObject there:
                JsonObject merged = Merge(there, json, schema);
                if (!ReferenceEquals(merged, there))
                {
                    original[name] = merged;
                }

                break;
            case JsonArray list when schema.IsPatchMerged:
                original[name] = PatchedList.Merge(original[name] as JsonArray ?? [], list, schema);
                break;
            default:
                // Of an object that is only deleted, nothing is left to be written.
                if (Plain(value) is { } plain)
                {
                    original[name] = plain;
                }

                break;
        }
    }

    // Only what is listed stays: kubectl's way of saying that a volume is no longer of the other sort.
    private static void Retain(JsonObject original, JsonObject patch)
    {
        if (!patch.TryGetPropertyValue(RetainKeys, out JsonNode? asked))
        {
            return;
        }

        HashSet<string> retained = asked is JsonArray ? asked.Texts().ToHashSet(StringComparer.Ordinal) : throw Refusal("invalid patch format of retainKeys");
        if (patch.Any(field => field.Value is not null && !field.Key.StartsWith('$') && !retained.Contains(field.Key)))
        {
            throw Refusal("invalid patch format of retainKeys");
        }

        foreach (string name in original.Select(static field => field.Key).Where(name => !retained.Contains(name)).ToArray())
        {
            original.Remove(name);
        }
    }

    // A list for an object, or the other way round, is found before anything is merged.
    private static void RequireTypes(JsonObject whole, JsonNode? part, ValueSchema schema)
    {
        if (part is JsonObject json)
        {
            foreach ((string name, JsonNode? value) in json)
            {
                RequireType(whole, value, schema.Field(name));
            }
        }
        else if (part is JsonArray list)
        {
            foreach (JsonNode? item in list)
            {
                RequireTypes(whole, item, schema.Item);
            }
        }
    }

    private static void RequireType(JsonObject whole, JsonNode? value, ValueSchema schema)
    {
        bool isList = schema.Shape is ValueShape.KeyedList or ValueShape.Set;
        if (value is not null && ((isList && value is not JsonArray) || (schema.Fields.Count > 0 && value is not JsonObject)))
        {
            string problem = $"Invalid value: \"{GoText.Of(whole)}\": cannot restore {(isList ? "slice" : "struct")} from {GoText.Kind(value)}";
            var cause = new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = problem, ["field"] = "patch" };
            throw new ApiException(422, "Invalid", $" \"\" is invalid: patch: {problem}", new JsonObject { ["causes"] = new JsonArray(cause) });
        }

        RequireTypes(whole, value, schema);
    }
}
