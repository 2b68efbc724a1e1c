using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Patching;

/// <summary>
/// One step of a path into an object, in the words of <c>fieldsV1</c>: <c>f:spec</c> a field, <c>k:{"name":"consul"}</c> an item by its keys, <c>v:"x"</c> an item of a set.
/// Two steps are the same when their texts are.
/// </summary>
internal static class PathElement
{
    private const string FieldPrefix = "f:";
    private const string KeyPrefix = "k:";
    private const string ValuePrefix = "v:";

    /// <summary>Orders steps as the API server does: fields, keys, values; numbers in keys by their size.</summary>
    public static Comparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>A field.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The step.</returns>
    public static string Field(string name) => FieldPrefix + name;

    /// <summary>An item of a list that is a map or a set.</summary>
    /// <param name="list">What is known of the list.</param>
    /// <param name="item">The item; null is JSON's null.</param>
    /// <param name="step">The step; empty when the item has none.</param>
    /// <param name="problem">Why the item has none, in the API server's words; null when it has one.</param>
    /// <returns>Whether it has one.</returns>
    public static bool TryItem(ValueSchema list, JsonNode? item, out string step, out string? problem)
    {
        step = string.Empty;
        problem = null;
        if (list.Shape == ValueShape.Set)
        {
            problem = item switch
            {
                null => "associative list without keys has an element that's an explicit null",
                JsonObject => "associative list without keys has an element that's a map type",
                JsonArray => "not supported: associative list with lists as elements",
                _ => null,
            };
            step = problem is null ? ValuePrefix + Text(item!) : string.Empty;
            return problem is null;
        }

        if (item is not JsonObject fields)
        {
            problem = item is null ? "associative list with keys may not have a null element" : "associative list with keys may not have non-map elements";
            return false;
        }

        var text = new StringBuilder(KeyPrefix, 64).Append('{');
        foreach (string key in list.Keys)
        {
            string? value = fields[key] is { } given ? Text(given) : list.Item.Field(key).Default;
            if (value is null)
            {
                problem = $"associative list with keys has an element that omits key field \"{key}\" (and doesn't have default value)";
                return false;
            }

            text.Append(text.Length > KeyPrefix.Length + 1 ? "," : string.Empty).Append('"').Append(key).Append("\":").Append(value);
        }

        step = text.Append('}').ToString();
        return true;
    }

    /// <summary>Whether a text is a step.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True or false.</returns>
    public static bool IsStep(string text) => text.Length >= 2 && text[1] == ':' && text[0] switch
    {
        'f' => true,
        'i' => int.TryParse(text.AsSpan(2), NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        'k' => IsJson(text[2..], JsonValueKind.Object),
        'v' => IsJson(text[2..], null),
        _ => false,
    };

    /// <summary>Whether a step is a field, and which.</summary>
    /// <param name="step">The step.</param>
    /// <param name="name">The field's name.</param>
    /// <returns>True for a field.</returns>
    public static bool IsField(string step, out string name)
    {
        bool isField = step.StartsWith(FieldPrefix, StringComparison.Ordinal);
        name = isField ? step[FieldPrefix.Length..] : string.Empty;
        return isField;
    }

    /// <summary>A path as messages show it: <c>.spec.ports[port=8500,protocol="TCP"].targetPort</c>.</summary>
    /// <param name="path">The steps.</param>
    /// <returns>The text.</returns>
    public static string Show(IEnumerable<string> path) => string.Concat(path.Select(static step => step[0] switch
    {
        'f' => "." + step[FieldPrefix.Length..],
        'k' => $"[{string.Join(",", JsonNode.Parse(step[KeyPrefix.Length..])!.AsObject().Select(static key => $"{key.Key}={key.Value?.ToJsonString(JsonText.Options) ?? "null"}"))}]",
        'v' => $"[={step[ValuePrefix.Length..]}]",
        _ => $"[{step[2..]}]",
    }));

    // JSON text, in the short way where there is nothing to escape, which is nearly always.
    private static string Text(JsonNode value) => value.Text() is { } text && text.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '/' or '_')
        ? $"\"{text}\""
        : value.Number()?.ToString(CultureInfo.InvariantCulture) ?? value.ToJsonString(JsonText.Options);

    private static bool IsJson(string text, JsonValueKind? expected)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return expected is null || document.RootElement.ValueKind == expected;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static int Compare(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0 || left[0] != 'k' || right[0] != 'k')
        {
            return string.CompareOrdinal(left, right);
        }

        // The longer of two numbers that begin at the same place is the greater one. Inside quotes digits are letters like others.
        bool isQuoted = false;
        for (int at = 0; at < Math.Min(left.Length, right.Length); at++)
        {
            if (left[at] != right[at])
            {
                int leftDigits = isQuoted ? 0 : DigitsAt(left, at);
                int rightDigits = isQuoted ? 0 : DigitsAt(right, at);
                return leftDigits == rightDigits ? left[at].CompareTo(right[at]) : leftDigits.CompareTo(rightDigits);
            }

            isQuoted ^= left[at] == '"' && (at == 0 || left[at - 1] != '\\');
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int DigitsAt(string text, int start)
    {
        int end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - start;
    }
}
