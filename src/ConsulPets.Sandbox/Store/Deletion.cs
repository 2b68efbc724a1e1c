using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Store;

/// <summary>What a request to delete writes into an object's metadata.</summary>
internal static class Deletion
{
    /// <summary>The finalizer that holds an owner until its dependants are gone.</summary>
    public const string Foreground = "foregroundDeletion";

    /// <summary>The finalizer that holds an owner until its dependants are released.</summary>
    public const string Orphan = "orphan";

    /// <summary>Marks an object as being deleted.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="json">The object; changed in place.</param>
    /// <param name="request">How it is to be deleted.</param>
    /// <param name="now">The time.</param>
    public static void Mark(ResourceKind kind, JsonObject json, DeleteRequest request, DateTimeOffset now)
    {
        JsonObject metadata = json.Make("metadata");
        long grace = Grace(kind, json, request);
        bool wasMarked = metadata.Text("deletionTimestamp") is not null;

        // A second request may shorten the time, never lengthen it.
        if (!wasMarked || grace < (metadata.Number("deletionGracePeriodSeconds") ?? 0))
        {
            metadata["deletionTimestamp"] = JsonText.Timestamp(now.AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
            if (kind.HasGeneration && !wasMarked)
            {
                metadata["generation"] = (metadata.Number("generation") ?? 0) + 1;
            }
        }

        if (request.Propagation is not null)
        {
            Propagate(metadata, request.Propagation);
        }

        if (kind == ResourceKinds.Namespaces)
        {
            json.Make("status")["phase"] = "Terminating";
        }
    }

    // A pod that runs nowhere has nothing to end.
    private static long Grace(ResourceKind kind, JsonObject json, DeleteRequest request) =>
        kind != ResourceKinds.Pods || json.Text("spec", "nodeName") is not { Length: > 0 } || json.Text("status", "phase") is "Succeeded" or "Failed"
            ? 0
            : request.GracePeriodSeconds ?? json.Number("spec", "terminationGracePeriodSeconds") ?? 30;

    private static void Propagate(JsonObject metadata, string propagation)
    {
        string[] kept = [.. metadata.Texts("finalizers").Where(static name => name is not (Foreground or Orphan))];
        string[] finalizers = propagation switch
        {
            "Foreground" => [.. kept, Foreground],
            "Orphan" => [.. kept, Orphan],
            _ => kept,
        };
        if (finalizers.Length == 0)
        {
            metadata.Remove("finalizers");
        }
        else
        {
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(static name => (JsonNode)name)]);
        }
    }
}
