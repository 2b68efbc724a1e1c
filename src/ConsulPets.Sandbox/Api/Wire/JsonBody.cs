using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Api.Wire;

/// <summary>
/// Reads JSON as the API server does: the last of two properties with one name counts, and the others are reported. .NET's own reader of nodes puts off
/// its work until somebody looks, and then fails on such a property.
/// </summary>
internal static class JsonBody
{
    /// <summary>Reads a text.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="duplicates">Gets the path of each property that occurs more than once: <c>spec.containers[0].image</c>.</param>
    /// <returns>The value; null for JSON's null.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, ICollection<string> duplicates)
    {
        ArgumentNullException.ThrowIfNull(duplicates);
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        JsonNode? value = Value(ref reader, string.Empty, duplicates);
        reader.Read();
        return value;
    }

    /// <summary>The reason why a text is no JSON, as the API server words it.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="exception">What the reader said.</param>
    /// <returns>The reason.</returns>
    public static string Problem(ReadOnlySpan<byte> utf8, JsonException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        long line = exception.LineNumber ?? 0;
        int position = 0;
        for (; line > 0 && position < utf8.Length; position++)
        {
            line -= utf8[position] == '\n' ? 1 : 0;
        }

        position += (int)(exception.BytePositionInLine ?? 0);
        return position >= utf8.Length ? "unexpected end of JSON input" : $"invalid character '{(char)utf8[position]}' looking for beginning of value";
    }

    private static JsonNode? Value(ref Utf8JsonReader reader, string path, ICollection<string> duplicates)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Object(ref reader, path, duplicates);
            case JsonTokenType.StartArray:
                var array = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    array.Add(Value(ref reader, $"{path}[{array.Count}]", duplicates));
                }

                return array;
            case JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            case JsonTokenType.Null:
                return null;
            default:
                // Kept as it was written, so that 0.10 or a number of twenty digits comes back unharmed.
                return JsonValue.Create(JsonElement.ParseValue(ref reader));
        }
    }

    private static JsonObject Object(ref Utf8JsonReader reader, string path, ICollection<string> duplicates)
    {
        var json = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString() ?? string.Empty;
            string child = path.Length == 0 ? name : $"{path}.{name}";
            reader.Read();
            if (json.ContainsKey(name))
            {
                duplicates.Add(child);
            }

            json[name] = Value(ref reader, child, duplicates);
        }

        return json;
    }
}
