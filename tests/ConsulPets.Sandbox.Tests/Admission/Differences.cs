using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ConsulPets.Sandbox.Tests.Admission;

/// <summary>A field that differs.</summary>
/// <param name="Path">Its path: <c>spec.containers[0].image</c>.</param>
/// <param name="Expected">What was expected; null for nothing.</param>
/// <param name="Actual">What is there; null for nothing.</param>
public sealed record Difference(string Path, JsonNode? Expected, JsonNode? Actual)
{
    /// <summary>What a test's message shows.</summary>
    /// <returns>Path and values.</returns>
    public override string ToString() => $"{Path}: expected {Expected?.ToJsonString() ?? "nothing"}, was {Actual?.ToJsonString() ?? "nothing"}";
}

/// <summary>A difference that is meant.</summary>
/// <param name="Fixture">Which fixtures it may occur in: a pattern for their <see cref="Admission.Fixture.Id"/>, in which <c>*</c> stands for anything.</param>
/// <param name="Path">Which field may differ: a pattern as well.</param>
/// <param name="Reason">Why.</param>
/// <param name="Actual">What the value must be then, as JSON; null for any.</param>
public sealed record AllowedDifference(string Fixture, string Path, string Reason, string? Actual = null)
{
    /// <summary>Whether it allows a difference.</summary>
    /// <param name="fixture">The fixture's <see cref="Admission.Fixture.Id"/>.</param>
    /// <param name="difference">The difference.</param>
    /// <returns>True when it does.</returns>
    public bool Allows(string fixture, Difference difference) =>
        Matches(Fixture, fixture) && Matches(Path, difference.Path) && (Actual is null || Actual == (difference.Actual?.ToJsonString() ?? "null"));

    private static bool Matches(string pattern, string text) =>
        Regex.IsMatch(text, $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}\\z", RegexOptions.CultureInvariant);
}

/// <summary>Compares what two servers answer, field by field.</summary>
public static partial class Differences
{
    /// <summary>The differences between two objects. Absent and null are the same; the order of fields does not matter.</summary>
    /// <param name="expected">What was expected.</param>
    /// <param name="actual">What is there.</param>
    /// <returns>The fields that differ, where both have the same type as deep as they go.</returns>
    public static IReadOnlyList<Difference> Between(JsonNode? expected, JsonNode? actual)
    {
        var found = new List<Difference>();
        Compare(expected, actual, string.Empty, found);
        return found;
    }

    /// <summary>The differences between two objects but for those that are allowed.</summary>
    /// <param name="fixture">The fixture's <see cref="Fixture.Id"/>.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="actual">What is there.</param>
    /// <param name="allowed">What may differ.</param>
    /// <returns>The fields that differ.</returns>
    public static IReadOnlyList<Difference> Between(string fixture, JsonNode? expected, JsonNode? actual, IReadOnlyList<AllowedDifference> allowed) =>
        [.. Between(expected, actual).Where(difference => !allowed.Any(one => one.Allows(fixture, difference)))];

    /// <summary>A refusal in a form that can be compared: its causes each once and by their fields, and no addresses of the server's memory in its words.</summary>
    /// <param name="status">The <c>Status</c> object.</param>
    /// <returns>Code, reason, the sentence where there are no causes, and the causes as a map from <c>field reason</c> to messages.</returns>
    public static JsonObject Refusal(JsonObject status)
    {
        var causes = new JsonObject();
        IEnumerable<JsonObject> all = (status["details"]?["causes"] as JsonArray ?? []).OfType<JsonObject>();
        foreach (IGrouping<string, JsonObject> field in all.GroupBy(static cause => $"{cause["field"]} {cause["reason"]}", StringComparer.Ordinal))
        {
            IEnumerable<string> messages = field.Select(static cause => Address().Replace(cause["message"]!.GetValue<string>(), "0x0")).Distinct().Order(StringComparer.Ordinal);
            causes[field.Key] = new JsonArray([.. messages.Select(static message => (JsonNode)message)]);
        }

        var refusal = new JsonObject { ["code"] = status["code"]?.DeepClone(), ["reason"] = status["reason"]?.DeepClone(), ["causes"] = causes };
        if (causes.Count == 0)
        {
            refusal["message"] = status["message"]?.DeepClone();
        }

        return refusal;
    }

    private static void Compare(JsonNode? expected, JsonNode? actual, string path, List<Difference> found)
    {
        switch (expected, actual)
        {
            case (JsonObject one, JsonObject other):
                foreach (string name in one.Select(static pair => pair.Key).Union(other.Select(static pair => pair.Key), StringComparer.Ordinal))
                {
                    Compare(one[name], other[name], path.Length == 0 ? name : $"{path}.{name}", found);
                }

                break;
            case (JsonArray one, JsonArray other):
                for (int index = 0; index < Math.Max(one.Count, other.Count); index++)
                {
                    Compare(At(one, index), At(other, index), string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), found);
                }

                break;
            default:
                if (!JsonNode.DeepEquals(expected, actual) && !(IsNull(expected) && IsNull(actual)))
                {
                    found.Add(new Difference(path, expected, actual));
                }

                break;
        }

        static JsonNode? At(JsonArray list, int index) => index < list.Count ? list[index] : null;
        static bool IsNull(JsonNode? node) => node is null || node.GetValueKind() == JsonValueKind.Null;
    }

    [GeneratedRegex("0x[0-9a-f]{6,}", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
