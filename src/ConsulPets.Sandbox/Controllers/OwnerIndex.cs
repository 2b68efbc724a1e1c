using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Which objects name which owners, so that an owner's end needs no look at everything.</summary>
internal sealed class OwnerIndex
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<ObjectKey>> byOwner = new(StringComparer.Ordinal);

    /// <summary>Takes note of a change.</summary>
    /// <param name="change">The change.</param>
    public void Note(Change change)
    {
        IReadOnlyList<Owner> before = change.Before is null ? [] : ObjectFacts.Of(change.Before).Owners;
        IReadOnlyList<Owner> after = change.Kind == ChangeKind.Deleted ? [] : ObjectFacts.Of(change.After).Owners;
        if (before.Count + after.Count == 0)
        {
            return;
        }

        lock (gate)
        {
            foreach (Owner owner in before)
            {
                if (byOwner.TryGetValue(owner.Uid, out HashSet<ObjectKey>? dependants) && dependants.Remove(change.After.Key) && dependants.Count == 0)
                {
                    byOwner.Remove(owner.Uid);
                }
            }

            Add(change.After.Key, after);
        }
    }

    /// <summary>Begins anew with all objects, when changes may have been missed.</summary>
    /// <param name="items">The objects.</param>
    public void Reset(IEnumerable<StoredObject> items)
    {
        lock (gate)
        {
            byOwner.Clear();
            foreach (StoredObject item in items)
            {
                Add(item.Key, ObjectFacts.Of(item).Owners);
            }
        }
    }

    /// <summary>The objects that name an owner.</summary>
    /// <param name="uid">The owner's unique ID.</param>
    /// <returns>Their names.</returns>
    public IReadOnlyList<ObjectKey> DependantsOf(string uid)
    {
        lock (gate)
        {
            return byOwner.TryGetValue(uid, out HashSet<ObjectKey>? dependants) ? [.. dependants] : [];
        }
    }

    private void Add(ObjectKey key, IReadOnlyList<Owner> owners)
    {
        foreach (Owner owner in owners)
        {
            if (!byOwner.TryGetValue(owner.Uid, out HashSet<ObjectKey>? dependants))
            {
                byOwner[owner.Uid] = dependants = [];
            }

            dependants.Add(key);
        }
    }
}
