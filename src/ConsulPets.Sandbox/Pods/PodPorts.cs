using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>The ports on which other pods reach a pod.</summary>
internal static class PodPorts
{
    private static readonly (int Port, string Protocol)[] Consul =
    [
        (8300, "TCP"), (8301, "TCP"), (8301, "UDP"), (8302, "TCP"), (8302, "UDP"), (8500, "TCP"), (8501, "TCP"), (8502, "TCP"), (8503, "TCP"), (8600, "TCP"), (8600, "UDP"),
    ];

    /// <summary>What its containers declare; Consul's own as well where one runs Consul, since a manifest need not declare any.</summary>
    /// <param name="pod">The pod.</param>
    /// <returns>The ports, each once.</returns>
    public static IReadOnlyList<(int Port, string Protocol)> Of(JsonObject pod)
    {
        JsonObject[] containers = [.. pod.Items("spec", "containers"), .. pod.Items("spec", "initContainers")];
        IEnumerable<(int Port, string Protocol)> declared = containers
            .SelectMany(static container => container.Items("ports"))
            .Select(static port => ((int)(port.Number("containerPort") ?? 0), port.Text("protocol") ?? "TCP"))
            .Where(static port => port.Item1 is > 0 and < 65536 && port.Item2 is "TCP" or "UDP");
        return [.. declared.Concat(containers.Any(static container => ImageCatalogue.IsConsul(container.Text("image") ?? string.Empty)) ? Consul : []).Distinct()];
    }
}
