using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ConsulPets.Sandbox.Api.Wire;

/// <summary>Reads YAML as the API server does: plain words are numbers, truth values or null where YAML 1.1 says so, quoted ones never.</summary>
internal static class YamlBody
{
    /// <summary>Reads the first document of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The value; null for an empty document.</returns>
    /// <exception cref="YamlException">It is not YAML, or a key occurs twice.</exception>
    public static JsonNode? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var stream = new YamlStream();
        using var reader = new StringReader(text);
        stream.Load(reader);
        return stream.Documents.Count == 0 ? null : Value(stream.Documents[0].RootNode);
    }

    private static JsonNode? Value(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(static pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value ?? string.Empty, Value(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Value)]),
        YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any } scalar => Plain(scalar.Value ?? string.Empty),
        YamlScalarNode scalar => scalar.Value,
        _ => null,
    };

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => true,
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => false,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => Whole(text, number),
        _ when char.IsAsciiDigit(text[^1]) && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        _ => text,
    };

    // YAML 1.1 reads 0644 as octal; that is how file modes are written in manifests.
    private static JsonValue Whole(string text, long number) =>
        text.Length > 1 && text[0] == '0' && text.All(static letter => letter is >= '0' and <= '7') ? JsonValue.Create(Convert.ToInt64(text, 8)) : JsonValue.Create(number);
}
