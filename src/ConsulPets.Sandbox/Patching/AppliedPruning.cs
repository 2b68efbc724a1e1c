using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Patching;

/// <summary>Takes out of an object what a manager applied before and no longer does, unless somebody owns it.</summary>
internal static class AppliedPruning
{
    /// <summary>Prunes.</summary>
    /// <param name="merged">The object, what is applied merged into it; not changed.</param>
    /// <param name="schema">What is known of it.</param>
    /// <param name="last">What the manager applied the last time.</param>
    /// <param name="entries">Who owns what from now on, the manager with what it applies now.</param>
    /// <returns>The object without it.</returns>
    public static JsonObject Prune(JsonObject merged, ValueSchema schema, FieldSet last, IReadOnlyList<ManagerEntry> entries)
    {
        if (last.IsEmpty)
        {
            return merged;
        }

        FieldSet all = ObjectFields.Of(merged, schema).WithParents();
        FieldSet applied = last.WithParents();
        FieldSet owned = entries.Aggregate(new FieldSet(), static (set, entry) => set.Union(entry.Fields)).WithParents();

        // All that was applied goes with what is in it; then what anybody owns comes back; then what was never applied, as values that were filled in,
        // comes back too, unless it was in a list's item that goes.
        FieldSet left = Left(merged, schema, applied);
        left = Left(merged, schema, all.Difference(left.Union(owned)));
        return AppliedMerge.Without(merged, schema, all.Difference(left).Intersection(applied));
    }

    private static FieldSet Left(JsonObject merged, ValueSchema schema, FieldSet gone) => ObjectFields.Of(AppliedMerge.Without(merged, schema, gone), schema).WithParents();
}
