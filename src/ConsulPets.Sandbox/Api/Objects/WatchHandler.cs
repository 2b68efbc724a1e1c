using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Answers <c>watch</c>: a line of JSON for each change, until the client goes away or the time is over.</summary>
internal sealed class WatchHandler
{
    /// <summary>How often a watch that allows it is told the revision although nothing changed, as k8s.io/apiserver does (storage/cacher).</summary>
    public static readonly TimeSpan BookmarkPeriod = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ShortestDefault = TimeSpan.FromMinutes(30);

    private readonly ObjectRegistry registry;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    public WatchHandler(ObjectRegistry registry) => this.registry = registry;

    /// <summary>Answers a watch.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it has ended.</returns>
    public async Task WatchAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ListOptions options = ListOptions.Read(call.Kind, call.Query);
        RequireInitialEvents(options);
        var writer = new WatchWriter(call, call.View(registry.Clock), options);

        // All clients' watches must not end, and be asked for anew, at one moment.
        TimeSpan duration = options.Timeout ?? ShortestDefault * (1 + Random.Shared.NextDouble());
        using var timeout = new CancellationTokenSource(duration, registry.Clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, call.Http.RequestAborted);
        try
        {
            using StoreWatch watch = await BeginAsync(call, options, writer).ConfigureAwait(false);
            await FollowAsync(watch, options, writer, ended.Token).ConfigureAwait(false);
        }
        catch (RevisionExpiredException exception)
        {
            await writer.WriteErrorAsync(Refusals.Expired(exception.Message)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !call.Http.RequestAborted.IsCancellationRequested)
        {
            if (options.AllowsBookmarks)
            {
                // The client begins its next watch here, instead of at the last change, which may be forgotten by then.
                await writer.WriteBookmarkAsync(Settled(), false).ConfigureAwait(false);
            }
        }
    }

    private static void RequireInitialEvents(ListOptions options)
    {
        if (options.SendsInitialEvents is not null && options.Match != "NotOlderThan")
        {
            throw Refusals.InvalidOptions("ListOptions", new FieldProblem(
                "FieldValueForbidden", "resourceVersionMatch", "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }

        if (options.SendsInitialEvents == true && !options.AllowsBookmarks)
        {
            throw Refusals.InvalidOptions("ListOptions", new FieldProblem(
                "FieldValueForbidden", "sendInitialEvents", "Forbidden: sendInitialEvents is forbidden unless allowWatchBookmarks is true"));
        }
    }

    // Opens the watch; when it begins with what is there, that is written first.
    private async Task<StoreWatch> BeginAsync(ApiCall call, ListOptions options, WatchWriter writer)
    {
        await writer.StartAsync().ConfigureAwait(false);
        bool isInitial = options.SendsInitialEvents ?? options.ResourceVersion is null or 0;
        if (!isInitial)
        {
            return registry.Store.Watch(Wanted(call), options.ResourceVersion is null or 0 ? null : options.ResourceVersion);
        }

        (IReadOnlyList<StoredObject> items, long revision) = registry.Store.List(call.Kind.Group, call.Kind.Plural, call.Request.Namespace);
        StoreWatch watch = registry.Store.Watch(Wanted(call), revision);
        try
        {
            foreach (StoredObject item in items.Where(item => call.Request.Name.Length == 0 || item.Name == call.Request.Name))
            {
                await writer.WriteInitialAsync(item).ConfigureAwait(false);
            }

            if (options.SendsInitialEvents == true)
            {
                await writer.WriteBookmarkAsync(revision, true).ConfigureAwait(false);
            }

            await writer.FlushAsync().ConfigureAwait(false);
            return watch;
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    private static Func<ObjectKey, bool> Wanted(ApiCall call)
    {
        (string group, string resource, string place, string name) = (call.Kind.Group, call.Kind.Plural, call.Request.Namespace, call.Request.Name);
        return key => key.Resource == resource && key.Group == group && (place.Length == 0 || key.Namespace == place) && (name.Length == 0 || key.Name == name);
    }

    private async Task FollowAsync(StoreWatch watch, ListOptions options, WatchWriter writer, CancellationToken ended)
    {
        Task<bool> next = watch.Changes.WaitToReadAsync(ended).AsTask();
        while (true)
        {
            if (options.AllowsBookmarks && !next.IsCompleted)
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(ended);
                Task period = Task.Delay(BookmarkPeriod, registry.Clock, stop.Token);
                Task first = await Task.WhenAny(next, period).ConfigureAwait(false);
                await stop.CancelAsync().ConfigureAwait(false);
                if (first == period && !ended.IsCancellationRequested)
                {
                    long revision = Settled();
                    await DrainAsync(watch, options, writer).ConfigureAwait(false);
                    await writer.WriteBookmarkAsync(revision, false).ConfigureAwait(false);
                    continue;
                }
            }

            if (!await next.ConfigureAwait(false))
            {
                return;
            }

            await DrainAsync(watch, options, writer).ConfigureAwait(false);
            next = watch.Changes.WaitToReadAsync(ended).AsTask();
        }
    }

    private static async Task DrainAsync(StoreWatch watch, ListOptions options, WatchWriter writer)
    {
        while (watch.Changes.TryRead(out Change? change))
        {
            // A client may name a revision that is still to come; what is older is no news to it.
            if (options.ResourceVersion is null || change.After.Revision > options.ResourceVersion)
            {
                await writer.WriteChangeAsync(change).ConfigureAwait(false);
            }
        }

        await writer.FlushAsync().ConfigureAwait(false);
    }

    // The revision whose changes have all reached the watchers: a list takes the store's lock, under which changes are handed out.
    private long Settled() => registry.Store.List(string.Empty, string.Empty).Revision;
}
