using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>How a container stands when its node takes the pod: new, or, on a node that was away, with what the pod's status still says of it.</summary>
internal static class EarlierLife
{
    /// <summary>Reads it.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container of the <c>spec</c>.</param>
    /// <param name="list"><c>containerStatuses</c> or <c>initContainerStatuses</c>.</param>
    /// <param name="waiting">What a container waits for at first.</param>
    /// <param name="now">The time.</param>
    /// <returns>How it stands. A container that ran has ended with 255, since nobody saw how.</returns>
    public static ContainerSnapshot Of(JsonObject pod, JsonObject container, string list, string waiting, DateTimeOffset now)
    {
        string name = container.Text("name") ?? string.Empty;
        var snapshot = new ContainerSnapshot(name, container.Text("image") ?? string.Empty, new ContainerState.Waiting(waiting));
        JsonObject? known = pod.Items("status", list).FirstOrDefault(status => status.Text("name") == name);
        if (known?.Text("containerID") is not { Length: > 0 } id)
        {
            return snapshot;
        }

        string? since = known.Text("state", "running", "startedAt") ?? known.Text("state", "terminated", "startedAt");
        DateTimeOffset? start = DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset parsed) ? parsed : null;
        return snapshot with
        {
            RestartCount = known.Number("restartCount") ?? 0,
            ContainerId = id,
            ImageId = known.Text("imageID") ?? string.Empty,
            LastState = new ContainerState.Terminated(255, "Unknown", null, start, now, id),
        };
    }
}
