using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Whether a node is one that a pod or a volume asks for.</summary>
internal static class NodeMatch
{
    /// <summary>Whether a node fits a pod's <c>nodeSelector</c> and required node affinity.</summary>
    /// <param name="podSpec">The pod's spec.</param>
    /// <param name="node">The node.</param>
    /// <returns>True when it fits.</returns>
    public static bool Fits(JsonObject podSpec, JsonObject node)
    {
        IReadOnlyDictionary<string, string> labels = node.Map("metadata", "labels");
        return LabelSelector.OfMap(podSpec.Map("nodeSelector")).Matches(labels)
            && (podSpec.Part("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution") is not { } required || Terms(required, node, labels));
    }

    /// <summary>How much a pod would like a node: the sum of the weights of the preferences that it meets.</summary>
    /// <param name="podSpec">The pod's spec.</param>
    /// <param name="node">The node.</param>
    /// <returns>The sum.</returns>
    public static long Preference(JsonObject podSpec, JsonObject node)
    {
        IReadOnlyDictionary<string, string> labels = node.Map("metadata", "labels");
        return podSpec.Items("affinity", "nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution")
            .Where(item => item.Part("preference") is { } term && Term(term, node, labels))
            .Sum(static item => item.Number("weight") ?? 0);
    }

    /// <summary>Whether a node is one from which a volume can be reached.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="node">The node.</param>
    /// <returns>True when it is.</returns>
    public static bool Reaches(JsonObject volume, JsonObject node) =>
        volume.Part("spec", "nodeAffinity", "required") is not { } required || Terms(required, node, node.Map("metadata", "labels"));

    // One term is enough; within a term all must hold, and an empty term means no node.
    private static bool Terms(JsonObject selector, JsonObject node, IReadOnlyDictionary<string, string> labels) =>
        selector.Items("nodeSelectorTerms").Any(term => Term(term, node, labels));

    private static bool Term(JsonObject term, JsonObject node, IReadOnlyDictionary<string, string> labels)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["metadata.name"] = node.Text("metadata", "name") ?? string.Empty };
        JsonObject[] byLabel = [.. term.Items("matchExpressions")];
        JsonObject[] byField = [.. term.Items("matchFields")];
        return byLabel.Length + byField.Length > 0 && byLabel.All(item => Holds(item, labels)) && byField.All(item => Holds(item, fields));
    }

    private static bool Holds(JsonObject requirement, IReadOnlyDictionary<string, string> values)
    {
        bool isThere = values.TryGetValue(requirement.Text("key") ?? string.Empty, out string? value);
        return requirement.Text("operator") switch
        {
            "In" => isThere && requirement.Texts("values").Contains(value),
            "NotIn" => !isThere || !requirement.Texts("values").Contains(value),
            "Exists" => isThere,
            "DoesNotExist" => !isThere,
            "Gt" => Compare(value, requirement) > 0,
            "Lt" => Compare(value, requirement) < 0,
            _ => false,
        };
    }

    private static int Compare(string? value, JsonObject requirement) =>
        long.TryParse(value, CultureInfo.InvariantCulture, out long actual) && long.TryParse(requirement.Texts("values").FirstOrDefault(), CultureInfo.InvariantCulture, out long limit)
            ? actual.CompareTo(limit)
            : 0;
}
