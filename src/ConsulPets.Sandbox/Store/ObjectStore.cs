using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace ConsulPets.Sandbox.Store;

/// <summary>
/// The objects, in memory. Every write has a revision, one higher than the last; the latest changes are remembered so that a watch can begin at a revision that was
/// listed a moment ago. What it holds is bounded by the objects that exist and <see cref="RememberedChanges"/>. All members may be called by any thread.
/// </summary>
public sealed class ObjectStore
{
    /// <summary>How many changes are remembered. A watch that asks for an older one is told to list anew, as etcd's compaction does.</summary>
    public const int RememberedChanges = 4096;

    /// <summary>How many changes may wait for one watcher before it is called too slow and ended.</summary>
    public const int WaitingChanges = 8192;

    private readonly Lock gate = new();
    private readonly Dictionary<(string Group, string Resource), SortedDictionary<(string Namespace, string Name), StoredObject>> objects = [];
    private readonly Queue<Change> history = new();
    private readonly List<Watcher> watchers = [];
    private long forgotten;

    /// <summary>The latest write's revision. It starts above zero, since 0 means "any" in a request.</summary>
    public long Revision { get; private set; } = 1;

    /// <summary>How many watches are open.</summary>
    public int Watchers
    {
        get
        {
            lock (gate)
            {
                return watchers.Count;
            }
        }
    }

    /// <summary>An object.</summary>
    /// <param name="key">Its name.</param>
    /// <returns>The object, or null.</returns>
    public StoredObject? Get(ObjectKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (gate)
        {
            return Find(key);
        }
    }

    /// <summary>The objects of a kind, by namespace and name.</summary>
    /// <param name="group">The API group.</param>
    /// <param name="resource">The plural.</param>
    /// <param name="namespaceName">The namespace; null or empty for all.</param>
    /// <returns>The objects, and the revision at which they were so.</returns>
    public (IReadOnlyList<StoredObject> Items, long Revision) List(string group, string resource, string? namespaceName = null)
    {
        lock (gate)
        {
            IEnumerable<StoredObject> all = objects.TryGetValue((group, resource), out SortedDictionary<(string Namespace, string Name), StoredObject>? found) ? found.Values : [];
            return ([.. string.IsNullOrEmpty(namespaceName) ? all : all.Where(item => item.Namespace == namespaceName)], Revision);
        }
    }

    /// <summary>Writes an object if it is still as the writer saw it.</summary>
    /// <param name="key">The name.</param>
    /// <param name="expected">What the writer saw; null when there was none.</param>
    /// <param name="json">The object to write; it belongs to the store from then on. Its <c>resourceVersion</c> is set here.</param>
    /// <returns>What was written; null when somebody else was faster.</returns>
    public StoredObject? Write(ObjectKey key, StoredObject? expected, JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(json);
        lock (gate)
        {
            if (!ReferenceEquals(Find(key), expected))
            {
                return null;
            }

            Revision++;
            json.Make("metadata")["resourceVersion"] = Revision.ToString(CultureInfo.InvariantCulture);
            var written = new StoredObject(key, json, Revision);
            if (!objects.TryGetValue((key.Group, key.Resource), out SortedDictionary<(string Namespace, string Name), StoredObject>? kind))
            {
                kind = new SortedDictionary<(string Namespace, string Name), StoredObject>(ByNamespaceAndName);
                objects[(key.Group, key.Resource)] = kind;
            }

            kind[(key.Namespace, key.Name)] = written;
            Publish(new Change(expected is null ? ChangeKind.Added : ChangeKind.Modified, written, expected));
            return written;
        }
    }

    /// <summary>Removes an object if it is still as the writer saw it.</summary>
    /// <param name="expected">What the writer saw.</param>
    /// <returns>The object as it last was, with the revision of its removal; null when somebody else was faster.</returns>
    public StoredObject? Remove(StoredObject expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        lock (gate)
        {
            if (!ReferenceEquals(Find(expected.Key), expected))
            {
                return null;
            }

            Revision++;
            objects[(expected.Key.Group, expected.Key.Resource)].Remove((expected.Namespace, expected.Name));
            JsonObject last = expected.Copy();
            last.Make("metadata")["resourceVersion"] = Revision.ToString(CultureInfo.InvariantCulture);
            var removed = new StoredObject(expected.Key, last, Revision);
            Publish(new Change(ChangeKind.Deleted, removed, expected));
            return removed;
        }
    }

    /// <summary>The changes after a revision, as they happen. Ended with <see cref="RevisionExpiredException"/> when the reader falls too far behind.</summary>
    /// <param name="wanted">Which kinds; called under the store's lock, so it only looks at the key.</param>
    /// <param name="after">The revision after which to begin; null for from now on.</param>
    /// <returns>The watch, to be disposed of by whoever reads it.</returns>
    /// <exception cref="RevisionExpiredException">The changes since then are no longer remembered.</exception>
    public StoreWatch Watch(Func<ObjectKey, bool> wanted, long? after = null)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        lock (gate)
        {
            if (after < forgotten)
            {
                throw new RevisionExpiredException(after.Value, forgotten);
            }

            var watcher = new Watcher(wanted, Channel.CreateBounded<Change>(new BoundedChannelOptions(WaitingChanges) { SingleReader = true }));
            foreach (Change change in history.Where(change => after is not null && change.After.Revision > after && wanted(change.After.Key)))
            {
                watcher.Channel.Writer.TryWrite(change);
            }

            watchers.Add(watcher);
            return new StoreWatch(watcher.Channel.Reader, () => Forget(watcher));
        }
    }

    /// <summary>Ends all watches, as an API server that restarts does.</summary>
    /// <param name="which">Which kinds' watches; null for all. Judged by whether the watch wants the key.</param>
    /// <returns>How many were ended.</returns>
    public int EndWatches(ObjectKey? which = null)
    {
        lock (gate)
        {
            Watcher[] ended = [.. watchers.Where(watcher => which is null || watcher.Wanted(which))];
            foreach (Watcher watcher in ended)
            {
                watcher.Channel.Writer.TryComplete();
                watchers.Remove(watcher);
            }

            return ended.Length;
        }
    }

    /// <summary>Forgets all remembered changes, as etcd's compaction does: every watch from an earlier revision is then refused.</summary>
    public void Compact()
    {
        lock (gate)
        {
            history.Clear();
            forgotten = Revision;
        }
    }

    private static readonly Comparer<(string Namespace, string Name)> ByNamespaceAndName = Comparer<(string Namespace, string Name)>.Create(static (one, other) =>
        string.CompareOrdinal(one.Namespace, other.Namespace) is var order and not 0 ? order : string.CompareOrdinal(one.Name, other.Name));

    private StoredObject? Find(ObjectKey key) =>
        objects.TryGetValue((key.Group, key.Resource), out SortedDictionary<(string Namespace, string Name), StoredObject>? kind) ? kind.GetValueOrDefault((key.Namespace, key.Name)) : null;

    private void Publish(Change change)
    {
        history.Enqueue(change);
        while (history.Count > RememberedChanges)
        {
            forgotten = history.Dequeue().After.Revision;
        }

        for (int index = watchers.Count - 1; index >= 0; index--)
        {
            Watcher watcher = watchers[index];
            if (watcher.Wanted(change.After.Key) && !watcher.Channel.Writer.TryWrite(change))
            {
                watcher.Channel.Writer.TryComplete(new RevisionExpiredException(change.After.Revision, change.After.Revision));
                watchers.RemoveAt(index);
            }
        }
    }

    private void Forget(Watcher watcher)
    {
        lock (gate)
        {
            watchers.Remove(watcher);
            watcher.Channel.Writer.TryComplete();
        }
    }

    private sealed record Watcher(Func<ObjectKey, bool> Wanted, Channel<Change> Channel);
}
