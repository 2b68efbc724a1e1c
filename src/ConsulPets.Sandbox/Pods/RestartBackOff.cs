namespace ConsulPets.Sandbox.Pods;

/// <summary>How long a restart waits: the first not at all, then longer each time, until one run was long enough (k8s.io/kubernetes, pkg/kubelet/kuberuntime, doBackOff).</summary>
/// <param name="options">The times.</param>
internal sealed class RestartBackOff(PodRuntimeOptions options)
{
    private int failures;

    /// <summary>The wait before the next start.</summary>
    /// <param name="ran">How long the container ran that has just ended.</param>
    /// <returns>The time; zero for at once.</returns>
    public TimeSpan Next(TimeSpan ran)
    {
        failures = ran >= options.BackOffReset ? 1 : failures + 1;
        return failures == 1 ? TimeSpan.Zero : Longer(failures - 2);
    }

    /// <summary>The wait before the next try to pull an image.</summary>
    /// <param name="failed">How many tries have failed.</param>
    /// <returns>The time.</returns>
    public TimeSpan AfterPull(int failed) => Longer(failed - 1);

    private TimeSpan Longer(int doublings) => TimeSpan.FromTicks((long)Math.Min(options.LongestBackOff.Ticks, options.FirstBackOff.Ticks * Math.Pow(2, doublings)));
}
