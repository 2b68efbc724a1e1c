using System.Management.Automation;
using System.Text.Json;

namespace ConsulPets.Sandbox.Demo.Everyday;

/// <summary>JSON as PowerShell's objects.</summary>
internal static class JsonObjects
{
    /// <summary>Reads a text.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The value: an object with note properties, an array, a text, a number, a truth, or null.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static object? Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Of(document.RootElement);
    }

    private static object? Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => ObjectOf(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Of).ToArray(),
        JsonValueKind.String => element.GetString(),
        // Each as it is: the two types of a conditional would become one, a floating point number.
        JsonValueKind.Number => element.TryGetInt64(out long whole) ? (object)whole : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static PSObject ObjectOf(JsonElement element)
    {
        var result = new PSObject();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            // Of two names that differ in case only, PowerShell's objects can have one.
            if (property.Name.Length > 0 && result.Properties[property.Name] is null)
            {
                result.Properties.Add(new PSNoteProperty(property.Name, Of(property.Value)));
            }
        }

        return result;
    }
}
