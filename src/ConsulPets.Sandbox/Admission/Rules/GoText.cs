using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Values as the API server's messages show them: in the notation of its programming language.</summary>
internal static class GoText
{
    /// <summary>A text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text in quotation marks.</returns>
    public static string Quote(string text) => JsonSerializer.Serialize(text, JsonText.Options);

    /// <summary>A text, a number or a truth value; <c>null</c> for nothing.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The text.</returns>
    public static string Of(JsonNode? value) => value is null ? "null" : value.ToJsonString(JsonText.Options);

    /// <summary>A map of texts.</summary>
    /// <param name="map">The map; null for none.</param>
    /// <returns>The text.</returns>
    public static string Map(JsonNode? map) => map is JsonObject { Count: > 0 }
        ? $"map[string]string{{{string.Join(", ", map.Map().OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{Quote(pair.Key)}:{Quote(pair.Value)}"))}}}"
        : "map[string]string(nil)";

    /// <summary>A list of texts.</summary>
    /// <param name="list">The list; null for none.</param>
    /// <returns>The text.</returns>
    public static string List(JsonNode? list) => list is JsonArray { Count: > 0 } ? $"[]string{{{string.Join(", ", list.Texts().Select(Quote))}}}" : "[]string(nil)";

    /// <summary>A number or percentage.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The text.</returns>
    public static string NumberOrText(JsonNode? value) => value.Text() is { } text
        ? $"intstr.IntOrString{{Type:1, IntVal:0, StrVal:{Quote(text)}}}"
        : $"intstr.IntOrString{{Type:0, IntVal:{value.Number() ?? 0}, StrVal:\"\"}}";

    /// <summary>A label selector.</summary>
    /// <param name="selector">The selector.</param>
    /// <returns>The text.</returns>
    public static string Selector(JsonNode? selector)
    {
        string[] expressions =
        [
            .. selector.Items("matchExpressions").Select(static expression =>
                $"v1.LabelSelectorRequirement{{Key:{Quote(expression.Text("key") ?? string.Empty)}, Operator:{Quote(expression.Text("operator") ?? string.Empty)}, Values:{List(expression["values"])}}}"),
        ];
        string list = expressions.Length == 0 ? "[]v1.LabelSelectorRequirement(nil)" : $"[]v1.LabelSelectorRequirement{{{string.Join(", ", expressions)}}}";
        return $"v1.LabelSelector{{MatchLabels:{Map(selector.At("matchLabels"))}, MatchExpressions:{list}}}";
    }
}
