using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Store;

/// <summary>Reads and writes fields of JSON objects by path. What is absent, or of another type, is null.</summary>
public static class JsonText
{
    /// <summary>As the API server writes: compact, and text is not escaped more than JSON asks for.</summary>
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value at a path of property names.</summary>
    /// <param name="json">Where the path starts.</param>
    /// <param name="path">Property names.</param>
    /// <returns>The value, or null.</returns>
    public static JsonNode? At(this JsonNode? json, params ReadOnlySpan<string> path)
    {
        foreach (string name in path)
        {
            json = (json as JsonObject)?[name];
        }

        return json;
    }

    /// <summary>The object at a path.</summary>
    /// <param name="json">Where the path starts.</param>
    /// <param name="path">Property names.</param>
    /// <returns>The object, or null.</returns>
    public static JsonObject? Part(this JsonNode? json, params ReadOnlySpan<string> path) => json.At(path) as JsonObject;

    /// <summary>The objects of the list at a path; none when there is no list.</summary>
    /// <param name="json">Where the path starts.</param>
    /// <param name="path">Property names.</param>
    /// <returns>The items that are objects.</returns>
    public static IEnumerable<JsonObject> Items(this JsonNode? json, params ReadOnlySpan<string> path) => (json.At(path) as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>The texts of the list at a path; none when there is no list.</summary>
    /// <param name="json">Where the path starts.</param>
    /// <param name="path">Property names.</param>
    /// <returns>The items that are texts.</returns>
    public static IEnumerable<string> Texts(this JsonNode? json, params ReadOnlySpan<string> path) =>
        (json.At(path) as JsonArray ?? []).Select(static item => item.Text()).OfType<string>();

    /// <summary>The text at a path.</summary>
    /// <param name="json">Where the path starts.</param>
    /// <param name="path">Property names.</param>
    /// <returns>The text, or null.</returns>
    public static string? Text(this JsonNode? json, params ReadOnlySpan<string> path) =>
        json.At(path) is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>The whole number at a path.</summary>
    /// <param name="json">Where the path starts.</param>
    /// <param name="path">Property names.</param>
    /// <returns>The number, or null.</returns>
    public static long? Number(this JsonNode? json, params ReadOnlySpan<string> path) => json.At(path) is not JsonValue value
        ? null
        : value.TryGetValue(out long number) ? number
        : value.TryGetValue(out int small) ? small
        : null;

    /// <summary>The truth value at a path.</summary>
    /// <param name="json">Where the path starts.</param>
    /// <param name="path">Property names.</param>
    /// <returns>True, false, or null.</returns>
    public static bool? Truth(this JsonNode? json, params ReadOnlySpan<string> path) => json.At(path) is JsonValue value && value.TryGetValue(out bool truth) ? truth : null;

    /// <summary>The labels, or any other map of texts, at a path.</summary>
    /// <param name="json">Where the path starts.</param>
    /// <param name="path">Property names.</param>
    /// <returns>The map; empty when there is none.</returns>
    public static IReadOnlyDictionary<string, string> Map(this JsonNode? json, params ReadOnlySpan<string> path) =>
        (json.Part(path) ?? []).Where(static pair => pair.Value.Text() is not null).ToDictionary(static pair => pair.Key, static pair => pair.Value.Text()!, StringComparer.Ordinal);

    /// <summary>The object at a path, made where it is missing.</summary>
    /// <param name="json">Where the path starts.</param>
    /// <param name="path">Property names.</param>
    /// <returns>The object, which may be changed.</returns>
    public static JsonObject Make(this JsonObject json, params ReadOnlySpan<string> path)
    {
        ArgumentNullException.ThrowIfNull(json);
        foreach (string name in path)
        {
            if (json[name] is not JsonObject next)
            {
                json[name] = next = [];
            }

            json = next;
        }

        return json;
    }

    /// <summary>A moment as Kubernetes writes it: UTC, whole seconds.</summary>
    /// <param name="time">The moment.</param>
    /// <returns><c>2026-01-31T12:00:00Z</c>.</returns>
    public static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A moment with parts of a second, as leases and event series have it.</summary>
    /// <param name="time">The moment.</param>
    /// <returns><c>2026-01-31T12:00:00.123456Z</c>.</returns>
    public static string PreciseTimestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
