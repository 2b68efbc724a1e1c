using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Patching;

/// <summary>Values as the API server's messages show them, which print Go's maps and slices: <c>map[image:x ports:[map[containerPort:80]]]</c>.</summary>
internal static class GoText
{
    /// <summary>A value as <c>%v</c> prints it.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The text.</returns>
    public static string Of(JsonNode? value) => value switch
    {
        null => "<nil>",
        JsonObject json => $"map[{string.Join(' ', json.OrderBy(static field => field.Key, StringComparer.Ordinal).Select(static field => $"{field.Key}:{Of(field.Value)}"))}]",
        JsonArray list => $"[{string.Join(' ', list.Select(Of))}]",
        _ => value.Text() ?? value.ToJsonString(JsonText.Options),
    };

    /// <summary>A value as messages about one of the wrong type show it, which print the struct around it: <c>&amp;{x}</c>.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The text.</returns>
    public static string Value(JsonNode? value) => $"&{{{Of(value)}}}";

    /// <summary>What Go calls the kind of a value that was read from JSON.</summary>
    /// <param name="value">The value; not null.</param>
    /// <returns><c>map</c>, <c>slice</c>, <c>string</c>, …</returns>
    public static string Kind(JsonNode value) => value switch
    {
        JsonObject => "map",
        JsonArray => "slice",
        _ when value.Text() is not null => "string",
        _ when value.Truth() is not null => "bool",
        _ when value.Number() is not null => "int64",
        _ => "float64",
    };
}
