namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// Wakes whoever waits for something to change. A waiter takes <see cref="Next"/>, looks at the state, and only then awaits: so no change is missed.
/// </summary>
internal sealed class Pulse
{
    private volatile TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next beat.</summary>
    public Task Next => next.Task;

    /// <summary>Wakes all who wait.</summary>
    public void Beat() => Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
