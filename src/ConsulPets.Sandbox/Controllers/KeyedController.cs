using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>
/// A controller that looks at one object at a time. Changes only say which objects to look at; what is done about one is decided on what the store then holds,
/// so that a change that was missed or seen twice does no harm. What fails is tried again, later each time.
/// </summary>
internal abstract class KeyedController : IController
{
    private static readonly TimeSpan Resync = TimeSpan.FromMinutes(1);
    private readonly WorkQueue queue;

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    /// <param name="name">Its name, for the log.</param>
    protected KeyedController(ControllerContext context, string name)
    {
        Context = context;
        Name = name;
        queue = new WorkQueue(context.Registry.Clock);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>What controllers share.</summary>
    protected ControllerContext Context { get; }

    /// <summary>The objects.</summary>
    protected ObjectRegistry Registry => Context.Registry;

    /// <summary>The time.</summary>
    protected DateTimeOffset Now => Context.Registry.Clock.GetUtcNow();

    /// <inheritdoc/>
    public virtual async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] parts = [Task.Run(() => FollowAsync(ended.Token), CancellationToken.None), Task.Run(() => WorkAsync(ended.Token), CancellationToken.None)];
        try
        {
            await (await Task.WhenAny(parts).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to end.
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether changes of an object can matter. Called under the store's lock.</summary>
    /// <param name="key">The object's name.</param>
    /// <returns>True when they can.</returns>
    protected abstract bool Wants(ObjectKey key);

    /// <summary>Which objects to look at because of a change.</summary>
    /// <param name="change">The change.</param>
    /// <returns>Their names.</returns>
    protected abstract IEnumerable<ObjectKey> Concerned(Change change);

    /// <summary>All objects to look at: at the start, once in a while, and when changes may have been missed.</summary>
    /// <returns>Their names.</returns>
    protected abstract IEnumerable<ObjectKey> All();

    /// <summary>Brings one object to what is wanted.</summary>
    /// <param name="key">Its name; it may be gone.</param>
    /// <returns>After what time to look again without a change; null for none.</returns>
    protected abstract TimeSpan? Sync(ObjectKey key);

    /// <summary>Has an object looked at for another reason than a change.</summary>
    /// <param name="key">Its name.</param>
    protected void Wake(ObjectKey key) => queue.Add(key);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using StoreWatch watch = Registry.Store.Watch(Wants);
            using var listing = new CancellationTokenSource();
            Task resync = ResyncAsync(listing.Token);
            try
            {
                await foreach (Change change in watch.Changes.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                {
                    Add(() => Concerned(change));
                }
            }
            catch (RevisionExpiredException)
            {
                // Too slow for a storm of changes: everything is looked at anew.
            }
            finally
            {
                await listing.CancelAsync().ConfigureAwait(false);
                await resync.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ResyncAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Add(All);
            await Task.Delay(Resync, Registry.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Add(Func<IEnumerable<ObjectKey>> keys)
    {
        try
        {
            foreach (ObjectKey key in keys())
            {
                queue.Add(key);
            }
        }
        catch (Exception problem)
        {
            // One change that cannot be read, as one with a broken selector, must not end the work: the next look at everything makes up for it.
            Context.Log($"{Name}: {problem.Message}");
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ObjectKey key = await queue.TakeAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (Sync(key) is { } later)
                {
                    queue.AddAfter(key, later);
                }

                queue.Succeeded(key);
            }
            catch (Exception problem)
            {
                // Whatever it was: one object must not end the work on all others.
                if (problem is not ApiException { Code: 404 or 409 })
                {
                    Context.Log($"{Name}: {key}: {problem.Message}");
                }

                queue.Retry(key);
            }
        }
    }
}
