using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Finds the ready pods behind a service's port.</summary>
internal static class ServiceTargets
{
    /// <summary>The pods and ports that a proxied request may go to.</summary>
    /// <param name="service">The service.</param>
    /// <param name="endpoints">Its endpoints; null when there are none.</param>
    /// <param name="target">The service's port, by number or name; none where it has only one.</param>
    /// <returns>The pods' names, with the port of each.</returns>
    public static IEnumerable<(string PodName, long Port)> Choose(JsonObject service, JsonObject? endpoints, ProxyTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        JsonObject[] ports = [.. service.Items("spec", "ports")];
        JsonObject? port = target.Port.Length == 0
            ? ports.Length == 1 ? ports[0] : ports.FirstOrDefault(static item => string.IsNullOrEmpty(item.Text("name")))
            : ports.FirstOrDefault(item => item.Text("name") == target.Port || item.Number("port")?.ToString(CultureInfo.InvariantCulture) == target.Port);
        if (port is null)
        {
            yield break;
        }

        foreach (JsonObject subset in endpoints.Items("subsets"))
        {
            JsonObject? own = subset.Items("ports").FirstOrDefault(item => (item.Text("name") ?? string.Empty) == (port.Text("name") ?? string.Empty));
            foreach (JsonObject address in own is null ? [] : subset.Items("addresses"))
            {
                if (address.Text("targetRef", "kind") == "Pod" && address.Text("targetRef", "name") is { } name && own.Number("port") is { } number)
                {
                    yield return (name, number);
                }
            }
        }
    }
}
