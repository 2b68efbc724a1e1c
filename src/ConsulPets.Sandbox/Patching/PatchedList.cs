using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Patching;

/// <summary>Lists in strategic merge patches: merging by key, and the order of what comes out.</summary>
internal static class PatchedList
{
    /// <summary>Merges a patch's list into a list.</summary>
    /// <param name="original">The list; not changed.</param>
    /// <param name="patch">The patch's.</param>
    /// <param name="schema">What is known of it: a list that patches merge.</param>
    /// <returns>A new list.</returns>
    public static JsonArray Merge(JsonArray original, JsonArray patch, ValueSchema schema) =>
        schema.PatchKey is { } key ? MergeObjects(original, patch, key, schema.Item) : MergeValues(original, patch);

    /// <summary>Removes values from a list.</summary>
    /// <param name="original">The list, changed in place; null for none.</param>
    /// <param name="values">The values.</param>
    public static void DeleteValues(JsonArray? original, JsonArray values)
    {
        for (int index = (original?.Count ?? 0) - 1; index >= 0; index--)
        {
            if (values.Any(value => JsonNode.DeepEquals(value, original![index])))
            {
                original!.RemoveAt(index);
            }
        }
    }

    /// <summary>Requires that a patch names its items in the order that it asks for.</summary>
    /// <param name="patch">The patch's list; null for none.</param>
    /// <param name="order">The order.</param>
    /// <param name="key">The field that tells items apart; null for values.</param>
    public static void RequireOrder(JsonArray? patch, JsonArray order, string? key)
    {
        int last = -1;
        foreach (JsonNode? item in patch ?? [])
        {
            if (item is JsonObject json && json.ContainsKey(StrategicMergePatch.Directive))
            {
                continue;
            }

            int index = IndexIn(order, item, key);
            if (index < last)
            {
                throw StrategicMergePatch.Refusal($"The order in patch list:\n{GoText.Of(patch)}\n doesn't match $setElementOrder list:\n{GoText.Of(order)}\n");
            }

            last = index < 0 ? throw StrategicMergePatch.Refusal("invalid patch format of setElementOrder list") : index;
        }
    }

    /// <summary>Puts a list into the order that a patch asks for. What the patch does not know of stays where it was as far as that allows.</summary>
    /// <param name="list">The list; not changed.</param>
    /// <param name="order">The order: items, or objects with their key only.</param>
    /// <param name="before">The list as it was before the patch.</param>
    /// <param name="key">The field that tells items apart; null for values.</param>
    /// <returns>A new list.</returns>
    public static JsonArray Sort(JsonArray list, JsonArray order, JsonArray before, string? key) => Interleave(list, order, before, key);

    private static JsonArray MergeValues(JsonArray original, JsonArray patch)
    {
        List<JsonNode?> all = [];
        foreach (JsonNode? value in original.Concat(patch))
        {
            if (!all.Exists(other => JsonNode.DeepEquals(other, value)))
            {
                all.Add(value);
            }
        }

        return Interleave(all, patch, original, null);
    }

    private static JsonArray MergeObjects(JsonArray original, JsonArray patch, string key, ValueSchema items)
    {
        if (patch.Any(static item => item is not JsonObject))
        {
            throw StrategicMergePatch.Refusal($"list element types are not identical: [{GoText.Of(original)} {GoText.Of(patch)}]");
        }

        if (patch.Any(static item => item![StrategicMergePatch.Directive].Text() == "replace"))
        {
            return (JsonArray)StrategicMergePatch.Plain(new JsonArray([.. patch.Where(static item => item![StrategicMergePatch.Directive] is null).Select(static item => item!.DeepClone())]))!;
        }

        List<JsonNode?> all = [.. original];
        List<JsonNode?> named = [];
        foreach (JsonObject item in patch.OfType<JsonObject>())
        {
            string? directive = item[StrategicMergePatch.Directive].Text();
            if (item[key] is null)
            {
                throw StrategicMergePatch.Refusal($"map: {GoText.Of(item)} does not contain declared merge key: {key}");
            }

            if (directive == "delete")
            {
                all.RemoveAll(other => IsSame(other, item, key));
                continue;
            }

            if (directive is not (null or "merge"))
            {
                throw StrategicMergePatch.UnknownDirective(item);
            }

            named.Add(item);
            int index = all.FindIndex(other => IsSame(other, item, key));
            if (index < 0)
            {
                all.Add(StrategicMergePatch.Plain(item));
            }
            else
            {
                all[index] = StrategicMergePatch.Merge((JsonObject)all[index]!.DeepClone(), item, items);
            }
        }

        return Interleave(all, named, original, key);
    }

    // The items that the patch names come in its order, the others in theirs; one of the others stands before the first named one that it stood before.
    private static JsonArray Interleave(IEnumerable<JsonNode?> all, IList<JsonNode?> order, IList<JsonNode?> before, string? key)
    {
        ILookup<bool, JsonNode?> parts = all.ToLookup(item => IndexIn(order, item, key) >= 0);
        JsonNode?[] named = [.. parts[true].OrderBy(item => IndexIn(order, item, key))];
        Queue<JsonNode?> others = new(parts[false].OrderBy(item => IndexIn(before, item, key)));
        var result = new JsonArray();
        foreach (JsonNode? item in named)
        {
            int place = IndexIn(before, item, key);
            while (place >= 0 && others.TryPeek(out JsonNode? other) && IndexIn(before, other, key) is int otherPlace && otherPlace >= 0 && otherPlace < place)
            {
                result.Add(others.Dequeue()?.DeepClone());
            }

            result.Add(item?.DeepClone());
        }

        foreach (JsonNode? other in others)
        {
            result.Add(other?.DeepClone());
        }

        return result;
    }

    private static int IndexIn(IList<JsonNode?> list, JsonNode? item, string? key)
    {
        for (int index = 0; index < list.Count; index++)
        {
            if (IsSame(list[index], item, key))
            {
                return index;
            }
        }

        return -1;
    }

    private static bool IsSame(JsonNode? left, JsonNode? right, string? key) =>
        key is null ? JsonNode.DeepEquals(left, right) : left.At(key) is { } value && JsonNode.DeepEquals(value, right.At(key));
}
