using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Patching;

/// <summary>The rules of owning fields that hold for updates and for server-side apply.</summary>
internal static class FieldOwnership
{
    private static readonly FieldSet Nothing = new();
    private static readonly FieldSet Status = FieldSet.OfFields("status");
    private static readonly FieldSet Spec = FieldSet.OfFields("spec");

    // What nobody can own, since it is the API server's (k8s.io/apimachinery, util/managedfields: stripmeta.go).
    private static readonly FieldSet Untracked = FieldSet.OfFields(
        "apiVersion",
        "kind",
        "metadata",
        "metadata.name",
        "metadata.namespace",
        "metadata.creationTimestamp",
        "metadata.selfLink",
        "metadata.uid",
        "metadata.clusterName",
        "metadata.generation",
        "metadata.managedFields",
        "metadata.resourceVersion");

    /// <summary>What a write cannot set, and so cannot own: the status of an object with a path for it, or, through that path, the rest.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="subresource">The subresource that is written through; null for none.</param>
    /// <returns>The fields, each standing for all that is in it.</returns>
    public static FieldSet Ignored(ResourceKind kind, string? subresource) => !kind.HasStatus ? Nothing : subresource == "status" ? Spec : Status;

    /// <summary>Takes what nobody can own out of a set.</summary>
    /// <param name="fields">The set.</param>
    /// <returns>The rest.</returns>
    public static FieldSet Tracked(FieldSet fields) => fields.Difference(Untracked);

    /// <summary>Takes what a write has changed or removed from those who had it.</summary>
    /// <param name="entries">The entries; changed in place.</param>
    /// <param name="comparison">What the write changed.</param>
    public static void Take(List<ManagerEntry> entries, FieldComparison comparison)
    {
        FieldSet changed = comparison.Modified.Union(comparison.Added);
        for (int index = 0; index < entries.Count; index++)
        {
            ManagerEntry entry = entries[index];
            if (entry.Has(changed) || entry.Has(comparison.Removed))
            {
                entries[index] = entry.With(entry.Fields.Difference(changed).Difference(comparison.Removed), entry.Time);
            }
        }

        entries.RemoveAll(static entry => entry.IsEmpty);
    }

    /// <summary>The object without its <c>managedFields</c>, which are compared otherwise.</summary>
    /// <param name="json">The object.</param>
    /// <returns>A copy.</returns>
    public static JsonObject WithoutRecord(JsonObject json)
    {
        var copy = (JsonObject)json.DeepClone();
        copy.Part("metadata")?.Remove("managedFields");
        return copy;
    }
}
