using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Pods;

/// <summary>Gets together what a container needs for a start: its image, its settings, its files, and the addresses behind the names that it is told.</summary>
/// <param name="pod">The pod.</param>
/// <param name="container">The container.</param>
/// <param name="backOff">How long to wait between tries to pull the image.</param>
/// <param name="update">Changes what the pod's status says of the container.</param>
internal sealed class ContainerPreparation(PodLife pod, JsonObject container, RestartBackOff backOff, Action<Func<ContainerSnapshot, ContainerSnapshot>> update)
{
    private readonly ContainerImages images = new(pod, container, backOff, update);

    /// <summary>Prepares it, however long that takes.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What its processes are started with.</returns>
    public async Task<ContainerSetup> PrepareAsync(CancellationToken cancellationToken)
    {
        Image image = await images.FindAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            Task changed = pod.Changed.Next;
            string reason = "CreateContainerConfigError";
            ContainerSetup? made = null;
            string? problem;
            try
            {
                (made, problem) = ContainerSetup.Make(pod.Context, pod.Json, container, image, pod.Address, pod.Folder, pod.Volumes);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
            {
                reason = "CreateContainerError";
                problem = exception.Message;
            }

            if (made is not null)
            {
                await WaitForNamesAsync(made, cancellationToken).ConfigureAwait(false);
                return made;
            }

            update(one => one with { State = new ContainerState.Waiting(reason, problem) });
            pod.Event(container, "Warning", "Failed", $"Error: {problem}");
            await pod.WaitAsync(changed, pod.Context.Options.Retry, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WaitForNamesAsync(ContainerSetup made, CancellationToken cancellationToken)
    {
        DateTimeOffset end = pod.Context.Clock.GetUtcNow() + pod.Context.Options.NameWait;
        while (true)
        {
            Task changed = pod.Context.Directory.Next;
            TimeSpan left = end - pod.Context.Clock.GetUtcNow();
            if (made.Unresolved(pod.Context, pod.Json, pod.Volumes).Count == 0 || left <= TimeSpan.Zero)
            {
                return;
            }

            await pod.WaitAsync(changed, left, cancellationToken).ConfigureAwait(false);
        }
    }
}
