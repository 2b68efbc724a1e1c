using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Admission;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Patching;

/// <summary>Server-side apply (Kubernetes documentation, Server-Side Apply).</summary>
public static class ServerSideApply
{
    // Who owns what was there before anybody applied or updates were recorded.
    private const string BeforeFirstApply = "before-first-apply";

    private static readonly string[] Kept = ["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink"];

    // These may be applied, and have to be right then.
    private static readonly string[] Preconditions = ["uid", "resourceVersion"];

    /// <summary>Applies what a manager wants. Gives the object to write, its <c>managedFields</c> kept.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="live">What is there; null when there is nothing.</param>
    /// <param name="wanted">What the manager wants, with the fields that it has an opinion on and no others; through the subresource <c>scale</c>, a Scale.</param>
    /// <param name="write">Who wants it.</param>
    /// <param name="isForced">Whether fields of other managers are taken over.</param>
    /// <returns>The object to write. It equals <paramref name="live"/> when nothing changes, the times in its <c>managedFields</c> included.</returns>
    /// <exception cref="ApiException">Another manager owns a field, with another value; or the wanted object makes no sense.</exception>
    public static JsonObject Apply(ResourceKind kind, JsonObject? live, JsonObject wanted, FieldWrite write, bool isForced)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(write);
        wanted = Scaled(kind, wanted, write);
        Require(kind, wanted, write);
        JsonObject there = live is null ? [] : FieldOwnership.WithoutRecord(live);
        List<ManagerEntry> before = ManagerEntry.Read(live, isTrusted: true) ?? throw new ApiException(500, string.Empty, "failed to decode managed fields");
        if (before.Count == 0 && live is not null)
        {
            before = FirstEntries(kind, there, write);
        }

        (JsonObject result, List<ManagerEntry> after) = Carry(kind, there, wanted, write, before, isForced);
        if (live is not null && IsSame(kind, there, result))
        {
            if (ManagerEntry.AreSame(before, after) && live.At("metadata", "managedFields") is not null)
            {
                return (JsonObject)live.DeepClone();
            }

            result = there;
        }

        ManagerEntry.Write(result, after);
        return result;
    }

    private static (JsonObject Result, List<ManagerEntry> Entries) Carry(
        ResourceKind kind, JsonObject there, JsonObject wanted, FieldWrite write, List<ManagerEntry> before, bool isForced)
    {
        ValueSchema schema = ListSchema.Of(kind);
        FieldSet ignored = FieldOwnership.Ignored(kind, write.Subresource);
        ManagerEntry own = ManagerEntry.Of(write, true, ObjectFields.Of(wanted, schema).Difference(ignored, isDeep: true));
        FieldSet last = before.Find(own.IsSameManager)?.Fields ?? new FieldSet();
        List<ManagerEntry> others = [.. before.Where(entry => !entry.IsSameManager(own))];
        JsonObject result = AppliedPruning.Prune(AppliedMerge.Merge(there, wanted, schema), schema, last, [.. others, own]);
        Restore(kind, there, result, write);
        FieldComparison comparison = FieldComparison.Of(there, result, schema, ignored);
        IReadOnlyList<ApplyConflict> conflicts = isForced ? [] : ApplyConflict.All(others, comparison);
        if (conflicts.Count > 0 && write.Manager == LastApplied.Manager)
        {
            conflicts = LastApplied.Unexpected(kind, there, conflicts);
        }

        if (conflicts.Count > 0)
        {
            throw ApplyConflict.Refusal(conflicts);
        }

        FieldOwnership.Take(others, comparison);
        if (write.Manager == LastApplied.Manager)
        {
            LastApplied.Refresh(result, wanted);
        }

        FieldSet fields = FieldOwnership.Tracked(own.Fields);
        return (result, fields.IsEmpty ? others : [.. others, own.With(fields, own.Time)]);
    }

    // What no manager can set is as it was, whatever is applied: a template that somebody wrote out says "creationTimestamp: null".
    private static void Restore(ResourceKind kind, JsonObject there, JsonObject result, FieldWrite write)
    {
        result["apiVersion"] = kind.ApiVersion();
        result["kind"] = kind.Kind;
        JsonObject metadata = result.Make("metadata");
        foreach (string name in Kept)
        {
            Put(metadata, name, there.At("metadata", name));
        }

        foreach (string name in Preconditions)
        {
            Put(metadata, name, metadata[name] ?? there.At("metadata", name));
        }

        if (kind.HasStatus && there.ContainsKey("metadata"))
        {
            string ignored = write.Subresource == "status" ? "spec" : "status";
            Put(result, ignored, there[ignored]);
        }
    }

    private static void Put(JsonObject json, string name, JsonNode? value)
    {
        if (value is null)
        {
            json.Remove(name);
        }
        else if (!ReferenceEquals(value, json[name]))
        {
            json[name] = value.DeepClone();
        }
    }

    // Whether there is nothing to write but the record: what is only written in another way, like a quantity, is the same after its defaults were filled in.
    private static bool IsSame(ResourceKind kind, JsonObject there, JsonObject result)
    {
        if (JsonNode.DeepEquals(there, result))
        {
            return true;
        }

        var filled = (JsonObject)result.DeepClone();
        Defaults.Fill(AdmissionContext.WithoutObjects(), kind, filled, there);
        return JsonNode.DeepEquals(there, filled);
    }

    private static List<ManagerEntry> FirstEntries(ResourceKind kind, JsonObject there, FieldWrite write)
    {
        FieldComparison everything = FieldComparison.Of(null, there, ListSchema.Of(kind), FieldOwnership.Ignored(kind, write.Subresource));
        FieldSet fields = FieldOwnership.Tracked(everything.Added.Union(everything.Modified));
        return fields.IsEmpty ? [] : [ManagerEntry.Of(write with { Manager = BeforeFirstApply }, false, fields)];
    }

    private static JsonObject Scaled(ResourceKind kind, JsonObject wanted, FieldWrite write)
    {
        if (write.Subresource != "scale" || wanted.Text("kind") != "Scale")
        {
            return wanted;
        }

        var scaled = new JsonObject { ["apiVersion"] = write.ApiVersion, ["kind"] = kind.Kind, ["metadata"] = wanted["metadata"]?.DeepClone() ?? new JsonObject() };
        if (wanted.At("spec", "replicas") is { } replicas)
        {
            scaled["spec"] = new JsonObject { ["replicas"] = replicas.DeepClone() };
        }

        return scaled;
    }

    private static void Require(ResourceKind kind, JsonObject wanted, FieldWrite write)
    {
        string version = wanted.Text("apiVersion") ?? string.Empty;
        if (version != write.ApiVersion || wanted.Text("kind") != kind.Kind)
        {
            throw ApiException.BadRequest($"invalid object type: {version}, Kind={wanted.Text("kind")}");
        }

        if (wanted.At("metadata", "managedFields") is not null)
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }

        IReadOnlyList<string> problems = ObjectFields.Problems(wanted, ListSchema.Of(kind));
        if (problems.Count > 0)
        {
            string group = version.Contains('/', StringComparison.Ordinal) ? version : "/" + version;
            string subject = $"{wanted.Text("metadata", "namespace")}/{wanted.Text("metadata", "name")}; {group}, Kind={kind.Kind}";
            string text = problems.Count == 1 ? problems[0] : "errors:\n" + string.Join("\n", problems.Select(static problem => "  " + problem));
            throw new ApiException(500, string.Empty, $"failed to create typed patch object ({subject}): {text}");
        }
    }
}
