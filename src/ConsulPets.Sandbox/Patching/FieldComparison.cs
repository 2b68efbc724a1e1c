using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Patching;

/// <summary>What differs between two versions of an object. A path is in one of the three sets at most.</summary>
internal sealed class FieldComparison
{
    // Where the comparison is: names of fields, and steps of items. Steps are only made of names where something differs.
    private readonly List<(string Text, bool IsField)> path = [];

    private FieldComparison()
    {
    }

    /// <summary>What only the later one has.</summary>
    public FieldSet Added { get; private set; } = new();

    /// <summary>What both have, with different values.</summary>
    public FieldSet Modified { get; private set; } = new();

    /// <summary>What only the earlier one has.</summary>
    public FieldSet Removed { get; private set; } = new();

    /// <summary>Whether nothing differs.</summary>
    public bool IsSame => Added.IsEmpty && Modified.IsEmpty && Removed.IsEmpty;

    private string[] Path => [.. path.Select(static step => step.IsField ? PathElement.Field(step.Text) : step.Text)];

    /// <summary>Compares two versions.</summary>
    /// <param name="before">The earlier one; null when there was none.</param>
    /// <param name="after">The later one.</param>
    /// <param name="schema">What is known of them.</param>
    /// <param name="ignored">Paths that are left out, with all that is below them.</param>
    /// <returns>What differs.</returns>
    public static FieldComparison Of(JsonObject? before, JsonObject after, ValueSchema schema, FieldSet ignored)
    {
        var comparison = new FieldComparison();
        comparison.CompareFields(before ?? [], after, schema);
        comparison.Added = comparison.Added.Difference(ignored, isDeep: true);
        comparison.Modified = comparison.Modified.Difference(ignored, isDeep: true);
        comparison.Removed = comparison.Removed.Difference(ignored, isDeep: true);
        return comparison;
    }

    private void CompareFields(JsonObject? before, JsonObject? after, ValueSchema schema)
    {
        if (after is not null)
        {
            foreach ((string name, _) in after)
            {
                ValueSchema field = schema.Field(name);
                Step(name, true, Value(before, name, field), Value(after, name, field), field);
            }
        }

        if (before is not null)
        {
            foreach ((string name, JsonNode? earlier) in before)
            {
                if (after is null || !after.ContainsKey(name))
                {
                    ValueSchema field = schema.Field(name);
                    Step(name, true, earlier, Value(after, name, field), field);
                }
            }
        }
    }

    // Fields that the API server always writes are there in every object that is.
    private static JsonNode? Value(JsonObject? json, string name, ValueSchema schema) => json is null ? null : json[name] ?? schema.DefaultValue;

    private void Step(string step, bool isField, JsonNode? before, JsonNode? after, ValueSchema schema)
    {
        if (!ReferenceEquals(before, after))
        {
            path.Add((step, isField));
            Compare(before, after, schema);
            path.RemoveAt(path.Count - 1);
        }
    }

    private void Compare(JsonNode? before, JsonNode? after, ValueSchema schema)
    {
        bool isEmpty = before is null or JsonObject { Count: 0 } or JsonArray { Count: 0 } && after is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };
        if (!isEmpty && schema.Shape == ValueShape.Plain && IsBranch<JsonObject>(before, after))
        {
            Mark(before, after);
            CompareFields(before as JsonObject, after as JsonObject, schema);
        }
        else if (!isEmpty && schema.Shape is ValueShape.KeyedList or ValueShape.Set && IsBranch<JsonArray>(before, after))
        {
            Mark(before, after);
            CompareItems(before as JsonArray, after as JsonArray, schema);
        }
        else if (before is null || after is null)
        {
            Mark(before, after);
        }
        else if (!JsonNode.DeepEquals(before, after))
        {
            Modified.Add(Path);
        }
    }

    // An object or a list on both sides, or on one while the other has nothing.
    private static bool IsBranch<T>(JsonNode? before, JsonNode? after)
        where T : JsonNode => before is T or null && after is T or null;

    // Who makes an object in an object comes to own that it is there, and not only what is in it.
    private void Mark(JsonNode? before, JsonNode? after)
    {
        if (before is null || after is null)
        {
            (before is null ? Added : Removed).Add(Path);
        }
    }

    private void CompareItems(JsonArray? before, JsonArray? after, ValueSchema schema)
    {
        // Most lists are as they were, and telling their items apart takes longer than seeing that.
        if (JsonNode.DeepEquals(before, after))
        {
            return;
        }

        ILookup<string, JsonNode> earlier = ObjectFields.Items(before, schema).ToLookup(static item => item.Step, static item => item.Item, StringComparer.Ordinal);
        ILookup<string, JsonNode> later = ObjectFields.Items(after, schema).ToLookup(static item => item.Step, static item => item.Item, StringComparer.Ordinal);
        foreach (string step in earlier.Select(static group => group.Key).Union(later.Select(static group => group.Key)))
        {
            JsonNode[] left = [.. earlier[step]];
            JsonNode[] right = [.. later[step]];
            if (left.Length <= 1 && right.Length <= 1)
            {
                Step(step, false, left.FirstOrDefault(), right.FirstOrDefault(), ItemSchema(schema));
                continue;
            }

            CompareDuplicates(step, left, right, schema);
        }
    }

    // The parts of a set's item are none; an item is never there by default.
    private static ValueSchema ItemSchema(ValueSchema list) => list.Shape == ValueShape.Set ? ValueSchema.Unknown : list.Item;

    // Items that are there twice are one value together.
    private void CompareDuplicates(string step, JsonNode[] left, JsonNode[] right, ValueSchema schema)
    {
        path.Add((step, false));
        if (left.Length > 1 && right.Length > 1)
        {
            if (left.Length != right.Length || !left.Zip(right, JsonNode.DeepEquals).All(static isSame => isSame))
            {
                Modified.Add(Path);
            }
        }
        else if (left.Length > 1)
        {
            if (right.Length == 1)
            {
                Compare(null, right[0], ItemSchema(schema));
            }

            Removed.Add(Path);
        }
        else
        {
            if (left.Length == 1)
            {
                Compare(left[0], null, ItemSchema(schema));
            }

            Added.Add(Path);
        }

        path.RemoveAt(path.Count - 1);
    }
}
