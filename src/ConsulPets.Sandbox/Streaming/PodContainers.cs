using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Streaming;

/// <summary>Decides which container of a pod a request means, and whether it can be served.</summary>
internal static class PodContainers
{
    private static readonly string[] SpecLists = ["initContainers", "containers", "ephemeralContainers"];
    private static readonly string[] StatusLists = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];

    /// <summary>The container that is meant (Kubernetes: <c>pkg/registry/core/pod/strategy.go</c>, <c>validateContainer</c>).</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="name">Its name; null for the only one.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="ApiException">There is none of that name, or none was named and there are several.</exception>
    public static string Choose(StoredObject pod, string? name)
    {
        string[] all = [.. SpecLists.SelectMany(list => pod.Json.Items("spec", list)).Select(static container => container.Text("name") ?? string.Empty)];
        if (name is not null)
        {
            return all.Contains(name, StringComparer.Ordinal) ? name : throw ApiException.BadRequest($"container {name} is not valid for pod {pod.Name}");
        }

        string[] ordinary = [.. pod.Json.Items("spec", "containers").Select(static container => container.Text("name") ?? string.Empty)];
        return ordinary.Length switch
        {
            1 => ordinary[0],
            0 => throw ApiException.BadRequest($"a container name must be specified for pod {pod.Name}"),
            _ => throw ApiException.BadRequest($"a container name must be specified for pod {pod.Name}, choose one of: [{string.Join(' ', all)}]"),
        };
    }

    /// <summary>The pod must have been put on a node.</summary>
    /// <param name="pod">The pod.</param>
    /// <exception cref="ApiException">It was not.</exception>
    public static void RequireNode(StoredObject pod)
    {
        if (pod.Json.Text("spec", "nodeName") is not { Length: > 0 })
        {
            throw ApiException.BadRequest($"pod {pod.Name} does not have a host assigned");
        }
    }

    /// <summary>Whether the node runs the container now.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container.</param>
    /// <returns>True when its status says so.</returns>
    public static bool IsRunning(StoredObject pod, string container) => Status(pod, container).Part("state", "running") is not null;

    /// <summary>Why a container has no log to show (Kubernetes: <c>pkg/kubelet/kubelet_pods.go</c>, <c>validateContainerLogStatus</c>).</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container.</param>
    /// <param name="previous">Whether the log before the last restart is meant.</param>
    /// <returns>The kubelet's sentence; null when there is a log.</returns>
    public static string? LogProblem(StoredObject pod, string container, bool previous)
    {
        string subject = $"container \"{container}\" in pod \"{pod.Name}\"";
        if (Status(pod, container) is not { } status)
        {
            return $"{subject} is not available";
        }

        bool hasEarlier = status.Text("lastState", "terminated", "containerID") is { Length: > 0 };
        if (previous)
        {
            return hasEarlier ? null : $"previous terminated {subject} not found";
        }

        JsonObject? state = status.Part("state");
        if (state.Part("running") is not null || state.Text("terminated", "containerID") is { Length: > 0 } || hasEarlier)
        {
            return null;
        }

        if (state.Part("terminated") is not null || status.Part("lastState", "terminated") is not null)
        {
            return $"{subject} is terminated";
        }

        return state.Text("waiting", "reason") switch
        {
            null => $"{subject} is waiting to start - no logs yet",
            "ErrImagePull" => $"{subject} is waiting to start: image can't be pulled",
            "ImagePullBackOff" => $"{subject} is waiting to start: trying and failing to pull image",
            string reason => $"{subject} is waiting to start: {reason}",
        };
    }

    private static JsonObject? Status(StoredObject pod, string container) =>
        StatusLists.SelectMany(list => pod.Json.Items("status", list)).FirstOrDefault(status => status.Text("name") == container);
}
