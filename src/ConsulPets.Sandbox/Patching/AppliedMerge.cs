using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Patching;

/// <summary>Merges what a manager applies into what is there, and takes out what it no longer wants.</summary>
internal static class AppliedMerge
{
    /// <summary>Merges.</summary>
    /// <param name="live">What is there; not changed.</param>
    /// <param name="wanted">What is applied, whose lists' items can be told apart.</param>
    /// <param name="schema">What is known of them.</param>
    /// <returns>The merged object.</returns>
    public static JsonObject Merge(JsonObject live, JsonObject wanted, ValueSchema schema)
    {
        var result = new JsonObject();
        foreach ((string name, JsonNode? value) in live)
        {
            JsonNode? merged = wanted.TryGetPropertyValue(name, out JsonNode? asked) ? MergeValue(value, asked, schema.Field(name)) : value?.DeepClone();
            if (merged is not null)
            {
                result[name] = merged;
            }
        }

        foreach ((string name, JsonNode? asked) in wanted)
        {
            if (!live.ContainsKey(name) && MergeValue(null, asked, schema.Field(name)) is { } merged)
            {
                result[name] = merged;
            }
        }

        return result;
    }

    /// <summary>Takes fields out.</summary>
    /// <param name="json">The object; not changed.</param>
    /// <param name="schema">What is known of it.</param>
    /// <param name="fields">The fields; with each goes all that is in it.</param>
    /// <returns>What is left. An object or a list in it that is left with nothing is gone too.</returns>
    public static JsonObject Without(JsonObject json, ValueSchema schema, FieldSet fields)
    {
        var result = new JsonObject();
        foreach ((string name, JsonNode? value) in json)
        {
            if (Rest(PathElement.Field(name), value, schema.Field(name), fields) is { } rest)
            {
                result[name] = rest;
            }
        }

        return result;
    }

    // Null when it goes. What is null already means nothing to anybody.
    private static JsonNode? Rest(string step, JsonNode? value, ValueSchema schema, FieldSet fields)
    {
        if (fields.Has(step) || value is null)
        {
            return null;
        }

        if (!fields.TryBelow(step, out FieldSet? below))
        {
            return value.DeepClone();
        }

        JsonNode? rest = value switch
        {
            JsonObject json when schema.Shape != ValueShape.Atomic => Without(json, schema, below),
            JsonArray list when schema.Shape is ValueShape.KeyedList or ValueShape.Set => WithoutItems(list, schema, below),
            _ => value.DeepClone(),
        };
        return rest is JsonObject { Count: 0 } or JsonArray { Count: 0 } ? null : rest;
    }

    private static JsonArray WithoutItems(JsonArray list, ValueSchema schema, FieldSet fields)
    {
        var rest = new JsonArray();
        foreach (JsonNode? item in list)
        {
            JsonNode? kept = PathElement.TryItem(schema, item, out string step, out _) ? Rest(step, item, schema.Item, fields) : item?.DeepClone();
            if (kept is not null)
            {
                rest.Add(kept);
            }
        }

        return rest;
    }

    private static JsonNode? MergeValue(JsonNode? live, JsonNode? wanted, ValueSchema schema) => wanted switch
    {
        JsonObject { Count: > 0 } json when schema.Shape != ValueShape.Atomic => Merge(live as JsonObject ?? [], json, schema),
        JsonObject when schema.Shape != ValueShape.Atomic && live is JsonObject { Count: > 0 } => live.DeepClone(),
        JsonArray list when schema.Shape is ValueShape.KeyedList or ValueShape.Set => MergeItems(live as JsonArray ?? [], list, schema),
        _ => wanted?.DeepClone(),
    };

    // The applied items come in the order in which they are applied; the others stay where they are as far as that allows.
    private static JsonArray MergeItems(JsonArray live, JsonArray wanted, ValueSchema schema)
    {
        List<(string Step, JsonNode Item)> there = ObjectFields.Items(live, schema);
        List<(string Step, JsonNode Item)> asked = ObjectFields.Items(wanted, schema);
        ILookup<string, JsonNode> byStep = there.ToLookup(static item => item.Step, static item => item.Item, StringComparer.Ordinal);
        HashSet<string> isAsked = asked.Select(static item => item.Step).ToHashSet(StringComparer.Ordinal);
        Queue<string> shared = new(asked.Select(static item => item.Step).Where(byStep.Contains));
        HashSet<string> done = new(StringComparer.Ordinal);
        var result = new JsonArray();
        int left = 0;
        foreach ((string step, JsonNode item) in asked)
        {
            // What stands before the next item that both have goes before it.
            while (left < there.Count && !(isAsked.Contains(there[left].Step) && !done.Contains(there[left].Step) && shared.TryPeek(out string? next) && next == there[left].Step))
            {
                if (!isAsked.Contains(there[left].Step))
                {
                    result.Add(there[left].Item.DeepClone());
                }

                left++;
            }

            // Of an item that is there twice, none is the one to merge with.
            JsonNode? match = byStep[step].Count() == 1 ? byStep[step].First() : null;
            result.Add(schema.Shape == ValueShape.Set ? item.DeepClone() : MergeValue(match, item, schema.Item));
            done.Add(step);
            if (shared.TryPeek(out string? awaited) && awaited == step)
            {
                shared.Dequeue();
            }
        }

        foreach ((string step, JsonNode item) in there.Skip(left))
        {
            if (!isAsked.Contains(step))
            {
                result.Add(item.DeepClone());
            }
        }

        return result;
    }
}
