namespace ConsulPets.Fakes;

/// <summary>A clock for tests without a sleep: either no timer ever fires, or each one fires at once and the time it would have taken has passed.</summary>
public sealed class TestClock : TimeProvider
{
    private readonly bool skips;
    private long ticks = new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero).Ticks;

    private TestClock(bool skips) => this.skips = skips;

    /// <summary>Time stands still: whoever waits is woken by an event, or never.</summary>
    public static TestClock Frozen() => new(skips: false);

    /// <summary>Whoever waits for a time finds it over.</summary>
    public static TestClock Skipping() => new(skips: true);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SkippedTimer();
        if (skips && dueTime >= TimeSpan.Zero)
        {
            Interlocked.Add(ref ticks, dueTime.Ticks);
            ThreadPool.QueueUserWorkItem(_ =>
            {
                if (!timer.IsDisposed)
                {
                    callback(state);
                }
            });
        }

        return timer;
    }

    private sealed class SkippedTimer : ITimer
    {
        public bool IsDisposed { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period) => !IsDisposed;

        public void Dispose() => IsDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
