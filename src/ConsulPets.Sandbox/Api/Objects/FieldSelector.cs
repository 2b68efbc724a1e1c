using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>A request's <c>fieldSelector</c>: <c>metadata.name=consul-0,status.phase!=Running</c>. Each kind has few fields that can be asked for.</summary>
internal sealed class FieldSelector
{
    private static readonly Dictionary<string, string> PodFields = Paths(
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName");

    private static readonly Dictionary<string, string> EventFields = new(Paths(
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
        "involvedObject.fieldPath", "reason", "reportingComponent", "type"), StringComparer.Ordinal)
    { ["source"] = "source.component" };

    private static readonly Dictionary<string, Dictionary<string, string>> KindFields = new(StringComparer.Ordinal)
    {
        ["pods"] = PodFields,
        ["events"] = EventFields,
        ["nodes"] = Paths("spec.unschedulable"),
        ["namespaces"] = Paths("status.phase"),
        ["secrets"] = Paths("type"),
        ["services"] = Paths("spec.clusterIP", "spec.type"),
    };

    private readonly (string Field, string Path, bool IsEqual, string Value)[] conditions;

    private FieldSelector((string Field, string Path, bool IsEqual, string Value)[] conditions) => this.conditions = conditions;

    /// <summary>Means every object.</summary>
    public static FieldSelector Everything { get; } = new([]);

    /// <summary>Whether it means every object.</summary>
    public bool IsEverything => conditions.Length == 0;

    /// <summary>Reads one.</summary>
    /// <param name="kind">The kind, which says what fields there are.</param>
    /// <param name="text">The text; null or empty for everything.</param>
    /// <returns>The selector.</returns>
    /// <exception cref="ApiException">The text is no selector, or the kind has no such field to select by.</exception>
    public static FieldSelector Parse(ResourceKind kind, string? text)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return string.IsNullOrEmpty(text)
            ? Everything
            : new FieldSelector([.. Terms(text).Select(term => (term.Field, PathOf(kind, term.Field), term.IsEqual, term.Value))]);
    }

    /// <summary>The name that a selector asks for, without knowing the kind.</summary>
    /// <param name="text">The text; null or empty for everything.</param>
    /// <returns>The name; empty when it asks for none.</returns>
    public static string SelectedName(string? text)
    {
        try
        {
            return string.IsNullOrEmpty(text) ? string.Empty : Terms(text).FirstOrDefault(static term => term is { Field: "metadata.name", IsEqual: true }).Value ?? string.Empty;
        }
        catch (ApiException)
        {
            // It is refused where it is used.
            return string.Empty;
        }
    }

    /// <summary>Whether an object is meant.</summary>
    /// <param name="json">The object.</param>
    /// <returns>True when it is.</returns>
    public bool Matches(JsonObject json)
    {
        foreach ((string field, string path, bool isEqual, string value) in conditions)
        {
            if (Value(json, field, path) == value != isEqual)
            {
                return false;
            }
        }

        return true;
    }

    private static List<(string Field, bool IsEqual, string Value)> Terms(string text)
    {
        var terms = new List<(string Field, bool IsEqual, string Value)>();
        foreach (string term in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int position = term.IndexOf('=', StringComparison.Ordinal);
            if (position <= 0)
            {
                throw ApiException.BadRequest($"invalid selector: '{text}'; can't understand '{term}'");
            }

            bool isEqual = term[position - 1] != '!';
            terms.Add((term[..(isEqual ? position : position - 1)], isEqual, term[(position + 1)..].TrimStart('=')));
        }

        return terms;
    }

    private static string PathOf(ResourceKind kind, string field)
    {
        if (field is "metadata.name" || (field is "metadata.namespace" && kind.IsNamespaced) || (kind == ResourceKinds.Namespaces && field == "name"))
        {
            return field == "name" ? "metadata.name" : field;
        }

        if (kind.Group.Length > 0 || !KindFields.TryGetValue(kind.Plural, out Dictionary<string, string>? fields))
        {
            throw ApiException.BadRequest($"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
        }

        return fields.TryGetValue(field, out string? path) ? path : throw ApiException.BadRequest($"field label not supported: {field}");
    }

    // What is not set counts as the zero value of its type.
    private static string Value(JsonObject json, string field, string path) => json.At(path.Split('.')) switch
    {
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonValue value => value.ToJsonString(),
        _ when field is "spec.hostNetwork" or "spec.unschedulable" => "false",
        _ when field == "reportingComponent" => json.Text("source", "component") ?? string.Empty,
        _ => string.Empty,
    };

    private static Dictionary<string, string> Paths(params string[] fields) => fields.ToDictionary(static field => field, static field => field, StringComparer.Ordinal);
}
