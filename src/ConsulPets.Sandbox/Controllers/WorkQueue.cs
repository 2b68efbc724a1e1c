using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>The objects that a controller has yet to look at. One that is added twice is looked at once; one may be put off until a moment.</summary>
internal sealed class WorkQueue
{
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly Queue<ObjectKey> ready = new();
    private readonly HashSet<ObjectKey> waiting = [];
    private readonly PriorityQueue<ObjectKey, DateTimeOffset> later = new();
    private readonly Dictionary<ObjectKey, DateTimeOffset> due = [];
    private readonly Dictionary<ObjectKey, int> failures = [];
    private TaskCompletionSource added = Signal();

    /// <summary>Makes one.</summary>
    /// <param name="clock">The time.</param>
    public WorkQueue(TimeProvider clock) => this.clock = clock;

    /// <summary>Adds an object, to be looked at next.</summary>
    /// <param name="key">Its name.</param>
    public void Add(ObjectKey key)
    {
        lock (gate)
        {
            if (waiting.Add(key))
            {
                ready.Enqueue(key);
                added.TrySetResult();
            }
        }
    }

    /// <summary>Adds an object, to be looked at after a time; sooner where that was asked for already.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="delay">The time.</param>
    public void AddAfter(ObjectKey key, TimeSpan delay)
    {
        lock (gate)
        {
            DateTimeOffset moment = clock.GetUtcNow() + delay;
            if (!due.TryGetValue(key, out DateTimeOffset known) || moment < known)
            {
                due[key] = moment;
                later.Enqueue(key, moment);
                added.TrySetResult();
            }
        }
    }

    /// <summary>Adds an object that could not be brought to what is wanted: each time it is put off twice as long.</summary>
    /// <param name="key">Its name.</param>
    public void Retry(ObjectKey key)
    {
        int times;
        lock (gate)
        {
            times = failures.GetValueOrDefault(key);
            failures[key] = times + 1;
        }

        TimeSpan delay = ShortestRetry * Math.Pow(2, Math.Min(times, 20));
        AddAfter(key, delay < LongestRetry ? delay : LongestRetry);
    }

    /// <summary>An object was brought to what is wanted: its failures are forgotten.</summary>
    /// <param name="key">Its name.</param>
    public void Succeeded(ObjectKey key)
    {
        lock (gate)
        {
            failures.Remove(key);
        }
    }

    /// <summary>Waits for the next object.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its name.</returns>
    public async Task<ObjectKey> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task signal;
            TimeSpan wait;
            lock (gate)
            {
                wait = MoveDue();
                if (ready.TryDequeue(out ObjectKey? key))
                {
                    waiting.Remove(key);
                    return key;
                }

                if (added.Task.IsCompleted)
                {
                    added = Signal();
                }

                signal = added.Task;
            }

            try
            {
                await signal.WaitAsync(wait, clock, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Something put off is due.
            }
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TimeSpan MoveDue()
    {
        DateTimeOffset now = clock.GetUtcNow();
        while (later.TryPeek(out ObjectKey? key, out DateTimeOffset moment))
        {
            // An entry that was overtaken by an earlier one means nothing.
            bool isValid = due.TryGetValue(key, out DateTimeOffset known) && known == moment;
            if (isValid && moment > now)
            {
                // Timers count whole milliseconds: one more, lest it fires just before.
                return moment - now + TimeSpan.FromMilliseconds(1);
            }

            later.Dequeue();
            if (isValid)
            {
                due.Remove(key);
                if (waiting.Add(key))
                {
                    ready.Enqueue(key);
                }
            }
        }

        return Timeout.InfiniteTimeSpan;
    }
}
