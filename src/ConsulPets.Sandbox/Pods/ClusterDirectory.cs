using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>The cluster's DNS, as far as starting a container asks it: services and pods that the store knows, and the addresses that pods were given.</summary>
internal static class ClusterDirectory
{
    /// <summary>The addresses of a name.</summary>
    /// <param name="text">The name, possibly with a port.</param>
    /// <param name="namespaceName">The asking pod's namespace.</param>
    /// <param name="registry">Where services and pods are.</param>
    /// <param name="addressOf">A pod's address by its unique ID; null when it has none (yet).</param>
    /// <returns>The addresses with the port, in the order of the pods' names; empty when the name means nothing.</returns>
    public static IReadOnlyList<string> Resolve(string text, string namespaceName, ObjectRegistry registry, Func<string, string?> addressOf)
    {
        (string name, string port) = ClusterNames.Split(text);
        foreach (ClusterName candidate in ClusterNames.Candidates(name, namespaceName))
        {
            if (registry.Find(ResourceKinds.Services, candidate.Namespace, candidate.Service) is not { } service)
            {
                continue;
            }

            string[] addresses = [.. Addresses(candidate, service, registry.List(ResourceKinds.Pods, candidate.Namespace), addressOf)];
            if (addresses.Length > 0)
            {
                return [.. addresses.Select(address => address + port)];
            }
        }

        return [];
    }

    /// <summary>The addresses that a service's name means: its own when it has one, else those of all pods that it selects, ready or not.</summary>
    /// <param name="name">The name.</param>
    /// <param name="service">The service.</param>
    /// <param name="pods">The pods of its namespace.</param>
    /// <param name="addressOf">A pod's address by its unique ID; null when it has none (yet).</param>
    /// <returns>The addresses.</returns>
    public static IEnumerable<string> Addresses(ClusterName name, StoredObject service, IEnumerable<StoredObject> pods, Func<string, string?> addressOf)
    {
        if (name.Host is null && service.Json.Text("spec", "clusterIP") is { Length: > 0 } own and not "None")
        {
            return [own];
        }

        IReadOnlyDictionary<string, string> labels = service.Json.Map("spec", "selector");
        if (labels.Count == 0)
        {
            return [];
        }

        LabelSelector selector = LabelSelector.OfMap(labels);
        return pods
            .Where(pod => selector.Matches(pod.Json) && pod.Json.Text("status", "phase") is not ("Succeeded" or "Failed"))
            .Where(pod => name.Host is null || IsCalled(pod.Json, name.Host, name.Service))
            .Select(pod => addressOf(pod.Uid))
            .OfType<string>();
    }

    // A pod has a name of its own under a service only when it names that service as its subdomain.
    private static bool IsCalled(JsonObject pod, string host, string service) => pod.Text("spec", "hostname") == host && pod.Text("spec", "subdomain") == service;
}
