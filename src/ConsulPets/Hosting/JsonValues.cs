using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;
using ConsulPets.Errors;

namespace ConsulPets.Hosting;

/// <summary>Turns what a user writes in PowerShell (hashtables, arrays, objects) into JSON for the API.</summary>
internal static class JsonValues
{
    private const int DeepestNesting = 32;

    /// <summary>The JSON of a value. A string is taken to be JSON already.</summary>
    /// <param name="value">The value.</param>
    /// <param name="parameter">The parameter that it came in, for the error.</param>
    /// <returns>JSON text.</returns>
    /// <exception cref="ConsulPetsException">InvalidArgument.</exception>
    public static string Text(object value, string parameter) =>
        Unwrap(value) is string text ? text : Node(value, parameter, 0)?.ToJsonString() ?? "null";

    /// <summary>A hashtable of names and texts, as labels are.</summary>
    /// <param name="table">The hashtable.</param>
    /// <returns>The map, in the order of its names.</returns>
    public static IReadOnlyDictionary<string, string> Map(Hashtable table)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in table)
        {
            map[LanguagePrimitives.ConvertTo<string>(entry.Key)] = Label(entry.Value);
        }

        return map;
    }

    /// <summary>Names and texts that are to be changed; null takes one away.</summary>
    /// <param name="table">The hashtable.</param>
    /// <returns>The map, in the order of its names.</returns>
    public static IReadOnlyDictionary<string, string?> Changes(Hashtable table)
    {
        var changes = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in table)
        {
            changes[LanguagePrimitives.ConvertTo<string>(entry.Key)] = Unwrap(entry.Value) is { } value ? Label(value) : null;
        }

        return changes;
    }

    private static string Label(object? value) => value is bool flag ? (flag ? "true" : "false") : LanguagePrimitives.ConvertTo<string>(value);

    private static JsonNode? Node(object? value, string parameter, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw ErrorRecords.InvalidArgument($"-{parameter} is nested too deeply.", "Give plain values, arrays and hashtables", parameter);
        }

        return Unwrap(value) switch
        {
            null => null,
            bool flag => JsonValue.Create(flag),
            string text => JsonValue.Create(text),
            int or long or short or byte or uint => JsonValue.Create(Convert.ToInt64(value is PSObject wrapped ? wrapped.BaseObject : value, CultureInfo.InvariantCulture)),
            double number => JsonValue.Create(number),
            decimal number => JsonValue.Create(number),
            IDictionary table => new JsonObject(Entries(table)
                .OrderBy(static entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => new KeyValuePair<string, JsonNode?>(entry.Key, Node(entry.Value, parameter, depth + 1)))),
            IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(item => Node(item, parameter, depth + 1))]),
            PSCustomObject => new JsonObject(PSObject.AsPSObject(value).Properties
                .OrderBy(static property => property.Name, StringComparer.Ordinal)
                .Select(property => new KeyValuePair<string, JsonNode?>(property.Name, Node(property.Value, parameter, depth + 1)))),
            var other => throw ErrorRecords.InvalidArgument($"-{parameter} holds a {other.GetType().Name}, which JSON has no form for.", "Give texts, numbers, booleans, arrays and hashtables", parameter),
        };
    }

    private static IEnumerable<KeyValuePair<string, object?>> Entries(IDictionary table)
    {
        foreach (DictionaryEntry entry in table)
        {
            yield return new(LanguagePrimitives.ConvertTo<string>(entry.Key), entry.Value);
        }
    }

    private static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value is PSObject custom ? custom.BaseObject : value;
}
