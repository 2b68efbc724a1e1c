using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Store;

/// <summary>Whether labels are those that a selector means: of a request (<c>app=consul,tier!=test,env in (a,b),!gone</c>) or of a manifest (<c>matchLabels</c>, <c>matchExpressions</c>).</summary>
public sealed class LabelSelector
{
    private readonly IReadOnlyList<Func<IReadOnlyDictionary<string, string>, bool>> conditions;

    private LabelSelector(IReadOnlyList<Func<IReadOnlyDictionary<string, string>, bool>> conditions) => this.conditions = conditions;

    /// <summary>Means every object.</summary>
    public static LabelSelector Everything { get; } = new([]);

    /// <summary>Reads a request's selector.</summary>
    /// <param name="text">The text; null or empty for everything.</param>
    /// <returns>The selector.</returns>
    /// <exception cref="FormatException">The text is no selector.</exception>
    public static LabelSelector Parse(string? text) => string.IsNullOrWhiteSpace(text)
        ? Everything
        : new LabelSelector([.. Split(text).Select(static part => Condition(part.Trim()))]);

    /// <summary>Reads a manifest's selector.</summary>
    /// <param name="selector">The <c>selector</c> object of a workload or a budget; null means nothing at all.</param>
    /// <returns>The selector.</returns>
    public static LabelSelector OfManifest(JsonObject? selector)
    {
        if (selector is null)
        {
            return new LabelSelector([static _ => false]);
        }

        var conditions = new List<Func<IReadOnlyDictionary<string, string>, bool>> { OfMap(selector.Map("matchLabels")).Matches };
        foreach (JsonObject expression in selector.Items("matchExpressions"))
        {
            string key = expression.Text("key") ?? string.Empty;
            string[] values = [.. expression.Texts("values")];
            conditions.Add(expression.Text("operator") switch
            {
                "In" => labels => labels.TryGetValue(key, out string? value) && values.Contains(value),
                "NotIn" => labels => !labels.TryGetValue(key, out string? value) || !values.Contains(value),
                "Exists" => labels => labels.ContainsKey(key),
                "DoesNotExist" => labels => !labels.ContainsKey(key),
                string other => throw new FormatException($"\"{other}\" is not a valid label selector operator"),
                null => throw new FormatException("a label selector expression has no operator"),
            });
        }

        return new LabelSelector(conditions);
    }

    /// <summary>A service's selector: all of these labels.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>The selector.</returns>
    public static LabelSelector OfMap(IReadOnlyDictionary<string, string> labels) =>
        new([.. labels.Select<KeyValuePair<string, string>, Func<IReadOnlyDictionary<string, string>, bool>>(
            static wanted => labels => labels.TryGetValue(wanted.Key, out string? value) && value == wanted.Value)]);

    /// <summary>Whether an object's labels are meant.</summary>
    /// <param name="json">The object.</param>
    /// <returns>True when they are.</returns>
    public bool Matches(JsonObject json) => conditions.Count == 0 || Matches(json.Map("metadata", "labels"));

    /// <summary>Whether labels are meant.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>True when they are.</returns>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => conditions.All(condition => condition(labels));

    // Commas inside parentheses belong to a set.
    private static IEnumerable<string> Split(string text)
    {
        int depth = 0;
        int start = 0;
        for (int index = 0; index < text.Length; index++)
        {
            depth += text[index] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[index] == ',' && depth == 0)
            {
                yield return text[start..index];
                start = index + 1;
            }
        }

        yield return text[start..];
    }

    private static Func<IReadOnlyDictionary<string, string>, bool> Condition(string text)
    {
        if (text.EndsWith(')') && text.IndexOf('(', StringComparison.Ordinal) is var open and > 0)
        {
            string[] words = text[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] values = text[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries);
            return words switch
            {
                [string key, "in"] => labels => labels.TryGetValue(key, out string? value) && values.Contains(value),
                [string key, "notin"] => labels => !labels.TryGetValue(key, out string? value) || !values.Contains(value),
                _ => throw Unreadable(text),
            };
        }

        if (text.Split("!=", 2) is [string different, string notThis])
        {
            return Named(different, text, (labels, key) => !labels.TryGetValue(key, out string? value) || value != notThis.Trim());
        }

        if (text.Replace("==", "=", StringComparison.Ordinal).Split('=', 2) is [string same, string wanted])
        {
            return Named(same, text, (labels, key) => labels.TryGetValue(key, out string? value) && value == wanted.Trim());
        }

        return text.StartsWith('!')
            ? Named(text[1..], text, static (labels, key) => !labels.ContainsKey(key))
            : Named(text, text, static (labels, key) => labels.ContainsKey(key));
    }

    private static Func<IReadOnlyDictionary<string, string>, bool> Named(string key, string text, Func<IReadOnlyDictionary<string, string>, string, bool> condition)
    {
        string name = key.Trim();
        return name.Length == 0 || name.Contains(' ', StringComparison.Ordinal) ? throw Unreadable(text) : labels => condition(labels, name);
    }

    private static FormatException Unreadable(string text) => new($"unable to parse requirement: {text}");
}
