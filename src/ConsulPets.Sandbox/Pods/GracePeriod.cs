namespace ConsulPets.Sandbox.Pods;

/// <summary>The time that processes have to end. A later request may shorten it.</summary>
internal sealed class GracePeriod : IDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource source;
    private DateTimeOffset end;
    private bool isDisposed;

    /// <summary>Begins one.</summary>
    /// <param name="length">How long.</param>
    /// <param name="clock">The time.</param>
    public GracePeriod(TimeSpan length, TimeProvider clock)
    {
        this.clock = clock;
        end = clock.GetUtcNow() + length;
        source = new CancellationTokenSource(length, clock);
    }

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken Over => source.Token;

    /// <summary>Lets it end this much from now, unless it ends earlier anyway.</summary>
    /// <param name="length">How long.</param>
    public void Shorten(TimeSpan length)
    {
        lock (gate)
        {
            DateTimeOffset wanted = clock.GetUtcNow() + length;
            if (wanted < end && !isDisposed)
            {
                end = wanted;
                source.CancelAfter(length);
            }
        }
    }

    /// <summary>Ends the timer.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            source.Dispose();
        }
    }
}
