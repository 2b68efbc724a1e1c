using System.ComponentModel;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What is asked of a pod that runs, and how it is refused.</summary>
internal static class PodQueries
{
    /// <summary>A container's log.</summary>
    /// <param name="life">The pod's life; null when its node does not run it (yet).</param>
    /// <param name="pod">The pod.</param>
    /// <param name="request">What of it.</param>
    /// <returns>The log.</returns>
    /// <exception cref="ApiException">There is none.</exception>
    public static ContainerLog Log(PodLife? life, StoredObject pod, LogRequest request)
    {
        string name = NameOf(pod, request.Container);
        ContainerLife? container = life?.Find(name);
        if (container?.Log(request.Previous) is { } log)
        {
            return log;
        }

        if (request.Previous)
        {
            throw ApiException.BadRequest($"previous terminated container \"{name}\" in pod \"{pod.Name}\" not found");
        }

        string reason = (container?.Snapshot.State as ContainerState.Waiting)?.Reason ?? "ContainerCreating";
        string why = reason is "ErrImagePull" or "ImagePullBackOff" ? "trying and failing to pull image" : reason;
        throw ApiException.BadRequest($"container \"{name}\" in pod \"{pod.Name}\" is waiting to start: {why}");
    }

    /// <summary>Starts a command in a container.</summary>
    /// <param name="life">The pod's life; null when its node does not run it.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="containerName">The container; null for the first.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <returns>The command, running.</returns>
    /// <exception cref="ApiException">The container does not run.</exception>
    public static IPodCommand Start(PodLife? life, StoredObject pod, string? containerName, IReadOnlyList<string> command)
    {
        string name = NameOf(pod, containerName);
        if (life?.Find(name)?.Setup is not { } setup)
        {
            throw new ApiException(500, "InternalError", $"container not found (\"{name}\")");
        }

        (ProcessPlan? plan, string? missing) = setup.Command(command);
        try
        {
            return plan is null
                ? new FailedCommand($"OCI runtime exec failed: exec failed: unable to start container process: exec: \"{missing}\": executable file not found in $PATH: unknown")
                : new PodCommand(life.StartAsync(plan).GetAwaiter().GetResult());
        }
        catch (Win32Exception exception)
        {
            return new FailedCommand($"OCI runtime exec failed: exec failed: unable to start container process: exec: \"{command[0]}\": {exception.Message}: unknown");
        }
    }

    private static string NameOf(StoredObject pod, string? container)
    {
        string[] names = [.. pod.Json.Items("spec", "containers").Concat(pod.Json.Items("spec", "initContainers")).Select(static item => item.Text("name") ?? string.Empty)];
        string name = container ?? names.FirstOrDefault() ?? string.Empty;
        return names.Contains(name) ? name : throw ApiException.BadRequest($"container {name} is not valid for pod {pod.Name}");
    }
}
