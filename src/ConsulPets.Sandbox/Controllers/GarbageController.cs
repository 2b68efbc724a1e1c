using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Deletes what its owners left behind, and ends the deletions that wait for dependants or release them.</summary>
internal sealed class GarbageController : KeyedController
{
    private readonly OwnerIndex index = new();

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public GarbageController(ControllerContext context)
        : base(context, "garbage-collector-controller")
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource != "events";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All()
    {
        StoredObject[] all = [.. ResourceKinds.All.Where(static kind => kind != ResourceKinds.Events).SelectMany(kind => Registry.List(kind))];
        index.Reset(all);
        return all.Where(IsOfConcern).Select(static item => item.Key);
    }

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change)
    {
        index.Note(change);
        StoredObject item = change.After;
        var keys = new List<ObjectKey>();
        if (change.Kind == ChangeKind.Deleted)
        {
            keys.AddRange(index.DependantsOf(item.Uid));

            // An owner may have waited for this one.
            keys.AddRange(ObjectFacts.Of(item).Owners.Select(owner => owner.Key(item.Namespace)).OfType<ObjectKey>());
            return keys;
        }

        bool hasNewOwners = change.Before is null || !ReferencesEqual(change.Before, item);
        bool isNewlyEnding = item.IsBeingDeleted && Finalizer(item) is not null;
        if ((hasNewOwners && ObjectFacts.Of(item).Owners.Count > 0) || isNewlyEnding)
        {
            keys.Add(item.Key);
        }

        if (isNewlyEnding)
        {
            keys.AddRange(index.DependantsOf(item.Uid));
        }

        if (hasNewOwners && change.Before is not null)
        {
            keys.AddRange(ObjectFacts.Of(change.Before).Owners.Select(owner => owner.Key(item.Namespace)).OfType<ObjectKey>());
        }

        return keys;
    }

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { } item || ResourceKinds.Find(key.Group, key.Resource) is not { } kind)
        {
            return null;
        }

        if (item.IsBeingDeleted)
        {
            End(kind, item);
        }

        // One that is being deleted in the foreground already waits for its own dependants.
        else if (ObjectFacts.Of(item).Owners.Count > 0)
        {
            Judge(kind, item);
        }

        return null;
    }

    private static bool ReferencesEqual(StoredObject one, StoredObject other) => JsonNode.DeepEquals(one.Json.At("metadata", "ownerReferences"), other.Json.At("metadata", "ownerReferences"));

    private static string? Finalizer(StoredObject item) => item.Json.Texts("metadata", "finalizers").FirstOrDefault(static name => name is Deletion.Foreground or Deletion.Orphan);

    private static bool IsOfConcern(StoredObject item) => ObjectFacts.Of(item).Owners.Count > 0 || (item.IsBeingDeleted && Finalizer(item) is not null);

    private void End(ResourceKind kind, StoredObject item)
    {
        string? finalizer = Finalizer(item);
        if (finalizer is null)
        {
            return;
        }

        IReadOnlyList<ObjectKey> dependants = index.DependantsOf(item.Uid);
        if (finalizer == Deletion.Orphan)
        {
            foreach (ObjectKey dependant in dependants)
            {
                DropReferences(dependant, owner => owner == item.Uid);
            }
        }
        else if (Blocking(item, dependants) is { Count: > 0 } blocking)
        {
            foreach (ObjectKey dependant in blocking)
            {
                Wake(dependant);
            }

            return;
        }

        Registry.Update(kind, item.Namespace, item.Name, json => json.Text("metadata", "uid") == item.Uid ? ClaimRules.SetFinalizer(json, finalizer, false) : null, WriteRequest.Controller);
    }

    private List<ObjectKey> Blocking(StoredObject owner, IReadOnlyList<ObjectKey> dependants) =>
    [
        .. dependants.Where(key => Registry.Store.Get(key) is { } dependant && ObjectFacts.Of(dependant).Owners.Any(reference => reference.Uid == owner.Uid && reference.BlocksDeletion)),
    ];

    private void Judge(ResourceKind kind, StoredObject item)
    {
        IReadOnlyList<Owner> owners = ObjectFacts.Of(item).Owners;
        OwnerState[] states = [.. owners.Select(owner => StateOf(owner, item))];
        GarbageVerdict verdict = GarbageRules.Judge(states, index.DependantsOf(item.Uid).Count > 0);
        switch (verdict)
        {
            case GarbageVerdict.DropReferences:
                HashSet<string> gone = [.. owners.Zip(states).Where(static pair => pair.Second != OwnerState.Solid).Select(static pair => pair.First.Uid)];
                DropReferences(item.Key, gone.Contains);
                break;
            case GarbageVerdict.DeleteInBackground or GarbageVerdict.DeleteInForeground:
                string propagation = verdict == GarbageVerdict.DeleteInForeground ? "Foreground" : "Background";
                Registry.Delete(kind, item.Namespace, item.Name, new DeleteRequest(Propagation: propagation, Uid: item.Uid));
                break;
            default:
                break;
        }
    }

    private OwnerState StateOf(Owner owner, StoredObject dependant)
    {
        // Of a kind that is not served nobody can say that it is gone.
        if (owner.Key(dependant.Namespace) is not { } key)
        {
            return OwnerState.Solid;
        }

        StoredObject? found = Registry.Store.Get(key);
        return found is null || found.Uid != owner.Uid ? OwnerState.Absent
            : found.IsBeingDeleted && Finalizer(found) == Deletion.Foreground && owner.BlocksDeletion ? OwnerState.WaitsForDependants
            : OwnerState.Solid;
    }

    private void DropReferences(ObjectKey key, Func<string, bool> isDropped)
    {
        if (Registry.Store.Get(key) is null || ResourceKinds.Find(key.Group, key.Resource) is not { } kind)
        {
            return;
        }

        Registry.Update(
            kind,
            key.Namespace,
            key.Name,
            json =>
            {
                JsonNode[] kept = [.. json.Items("metadata", "ownerReferences").Where(item => !isDropped(item.Text("uid") ?? string.Empty)).Select(static item => item.DeepClone())];
                JsonObject metadata = json.Make("metadata");
                if (kept.Length == 0)
                {
                    metadata.Remove("ownerReferences");
                }
                else
                {
                    metadata["ownerReferences"] = new JsonArray(kept);
                }

                return json;
            },
            WriteRequest.Controller);
    }
}
