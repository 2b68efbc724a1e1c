using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>What a service's Endpoints and EndpointSlices say (Kubernetes source, pkg/controller/endpoint and endpointslice).</summary>
internal static class EndpointRules
{
    /// <summary>The label of headless services' endpoints.</summary>
    public const string Headless = "service.kubernetes.io/headless";

    /// <summary>How many addresses a slice holds at most.</summary>
    public const int SliceSize = 100;

    /// <summary>The <c>subsets</c> of a service's Endpoints.</summary>
    /// <param name="service">The service.</param>
    /// <param name="pods">The pods that its selector means.</param>
    /// <returns>The list; empty when no pod has an address.</returns>
    public static JsonArray Subsets(JsonObject service, IEnumerable<JsonObject> pods)
    {
        bool publishesAll = service.Truth("spec", "publishNotReadyAddresses") == true;
        var subsets = new JsonArray();
        IEnumerable<IGrouping<string, (JsonArray Ports, JsonObject Pod)>> groups = pods
            .Where(pod => HasAddress(pod) && (publishesAll || !PodState.IsTerminating(pod)))
            .Select(pod => (Ports: Ports(service, pod, isSlice: false), Pod: pod))
            .Where(item => item.Ports.Count > 0 || IsWithoutPorts(service))
            .GroupBy(static item => item.Ports.ToJsonString(), StringComparer.Ordinal)
            .OrderBy(static group => group.Key, StringComparer.Ordinal);
        foreach (IGrouping<string, (JsonArray Ports, JsonObject Pod)> group in groups)
        {
            var subset = new JsonObject();
            ILookup<bool, JsonObject> byReadiness = group
                .OrderBy(static item => item.Pod.Text("status", "podIP"), StringComparer.Ordinal)
                .ToLookup(item => publishesAll || PodState.IsReady(item.Pod), item => Address(service, item.Pod));
            SetUnlessEmpty(subset, "addresses", byReadiness[true]);
            SetUnlessEmpty(subset, "notReadyAddresses", byReadiness[false]);
            SetUnlessEmpty(subset, "ports", group.First().Ports.OfType<JsonObject>().Select(static port => (JsonObject)port.DeepClone()));
            subsets.Add(subset);
        }

        return subsets;
    }

    /// <summary>The content of a service's slices: ports and endpoints, at most <see cref="SliceSize"/> in each.</summary>
    /// <param name="service">The service.</param>
    /// <param name="pods">The pods that its selector means.</param>
    /// <param name="zone">A node's zone; null where it has none.</param>
    /// <returns>One for each slice; there is always one, as the real one keeps an empty slice.</returns>
    public static IReadOnlyList<(JsonArray Ports, JsonArray Endpoints)> Slices(JsonObject service, IEnumerable<JsonObject> pods, Func<string, string?> zone)
    {
        var slices = new List<(JsonArray Ports, JsonArray Endpoints)>();
        IEnumerable<IGrouping<string, (JsonArray Ports, JsonObject Pod)>> groups = pods
            .Where(HasAddress)
            .Select(pod => (Ports: Ports(service, pod, isSlice: true), Pod: pod))
            .GroupBy(static item => item.Ports.ToJsonString(), StringComparer.Ordinal)
            .OrderBy(static group => group.Key, StringComparer.Ordinal);
        foreach (IGrouping<string, (JsonArray Ports, JsonObject Pod)> group in groups)
        {
            foreach ((JsonArray Ports, JsonObject Pod)[] part in group.OrderBy(static item => item.Pod.Text("metadata", "name"), StringComparer.Ordinal).Chunk(SliceSize))
            {
                slices.Add(((JsonArray)part[0].Ports.DeepClone(), new JsonArray([.. part.Select(item => (JsonNode)Endpoint(service, item.Pod, zone))])));
            }
        }

        return slices.Count == 0 ? [(Ports(service, [], isSlice: true), [])] : slices;
    }

    /// <summary>Whether a service has no address of its own.</summary>
    /// <param name="service">The service.</param>
    /// <returns>True when it is headless.</returns>
    public static bool IsHeadless(JsonObject service) => service.Text("spec", "clusterIP") == "None";

    private static bool HasAddress(JsonObject pod) => pod.Text("status", "podIP") is { Length: > 0 } && !PodState.IsTerminal(pod);

    private static bool IsWithoutPorts(JsonObject service) => IsHeadless(service) && !service.Items("spec", "ports").Any();

    private static void SetUnlessEmpty(JsonObject json, string name, IEnumerable<JsonObject> items)
    {
        var list = new JsonArray([.. items]);
        if (list.Count > 0)
        {
            json[name] = list;
        }
    }

    // Slices always name their ports, if only by nothing; Endpoints leave an empty name away.
    private static JsonArray Ports(JsonObject service, JsonObject pod, bool isSlice)
    {
        var ports = new JsonArray();
        foreach (JsonObject port in service.Items("spec", "ports"))
        {
            if (Target(port, pod) is not { } number)
            {
                continue;
            }

            var json = new JsonObject();
            if (isSlice || port.Text("name") is { Length: > 0 })
            {
                json["name"] = port.Text("name") ?? string.Empty;
            }

            json["port"] = number;
            json["protocol"] = port.Text("protocol") ?? "TCP";
            if (port.Text("appProtocol") is { } application)
            {
                json["appProtocol"] = application;
            }

            ports.Add(json);
        }

        return ports;
    }

    // A port's name means whatever number each pod gives to it; a pod without that name is left out of the port.
    private static long? Target(JsonObject port, JsonObject pod)
    {
        JsonNode? target = port["targetPort"];
        if (target is null)
        {
            return port.Number("port");
        }

        if (target.Number() is { } number)
        {
            return number == 0 ? port.Number("port") : number;
        }

        string? name = target.Text();
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long written)
            ? written
            : pod.Items("spec", "containers").SelectMany(static container => container.Items("ports"))
                .FirstOrDefault(item => item.Text("name") == name && (item.Text("protocol") ?? "TCP") == (port.Text("protocol") ?? "TCP"))
                .Number("containerPort");
    }

    private static JsonObject Address(JsonObject service, JsonObject pod)
    {
        var address = new JsonObject { ["ip"] = pod.Text("status", "podIP") };
        SetPlace(address, service, pod);
        address["targetRef"] = Reference(pod);
        return address;
    }

    private static void SetPlace(JsonObject json, JsonObject service, JsonObject pod)
    {
        if (pod.Text("spec", "hostname") is { Length: > 0 } hostname && pod.Text("spec", "subdomain") == service.Text("metadata", "name"))
        {
            json["hostname"] = hostname;
        }

        if (PodState.Node(pod) is { } node)
        {
            json["nodeName"] = node;
        }
    }

    private static JsonObject Endpoint(JsonObject service, JsonObject pod, Func<string, string?> zone)
    {
        bool isServing = PodState.IsReady(pod);
        bool isTerminating = PodState.IsTerminating(pod);
        bool publishesAll = service.Truth("spec", "publishNotReadyAddresses") == true;
        var endpoint = new JsonObject
        {
            ["addresses"] = new JsonArray(pod.Text("status", "podIP")),
            ["conditions"] = new JsonObject { ["ready"] = publishesAll || (isServing && !isTerminating), ["serving"] = isServing, ["terminating"] = isTerminating },
        };
        SetPlace(endpoint, service, pod);
        endpoint["targetRef"] = Reference(pod);
        if (PodState.Node(pod) is { } node && zone(node) is { } name)
        {
            endpoint["zone"] = name;
        }

        return endpoint;
    }

    private static JsonObject Reference(JsonObject pod) => new()
    {
        ["kind"] = "Pod",
        ["namespace"] = pod.Text("metadata", "namespace"),
        ["name"] = pod.Text("metadata", "name"),
        ["uid"] = pod.Text("metadata", "uid"),
    };
}
