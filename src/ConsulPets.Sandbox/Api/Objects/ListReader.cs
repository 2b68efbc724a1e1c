using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Reads pages of lists. All pages of one list show the objects as they were when its first page was read.</summary>
internal sealed class ListReader
{
    /// <summary>How many lists may be half read at a time; the oldest is forgotten first.</summary>
    public const int OpenLists = 32;

    private readonly ObjectStore store;
    private readonly Lock gate = new();
    private readonly List<Snapshot> snapshots = [];

    /// <summary>Makes one.</summary>
    /// <param name="store">The objects.</param>
    public ListReader(ObjectStore store) => this.store = store;

    /// <summary>Reads a page.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="namespaceName">The namespace; empty for all.</param>
    /// <param name="options">What is wanted.</param>
    /// <returns>The page.</returns>
    /// <exception cref="ApiException">The list that is to be continued is forgotten, or a revision is asked for that cannot be shown.</exception>
    public ListPage Read(ResourceKind kind, string namespaceName, ListOptions options)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(options);
        ContinueToken? token = options.Continue.Length == 0 ? null : ContinueToken.Parse(options.Continue);
        if (token is not null && options.ResourceVersion is > 0)
        {
            throw ApiException.BadRequest("specifying resource version is not allowed when using continue");
        }

        Snapshot snapshot = Open(kind, namespaceName, options, token);
        IEnumerable<StoredObject> left = snapshot.Items.Where(item => options.Matches(item.Json));
        if (token is not null)
        {
            left = left.Where(token.IsBefore);
        }

        StoredObject[] found = [.. left];
        if (options.Limit <= 0 || found.Length <= options.Limit)
        {
            return new ListPage(found, snapshot.Revision, null, null);
        }

        Keep(snapshot);
        StoredObject[] page = found[..(int)options.Limit];
        return new ListPage(page, snapshot.Revision, ContinueToken.After(snapshot.Revision, page[^1]), options.IsSelective ? null : found.Length - page.Length);
    }

    private Snapshot Open(ResourceKind kind, string namespaceName, ListOptions options, ContinueToken? token)
    {
        (IReadOnlyList<StoredObject> items, long revision) = store.List(kind.Group, kind.Plural, namespaceName);
        var latest = new Snapshot(kind, namespaceName, revision, items);
        if (token is { Revision: < 0 })
        {
            return latest;
        }

        long? exact = token?.Revision ?? (options.Match == "Exact" ? options.ResourceVersion : null);
        if (options.ResourceVersion > revision)
        {
            throw Refusals.RevisionTooLarge(options.ResourceVersion.Value, revision);
        }

        return exact is null || exact == revision ? latest : Find(kind, namespaceName, exact.Value) ?? throw Expired(token);
    }

    private Snapshot? Find(ResourceKind kind, string namespaceName, long revision)
    {
        lock (gate)
        {
            return IsRemembered(revision)
                ? snapshots.Find(item => item.Kind == kind && item.Namespace == namespaceName && item.Revision == revision)
                : null;
        }
    }

    private void Keep(Snapshot snapshot)
    {
        lock (gate)
        {
            // What the store has forgotten is expired for lists too, as it is when etcd was compacted.
            snapshots.RemoveAll(item => !IsRemembered(item.Revision));
            if (!snapshots.Exists(item => item.Kind == snapshot.Kind && item.Namespace == snapshot.Namespace && item.Revision == snapshot.Revision))
            {
                snapshots.Add(snapshot);
            }

            if (snapshots.Count > OpenLists)
            {
                snapshots.RemoveAt(0);
            }
        }
    }

    private bool IsRemembered(long revision)
    {
        try
        {
            store.Watch(static _ => false, revision).Dispose();
            return true;
        }
        catch (RevisionExpiredException)
        {
            return false;
        }
    }

    private static ApiException Expired(ContinueToken? token)
    {
        if (token is null)
        {
            return Refusals.Expired("The resourceVersion for the provided list is too old.");
        }

        // The client may go on at its own risk, with the token that lies in the refusal.
        return new ApiException(
            410,
            "Expired",
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this "
            + "response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted "
            + "between the time the first chunk was returned and now may show up in the list.")
        {
            Continue = (token with { Revision = -1 }).ToString(),
        };
    }

    private sealed record Snapshot(ResourceKind Kind, string Namespace, long Revision, IReadOnlyList<StoredObject> Items);
}

/// <summary>A page of a list.</summary>
/// <param name="Items">The objects.</param>
/// <param name="Revision">The revision at which they were so.</param>
/// <param name="Continue">Where the next page begins; null when this is the last.</param>
/// <param name="Remaining">How many come after; null when it is not told.</param>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, long Revision, ContinueToken? Continue, long? Remaining);
