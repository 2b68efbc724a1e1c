using System.Management.Automation;

namespace ConsulPets.Sandbox.Demo.Everyday;

/// <summary>Waits for a time.</summary>
[Cmdlet(VerbsLifecycle.Start, "Sleep", DefaultParameterSetName = "Seconds")]
internal sealed class StartSleepCommand : PSCmdlet, IDisposable
{
    private readonly ManualResetEventSlim stopped = new();

    /// <summary>How many seconds.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Seconds")]
    [ValidateRange(0.0, 2_147_483.0)]
    public double Seconds { get; set; }

    /// <summary>How many thousandths of a second.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Milliseconds")]
    [ValidateRange(0, int.MaxValue)]
    [Alias("ms")]
    public int Milliseconds { get; set; }

    /// <inheritdoc/>
    public void Dispose() => stopped.Dispose();

    /// <inheritdoc/>
    protected override void ProcessRecord() => stopped.Wait(ParameterSetName == "Seconds" ? TimeSpan.FromSeconds(Seconds) : TimeSpan.FromMilliseconds(Milliseconds));

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        try
        {
            stopped.Set();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself in the same moment.
        }
    }
}
