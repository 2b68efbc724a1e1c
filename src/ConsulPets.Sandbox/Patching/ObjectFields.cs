using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Patching;

/// <summary>The fields that an object has: what a manager owns who applies it.</summary>
internal static class ObjectFields
{
    /// <summary>The object's fields.</summary>
    /// <param name="json">The object.</param>
    /// <param name="schema">What is known of it.</param>
    /// <returns>The set.</returns>
    public static FieldSet Of(JsonObject json, ValueSchema schema)
    {
        var set = new FieldSet();
        VisitFields(json, schema, [], set);
        return set;
    }

    /// <summary>What makes an object unfit for being applied: list items that cannot be told apart, and lists and objects that are something else.</summary>
    /// <param name="json">The object.</param>
    /// <param name="schema">What is known of it.</param>
    /// <returns>The problems, in the API server's words, each with its path; empty when there are none.</returns>
    public static IReadOnlyList<string> Problems(JsonObject json, ValueSchema schema)
    {
        List<string> problems = [];
        Judge(json, schema, [], problems);
        return problems;
    }

    /// <summary>The items of a list by their steps.</summary>
    /// <param name="list">The list; null for none.</param>
    /// <param name="schema">What is known of it: a keyed list or a set.</param>
    /// <returns>Steps and items, in their order. Items that have no step are left out: nobody can own them.</returns>
    public static List<(string Step, JsonNode Item)> Items(JsonArray? list, ValueSchema schema)
    {
        List<(string, JsonNode)> items = new(list?.Count ?? 0);
        foreach (JsonNode? item in list ?? [])
        {
            if (PathElement.TryItem(schema, item, out string step, out _))
            {
                items.Add((step, item!));
            }
        }

        return items;
    }

    private static void VisitFields(JsonObject json, ValueSchema schema, List<string> path, FieldSet set)
    {
        foreach ((string name, JsonNode? value) in json)
        {
            path.Add(PathElement.Field(name));
            Visit(value, schema.Field(name), path, set);
            path.RemoveAt(path.Count - 1);
        }
    }

    private static void Visit(JsonNode? value, ValueSchema schema, List<string> path, FieldSet set)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } json when schema.Shape != ValueShape.Atomic:
                VisitFields(json, schema, path, set);
                break;
            case JsonArray list when schema.Shape is ValueShape.KeyedList or ValueShape.Set:
                VisitItems(list, schema, path, set);
                break;
            default:
                set.Add([.. path]);
                break;
        }
    }

    private static void VisitItems(JsonArray list, ValueSchema schema, List<string> path, FieldSet set)
    {
        List<(string Step, JsonNode Item)> items = Items(list, schema);
        foreach ((string step, JsonNode item) in items)
        {
            path.Add(step);
            set.Add([.. path]);

            // Of items that are there twice, nobody can tell the fields apart. Of a set's items there are none.
            if (schema.Shape == ValueShape.KeyedList && schema.Item.Shape != ValueShape.Atomic && items.Count(other => other.Step == step) == 1)
            {
                VisitFields((JsonObject)item, schema.Item, path, set);
            }

            path.RemoveAt(path.Count - 1);
        }
    }

    private static void Judge(JsonNode? value, ValueSchema schema, List<string> path, List<string> problems)
    {
        bool isList = schema.Shape is ValueShape.KeyedList or ValueShape.Set;
        if (value is JsonObject json && !isList)
        {
            foreach ((string name, JsonNode? field) in json)
            {
                path.Add(PathElement.Field(name));
                Judge(field, schema.Field(name), path, problems);
                path.RemoveAt(path.Count - 1);
            }
        }
        else if (value is not null && isList)
        {
            JudgeList(value, schema, path, problems);
        }
        else if (value is not (null or JsonObject) && schema.Fields.Count > 0)
        {
            problems.Add($"{PathElement.Show(path)}: expected map, got {GoText.Value(value)}");
        }
    }

    private static void JudgeList(JsonNode value, ValueSchema schema, List<string> path, List<string> problems)
    {
        if (value is not JsonArray list)
        {
            problems.Add($"{PathElement.Show(path)}: expected list, got {GoText.Value(value)}");
            return;
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int index = 0; index < list.Count; index++)
        {
            if (!PathElement.TryItem(schema, list[index], out string step, out string? problem))
            {
                problems.Add($"{PathElement.Show(path)}: element {index}: {problem}");
            }
            else if (!seen.Add(step))
            {
                problems.Add($"{PathElement.Show(path)}: duplicate entries for key {PathElement.Show([step])}");
            }
            else
            {
                path.Add(step);
                Judge(list[index], schema.Item, path, problems);
                path.RemoveAt(path.Count - 1);
            }
        }
    }
}
