using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>Gets a container's image, with the events and states that users read when it cannot be had.</summary>
/// <param name="pod">The pod.</param>
/// <param name="container">The container.</param>
/// <param name="backOff">How long to wait between tries.</param>
/// <param name="update">Changes what the pod's status says of the container.</param>
internal sealed class ContainerImages(PodLife pod, JsonObject container, RestartBackOff backOff, Action<Func<ContainerSnapshot, ContainerSnapshot>> update)
{
    private string Name => container.Text("image") ?? string.Empty;

    /// <summary>Gets it, however long that takes.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The image.</returns>
    public async Task<Image> FindAsync(CancellationToken cancellationToken)
    {
        string policy = Policy();
        for (int failed = 1; ; failed++)
        {
            ImageOutcome outcome = await pod.Context.Images.FindAsync(Name, mayPull: false).ConfigureAwait(false);
            if (outcome.Image is null && policy == "Never")
            {
                string message = $"Container image \"{Name}\" is not present with pull policy of Never";
                update(one => one with { State = new ContainerState.Waiting("ErrImageNeverPull", message) });
                pod.Event(container, "Warning", "ErrImageNeverPull", message);
                pod.Event(container, "Warning", "Failed", "Error: ErrImageNeverPull");
                await Task.Delay(pod.Context.Options.Retry, pod.Context.Clock, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (outcome.Image is not null && policy != "Always")
            {
                pod.Event(container, "Normal", "Pulled", $"Container image \"{Name}\" already present on machine");
                return outcome.Image;
            }

            if (await PullAsync(cancellationToken).ConfigureAwait(false) is { } image)
            {
                return image;
            }

            await WaitAsync(backOff.AfterPull(failed), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Image?> PullAsync(CancellationToken cancellationToken)
    {
        pod.Event(container, "Normal", "Pulling", $"Pulling image \"{Name}\"");
        long start = Stopwatch.GetTimestamp();
        ImageOutcome outcome;
        try
        {
            outcome = await pod.Context.Images.FindAsync(Name, mayPull: true).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever brings programs may fail in its own ways; the pod shows them as a registry's.
            outcome = new ImageOutcome(null, exception.Message, false);
        }

        if (outcome.Image is not null)
        {
            string took = Durations.Words(TimeSpan.FromMilliseconds(Math.Max(1, Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds))));
            long size = outcome.Image.Program is { } program && File.Exists(program) ? new FileInfo(program).Length : 0;
            pod.Event(container, "Normal", "Pulled", string.Create(CultureInfo.InvariantCulture, $"Successfully pulled image \"{Name}\" in {took} ({took} including waiting). Image size: {size} bytes."));
            return outcome.Image;
        }

        string message = $"Failed to pull image \"{Name}\": {outcome.Problem}";
        pod.Event(container, "Warning", "Failed", message);
        pod.Event(container, "Warning", "Failed", "Error: ErrImagePull");
        update(one => one with { State = new ContainerState.Waiting("ErrImagePull", outcome.Problem) });
        return null;
    }

    // The failure is shown first, and then that it is waited for the next try.
    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        TimeSpan shown = TimeSpan.FromTicks(Math.Min(wait.Ticks / 5, TimeSpan.FromSeconds(2).Ticks));
        await Task.Delay(shown, pod.Context.Clock, cancellationToken).ConfigureAwait(false);
        update(one => one with { State = new ContainerState.Waiting("ImagePullBackOff", $"Back-off pulling image \"{Name}\"") });
        pod.Event(container, "Normal", "BackOff", $"Back-off pulling image \"{Name}\"");
        pod.Event(container, "Warning", "Failed", "Error: ImagePullBackOff");
        await Task.Delay(wait - shown, pod.Context.Clock, cancellationToken).ConfigureAwait(false);
    }

    private string Policy() => container.Text("imagePullPolicy") ?? (ImageCatalogue.Parse(Name).Tag is null or "latest" ? "Always" : "IfNotPresent");
}
