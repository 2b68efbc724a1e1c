using System.Globalization;
using System.Text.Json;

namespace ConsulPets.Engine.Kubernetes;

/// <summary>
/// Reads from JSON what is there and has an answer for what is not. The API's objects are read this way, field by field, instead of through the
/// client library's types: a field that a newer or older cluster has or lacks then needs no other library, and the first command of a process
/// need not compile several megabytes of types (figures in docs/architecture.md).
/// </summary>
internal static class JsonReading
{
    /// <summary>The element at a path; null when a part of the path is missing or null.</summary>
    public static JsonElement? Find(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (string part in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(part, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.Null ? null : element;
    }

    /// <summary>The text at a path; empty when there is none.</summary>
    public static string Text(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.Find(path) is { ValueKind: JsonValueKind.String } found ? found.GetString()! : string.Empty;

    /// <summary>The text at a path; null when there is none or it is empty.</summary>
    public static string? TextOrNull(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.Text(path) is { Length: > 0 } text ? text : null;

    /// <summary>The number at a path; null when there is none.</summary>
    public static long? Number(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.Find(path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out long number) ? number : null;

    /// <summary>The whole number at a path; 0 when there is none.</summary>
    public static int Count(this JsonElement element, params ReadOnlySpan<string> path) => (int)(element.Number(path) ?? 0);

    /// <summary>Whether the value at a path is true.</summary>
    public static bool Is(this JsonElement element, params ReadOnlySpan<string> path) => element.Find(path) is { ValueKind: JsonValueKind.True };

    /// <summary>The time at a path; null when there is none.</summary>
    public static DateTimeOffset? Time(this JsonElement element, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(element.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    /// <summary>The items of an array; none when it is not one.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : Enumerable.Empty<JsonElement>();

    /// <summary>The items of the array at a path.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path) => element.Find(path)?.Items() ?? [];

    /// <summary>The texts of the array at a path.</summary>
    public static IEnumerable<string> Texts(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.Items(path).Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!);

    /// <summary>The names and texts of the object at a path: labels, annotations, tags.</summary>
    public static Dictionary<string, string> Map(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (element.Find(path) is { ValueKind: JsonValueKind.Object } found)
        {
            foreach (JsonProperty property in found.EnumerateObject())
            {
                map[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
            }
        }

        return map;
    }
}
