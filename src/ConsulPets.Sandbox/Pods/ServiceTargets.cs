using System.Net;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>Which pods a service's port means at the moment.</summary>
internal static class ServiceTargets
{
    /// <summary>The ports that a service with an address of its own offers.</summary>
    /// <param name="service">The service.</param>
    /// <returns>Address, port, protocol; empty for a headless service.</returns>
    public static IEnumerable<(IPAddress Address, int Port, string Protocol)> Ports(JsonObject service) =>
        IPAddress.TryParse(service.Text("spec", "clusterIP"), out IPAddress? address)
            ? service.Items("spec", "ports").Select(port => (address, (int)(port.Number("port") ?? 0), port.Text("protocol") ?? "TCP")).Where(static port => port.Item2 is > 0 and < 65536)
            : [];

    /// <summary>The pods behind one of its ports.</summary>
    /// <param name="service">The service.</param>
    /// <param name="port">The service's port.</param>
    /// <param name="protocol"><c>TCP</c> or <c>UDP</c>.</param>
    /// <param name="pods">The pods of its namespace.</param>
    /// <returns>A pod's unique ID and the port of its process.</returns>
    public static IReadOnlyList<(string Pod, int Port)> Of(JsonObject service, int port, string protocol, IEnumerable<StoredObject> pods)
    {
        IReadOnlyDictionary<string, string> labels = service.Map("spec", "selector");
        JsonObject? described = service.Items("spec", "ports").FirstOrDefault(item => item.Number("port") == port && (item.Text("protocol") ?? "TCP") == protocol);
        if (labels.Count == 0 || described is null)
        {
            return [];
        }

        LabelSelector selector = LabelSelector.OfMap(labels);
        bool takesAll = service.Truth("spec", "publishNotReadyAddresses") == true;
        var targets = new List<(string Pod, int Port)>();
        foreach (StoredObject pod in pods.Where(pod => selector.Matches(pod.Json)))
        {
            bool isUsable = takesAll || (!pod.IsBeingDeleted && IsReady(pod.Json));
            if (isUsable && TargetPort(described, pod.Json, port, protocol) is { } number)
            {
                targets.Add((pod.Uid, number));
            }
        }

        return targets;
    }

    private static bool IsReady(JsonObject pod) => pod.Items("status", "conditions").Any(static condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");

    private static int? TargetPort(JsonObject described, JsonObject pod, int port, string protocol) => described["targetPort"] switch
    {
        { } target when target.Number() is { } number and > 0 => (int)number,
        { } target when target.Text() is { Length: > 0 } name => (int?)pod.Items("spec", "containers")
            .SelectMany(static container => container.Items("ports"))
            .FirstOrDefault(item => item.Text("name") == name && (item.Text("protocol") ?? "TCP") == protocol)
            .Number("containerPort"),
        _ => port,
    };
}
