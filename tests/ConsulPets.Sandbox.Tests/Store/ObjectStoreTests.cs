using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Store;

public sealed class ObjectStoreTests
{
    private readonly ObjectStore store = new();

    [Fact]
    public void Every_write_has_the_next_revision_and_says_so_in_the_object()
    {
        StoredObject first = Write("a");
        StoredObject second = Write("b");
        StoredObject changed = store.Write(first.Key, first, first.Copy())!;
        Assert.Equal(first.Revision + 1, second.Revision);
        Assert.Equal(second.Revision + 1, changed.Revision);
        Assert.Equal($"{changed.Revision}", changed.Json.Text("metadata", "resourceVersion"));
        Assert.Equal(changed.Revision, store.Revision);
    }

    [Fact]
    public void A_writer_who_saw_an_older_version_writes_nothing()
    {
        StoredObject seen = Write("a");
        StoredObject latest = store.Write(seen.Key, seen, seen.Copy())!;
        Assert.Null(store.Write(seen.Key, seen, seen.Copy()));
        Assert.Null(store.Write(seen.Key, null, seen.Copy()));
        Assert.Null(store.Remove(seen));
        Assert.Same(latest, store.Get(seen.Key));
    }

    [Fact]
    public void A_list_is_ordered_and_of_one_namespace_if_asked()
    {
        foreach (string name in (string[])["b", "a", "c"])
        {
            Write(name, "two");
            Write(name, "one");
        }

        Assert.Equal(["one/a", "one/b", "one/c", "two/a", "two/b", "two/c"], store.List("", "pods").Items.Select(static item => item.Key.ToString()));
        Assert.Equal(["two/a", "two/b", "two/c"], store.List("", "pods", "two").Items.Select(static item => item.Key.ToString()));
        Assert.Empty(store.List("apps", "statefulsets").Items);
    }

    [Fact]
    public void A_watch_from_a_listed_revision_misses_nothing_and_tells_nothing_twice()
    {
        Write("a");
        long listed = store.List("", "pods").Revision;
        StoredObject missed = Write("b");
        using StoreWatch watch = store.Watch(static key => key.Resource == "pods", listed);
        store.Write(new ObjectKey("", "services", "one", "s"), null, Json("s"));
        StoredObject gone = store.Remove(missed)!;
        Assert.Equal([(ChangeKind.Added, missed.Revision), (ChangeKind.Deleted, gone.Revision)], Taken(watch));
    }

    [Fact]
    public void A_watch_from_a_forgotten_revision_is_refused()
    {
        StoredObject first = Write("a");
        store.Compact();
        Assert.Throws<RevisionExpiredException>(() => store.Watch(static _ => true, first.Revision - 1));
        using StoreWatch watch = store.Watch(static _ => true, store.Revision);
        Assert.Empty(Taken(watch));
    }

    [Fact]
    public async Task A_watcher_that_does_not_read_is_ended_and_holds_no_more_than_its_share()
    {
        using StoreWatch watch = store.Watch(static _ => true);
        StoredObject item = Write("a");
        for (int count = 0; count <= ObjectStore.WaitingChanges; count++)
        {
            item = store.Write(item.Key, item, item.Copy())!;
        }

        Assert.Equal(0, store.Watchers);
        while (watch.Changes.TryRead(out _))
        {
        }

        await Assert.ThrowsAsync<RevisionExpiredException>(async () => await watch.Changes.Completion);
    }

    [Fact]
    public void Only_the_latest_changes_are_remembered()
    {
        StoredObject item = Write("a");
        long first = item.Revision;
        for (int count = 0; count <= ObjectStore.RememberedChanges; count++)
        {
            item = store.Write(item.Key, item, item.Copy())!;
        }

        Assert.Throws<RevisionExpiredException>(() => store.Watch(static _ => true, first));
        using StoreWatch watch = store.Watch(static _ => true, item.Revision - 10);
        Assert.Equal(10, Taken(watch).Length);
    }

    [Fact]
    public void Watches_of_a_kind_can_be_ended()
    {
        using StoreWatch pods = store.Watch(static key => key.Resource == "pods");
        using StoreWatch services = store.Watch(static key => key.Resource == "services");
        Assert.Equal(1, store.EndWatches(new ObjectKey("", "pods", "", "")));
        Assert.True(pods.Changes.Completion.IsCompletedSuccessfully);
        Assert.False(services.Changes.Completion.IsCompleted);
        Assert.Equal(1, store.EndWatches());
    }

    [Fact]
    public void Of_writers_at_the_same_time_none_is_lost()
    {
        StoredObject item = Write("a");
        Parallel.For(0, 200, _ =>
        {
            while (true)
            {
                StoredObject seen = store.Get(item.Key)!;
                JsonObject copy = seen.Copy();
                copy["count"] = (copy.Number("count") ?? 0) + 1;
                if (store.Write(seen.Key, seen, copy) is not null)
                {
                    return;
                }
            }
        });
        Assert.Equal(200, store.Get(item.Key)!.Json.Number("count"));
    }

    private static (ChangeKind Kind, long Revision)[] Taken(StoreWatch watch)
    {
        var taken = new List<(ChangeKind, long)>();
        while (watch.Changes.TryRead(out Change? change))
        {
            taken.Add((change.Kind, change.After.Revision));
        }

        return [.. taken];
    }

    private static JsonObject Json(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    private StoredObject Write(string name, string namespaceName = "one") => store.Write(new ObjectKey("", "pods", namespaceName, name), null, Json(name))!;
}
