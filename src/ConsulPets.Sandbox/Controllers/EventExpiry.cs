using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Deletes old events, and the oldest of too many: while objects come and go for long, memory stays bounded.</summary>
internal sealed class EventExpiry : IController
{
    // As kube-apiserver's --event-ttl.
    private static readonly TimeSpan Age = TimeSpan.FromHours(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ControllerContext context;
    private readonly Dictionary<string, LinkedList<ObjectKey>> byNamespace = new(StringComparer.Ordinal);
    private readonly LinkedList<ObjectKey> all = new();
    private readonly Dictionary<ObjectKey, (LinkedListNode<ObjectKey> There, LinkedListNode<ObjectKey> Overall)> places = [];

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public EventExpiry(ControllerContext context) => this.context = context;

    /// <inheritdoc/>
    public string Name => "event-expiry";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using StoreWatch watch = context.Registry.Store.Watch(static key => key.Resource == "events");
                await FollowAsync(watch, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    private async Task FollowAsync(StoreWatch watch, CancellationToken cancellationToken)
    {
        Begin();
        DateTimeOffset next = context.Registry.Clock.GetUtcNow() + Interval;
        Task<bool>? more = null;
        try
        {
            while (true)
            {
                while (watch.Changes.TryRead(out Change? change))
                {
                    Note(change);
                }

                Trim();
                TimeSpan left = next - context.Registry.Clock.GetUtcNow();
                if (left <= TimeSpan.Zero)
                {
                    Expire();
                    next = context.Registry.Clock.GetUtcNow() + Interval;
                    continue;
                }

                try
                {
                    // The same wait goes on after a minute without events.
                    more ??= watch.Changes.WaitToReadAsync(cancellationToken).AsTask();
                    if (!await more.WaitAsync(left + TimeSpan.FromMilliseconds(1), context.Registry.Clock, cancellationToken).ConfigureAwait(false))
                    {
                        return;
                    }

                    more = null;
                }
                catch (TimeoutException)
                {
                    // Time to look for old ones.
                }
            }
        }
        catch (RevisionExpiredException)
        {
            // Too slow: all events are looked at anew.
        }
    }

    private void Begin()
    {
        byNamespace.Clear();
        all.Clear();
        places.Clear();
        foreach (StoredObject item in context.Registry.List(ResourceKinds.Events).OrderBy(static item => item.Revision))
        {
            Add(item.Key);
        }
    }

    private void Note(Change change)
    {
        if (change.Kind == ChangeKind.Added && !places.ContainsKey(change.After.Key))
        {
            Add(change.After.Key);
        }
        else if (change.Kind == ChangeKind.Deleted)
        {
            Forget(change.After.Key);
        }
    }

    private void Add(ObjectKey key)
    {
        if (!byNamespace.TryGetValue(key.Namespace, out LinkedList<ObjectKey>? there))
        {
            byNamespace[key.Namespace] = there = new LinkedList<ObjectKey>();
        }

        places[key] = (there.AddLast(key), all.AddLast(key));
    }

    private void Forget(ObjectKey key)
    {
        if (places.Remove(key, out (LinkedListNode<ObjectKey> There, LinkedListNode<ObjectKey> Overall) place))
        {
            all.Remove(place.Overall);
            LinkedList<ObjectKey> there = byNamespace[key.Namespace];
            there.Remove(place.There);
            if (there.Count == 0)
            {
                byNamespace.Remove(key.Namespace);
            }
        }
    }

    private void Trim()
    {
        foreach (LinkedList<ObjectKey> there in byNamespace.Values.Where(there => there.Count > context.EventsPerNamespace).ToArray())
        {
            while (there.Count > context.EventsPerNamespace)
            {
                Delete(there.First!.Value);
            }
        }

        while (all.Count > context.EventsInAll)
        {
            Delete(all.First!.Value);
        }
    }

    private void Expire()
    {
        DateTimeOffset oldest = context.Registry.Clock.GetUtcNow() - Age;
        foreach (ObjectKey key in all.ToArray())
        {
            // One that was counted on lives from its last time.
            if (context.Registry.Store.Get(key) is not { } item
                || (PodState.Moment(item.Json.Text("lastTimestamp")) ?? PodState.Moment(item.Json.Text("eventTime")) ?? PodState.Created(item.Json)) < oldest)
            {
                Delete(key);
            }
        }
    }

    private void Delete(ObjectKey key)
    {
        Forget(key);
        try
        {
            context.Registry.Delete(ResourceKinds.Events, key.Namespace, key.Name, new DeleteRequest());
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            // Deleted by somebody else.
        }
    }
}
