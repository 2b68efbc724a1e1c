using System.Text.Json;
using ConsulPets.Engine.Kubernetes;

namespace ConsulPets.Engine.Observing;

/// <summary>Reads what DNS answers for a set's headless service.</summary>
/// <param name="api">The API.</param>
public sealed class EndpointReader(KubernetesApi api)
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";

    /// <summary>The addresses behind a set's headless service, ready or not.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>One row an address; empty when the set has no headless service.</returns>
    public async Task<IReadOnlyList<ConsulPetEndpoint>> ReadAsync(ObservedWorkload workload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workload);
        if (await HeadlessServiceAsync(workload, cancellationToken).ConfigureAwait(false) is not { } service)
        {
            return [];
        }

        KubernetesList pods = await api.ListAsync(KubernetesResource.Pods, workload.Namespace, workload.Selector, null, cancellationToken).ConfigureAwait(false);
        Dictionary<string, ObservedPod> podByName = pods.Items.Select(WorkloadReader.Pod).ToDictionary(static pod => pod.Name, StringComparer.Ordinal);
        IReadOnlyList<string> discovery = await api.ServedVersionsAsync("discovery.k8s.io", cancellationToken).ConfigureAwait(false);
        IEnumerable<Address> addresses = discovery.Contains("v1")
            ? (await api.ListAsync(KubernetesResource.EndpointSlices, workload.Namespace, $"{ServiceNameLabel}={service}", null, cancellationToken).ConfigureAwait(false)).Items.SelectMany(FromSlice)
            : FromEndpoints(await api.FindAsync(KubernetesResource.Endpoints, workload.Namespace, service, cancellationToken).ConfigureAwait(false));
        return [.. addresses
            .OrderBy(static address => address.Pod ?? address.IP, PetNameOrder.Instance)
            .Select(address => new ConsulPetEndpoint
            {
                Name = address.Pod,
                PetSet = workload.Name,
                Namespace = workload.Namespace,
                Context = api.Connection.Context,
                KubeConfig = api.Connection.Choice.KubeConfig,
                Service = service,
                DnsName = address.HostName is null ? null : $"{address.HostName}.{service}.{workload.Namespace}.svc",
                IP = address.IP,
                Ports = address.Ports,

                // A service that publishes not-ready addresses calls them all ready: the pod itself knows.
                Ready = address.Pod is not null && podByName.TryGetValue(address.Pod, out ObservedPod? pod) ? pod.Ready : address.IsReady,
                Node = address.Node,
            })];
    }

    // A StatefulSet names its service; a DaemonSet's is the headless one whose selector fits its pods.
    private async Task<string?> HeadlessServiceAsync(ObservedWorkload workload, CancellationToken cancellationToken)
    {
        if (workload.ServiceName is { } named)
        {
            return named;
        }

        KubernetesList services = await api.ListAsync(KubernetesResource.Services, workload.Namespace, null, null, cancellationToken).ConfigureAwait(false);
        return services.Items
            .Where(static service => service.Text("spec", "clusterIP") == "None")
            .Where(service => service.Map("spec", "selector") is { Count: > 0 } selector
                && selector.All(label => workload.TemplateLabels.GetValueOrDefault(label.Key) == label.Value))
            .Select(static service => service.Text("metadata", "name"))
            .FirstOrDefault();
    }

    private static IEnumerable<Address> FromSlice(JsonElement slice)
    {
        string[] ports = Ports(slice.Items("ports"));
        return slice.Items("endpoints").SelectMany(endpoint => endpoint.Texts("addresses").Select(ip => new Address(
            ip,
            endpoint.Text("targetRef", "kind") == "Pod" ? endpoint.TextOrNull("targetRef", "name") : null,
            endpoint.TextOrNull("hostname"),
            endpoint.TextOrNull("nodeName"),
            endpoint.Is("conditions", "ready"),
            ports)));
    }

    private static IEnumerable<Address> FromEndpoints(JsonElement? endpoints)
    {
        foreach (JsonElement subset in endpoints?.Items("subsets") ?? [])
        {
            string[] ports = Ports(subset.Items("ports"));
            foreach ((string list, bool isReady) in new[] { ("addresses", true), ("notReadyAddresses", false) })
            {
                foreach (JsonElement address in subset.Items(list))
                {
                    yield return new Address(
                        address.Text("ip"),
                        address.Text("targetRef", "kind") == "Pod" ? address.TextOrNull("targetRef", "name") : null,
                        address.TextOrNull("hostname"),
                        address.TextOrNull("nodeName"),
                        isReady,
                        ports);
                }
            }
        }
    }

    private static string[] Ports(IEnumerable<JsonElement> ports) =>
        [.. ports.Select(static port => port.TextOrNull("name") is { } name ? FormattableString.Invariant($"{name}:{port.Count("port")}") : FormattableString.Invariant($"{port.Count("port")}")).Order(StringComparer.Ordinal)];

    private sealed record Address(string IP, string? Pod, string? HostName, string? Node, bool IsReady, string[] Ports);
}
