namespace ConsulPets.Sandbox.Tests.Streaming;

/// <summary>Counts what is open, and tells when nothing is.</summary>
internal sealed class Gauge
{
    private readonly Lock gate = new();
    private TaskCompletionSource empty = Done();
    private int count;

    public int Count
    {
        get
        {
            lock (gate)
            {
                return count;
            }
        }
    }

    public int Most { get; private set; }

    public void Add()
    {
        lock (gate)
        {
            if (count++ == 0)
            {
                empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            Most = Math.Max(Most, count);
        }
    }

    public void Remove()
    {
        lock (gate)
        {
            if (--count == 0)
            {
                empty.TrySetResult();
            }
        }
    }

    public Task WhenEmptyAsync()
    {
        lock (gate)
        {
            return empty.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
