using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Patching;

/// <summary>Keeps <c>metadata.managedFields</c>: which manager set which field (Kubernetes documentation, Server-Side Apply).</summary>
public static class ManagedFields
{
    private static readonly FieldSet Record = FieldSet.OfFields("metadata.managedFields");

    /// <summary>Records an update: what it changed is the writer's from now on.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="before">The object before; null when it was created.</param>
    /// <param name="after">The object after; its <c>managedFields</c> are changed in place.</param>
    /// <param name="write">Who wrote.</param>
    public static void RecordUpdate(ResourceKind kind, JsonObject? before, JsonObject after, FieldWrite write)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(write);
        if (Start(before, after, write) is not { } entries)
        {
            after.Part("metadata")?.Remove("managedFields");
            return;
        }

        FieldComparison comparison = FieldComparison.Of(before, after, ListSchema.Of(kind), FieldOwnership.Ignored(kind, write.Subresource).Union(Record));
        if (comparison.IsSame && before is not null)
        {
            Settle(before, after, entries);
            return;
        }

        FieldOwnership.Take(entries, comparison);
        FieldSet own = FieldOwnership.Tracked(comparison.Modified.Union(comparison.Added));
        if (!own.IsEmpty)
        {
            Give(entries, ManagerEntry.Of(write, false, own));
        }

        ManagerEntry.Cap(entries);
        ManagerEntry.Write(after, entries);
    }

    // The entries to start from; null when nobody keeps a record of this object. A client may write them itself, as kubectl does when it moves from
    // client-side to server-side apply, and empty them (Kubernetes documentation, Server-Side Apply, Clearing managedFields); a subresource's client may not.
    private static List<ManagerEntry>? Start(JsonObject? before, JsonObject after, FieldWrite write)
    {
        List<ManagerEntry>? entries = null;
        bool isReset = false;
        if (write.Subresource is not { Length: > 0 } && after.At("metadata", "managedFields") is JsonArray given && !JsonNode.DeepEquals(given, before.At("metadata", "managedFields")))
        {
            entries = ManagerEntry.Read(after, isTrusted: false);
            isReset = given.Count == 0 || (given.Count == 1 && given[0] is JsonObject { Count: 0 });
        }

        if (entries is not { Count: > 0 } && !isReset)
        {
            entries = ManagerEntry.Read(before, isTrusted: true);
        }

        return before is null || entries is { Count: > 0 } ? entries ?? [] : null;
    }

    // Nothing but the record itself may have changed; times alone are no change.
    private static void Settle(JsonObject before, JsonObject after, List<ManagerEntry> entries)
    {
        JsonNode? earlier = before.At("metadata", "managedFields");
        if (earlier is not null && JsonNode.DeepEquals(earlier, after.At("metadata", "managedFields")))
        {
            return;
        }

        if (earlier is not null && ManagerEntry.AreSame(ManagerEntry.Read(before, isTrusted: true) ?? [], entries))
        {
            after.Make("metadata")["managedFields"] = earlier.DeepClone();
        }
        else
        {
            ManagerEntry.Write(after, entries);
        }
    }

    private static void Give(List<ManagerEntry> entries, ManagerEntry entry)
    {
        int index = entries.FindIndex(entry.IsSameManager);
        ManagerEntry? earlier = index < 0 ? null : entries[index];

        // A scale is recorded without a time (k8s.io/apimachinery, util/managedfields: scalehandler.go).
        string? time = entry.Subresource == "scale" ? earlier?.Time : entry.Time;
        ManagerEntry result = entry.With(earlier is null ? entry.Fields : entry.Fields.Union(earlier.Fields), time);
        if (index < 0)
        {
            entries.Add(result);
        }
        else
        {
            entries[index] = result;
        }
    }
}
