using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>The times and thresholds of a probe.</summary>
/// <param name="InitialDelay">How long after the start it begins.</param>
/// <param name="Period">How often it is made.</param>
/// <param name="Timeout">How long one may take.</param>
/// <param name="SuccessThreshold">How many in a row mean success.</param>
/// <param name="FailureThreshold">How many in a row mean failure.</param>
/// <param name="Grace">The seconds that a container has to end when the probe ends it; null for the pod's own.</param>
internal sealed record ProbeSettings(TimeSpan InitialDelay, TimeSpan Period, TimeSpan Timeout, int SuccessThreshold, int FailureThreshold, long? Grace)
{
    /// <summary>Reads them, with Kubernetes' defaults.</summary>
    /// <param name="probe">The probe of a container.</param>
    /// <returns>The settings.</returns>
    public static ProbeSettings Of(JsonObject probe) => new(
        TimeSpan.FromSeconds(probe.Number("initialDelaySeconds") ?? 0),
        TimeSpan.FromSeconds(Positive(probe, "periodSeconds", 10)),
        TimeSpan.FromSeconds(Positive(probe, "timeoutSeconds", 1)),
        (int)Positive(probe, "successThreshold", 1),
        (int)Positive(probe, "failureThreshold", 3),
        probe.Number("terminationGracePeriodSeconds"));

    private static long Positive(JsonObject probe, string name, long otherwise) => probe.Number(name) is { } number and > 0 ? number : otherwise;
}

/// <summary>Counts a probe's results.</summary>
/// <param name="settings">The thresholds.</param>
internal sealed class ProbeCounter(ProbeSettings settings)
{
    private bool last;
    private int count;

    /// <summary>Counts one.</summary>
    /// <param name="isSuccess">Whether it was a success.</param>
    /// <returns>What the container now is: true or false once a threshold is reached, null before.</returns>
    public bool? Count(bool isSuccess)
    {
        count = count > 0 && last == isSuccess ? count + 1 : 1;
        last = isSuccess;
        return count >= (isSuccess ? settings.SuccessThreshold : settings.FailureThreshold) ? isSuccess : null;
    }
}
