using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Keeps services' Endpoints and EndpointSlices.</summary>
internal sealed class EndpointController : KeyedController
{
    private const string ServiceName = "kubernetes.io/service-name";
    private const string ManagedBy = "endpointslice.kubernetes.io/managed-by";
    private const string Manager = "endpointslice-controller.k8s.io";
    private const string TriggerTime = "endpoints.kubernetes.io/last-change-trigger-time";

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public EndpointController(ControllerContext context)
        : base(context, "endpoint-controller")
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource is "services" or "pods" or "endpoints" or "endpointslices";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All() => Registry.List(ResourceKinds.Services).Select(static service => service.Key);

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change) => change.After.Key.Resource switch
    {
        "services" => [change.After.Key],
        "endpoints" => [ResourceKinds.Services.Key(change.After.Namespace, change.After.Name)],
        "endpointslices" => change.After.Json.Text("metadata", "labels", ServiceName) is { } name ? [ResourceKinds.Services.Key(change.After.Namespace, name)] : [],
        _ => Registry.List(ResourceKinds.Services, change.After.Namespace)
            .Where(service => Selects(service, change.After) || (change.Before is not null && Selects(service, change.Before)))
            .Select(static service => service.Key),
    };

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { } service)
        {
            // The slices go with their owner.
            if (Registry.Find(ResourceKinds.Endpoints, key.Namespace, key.Name) is { } left)
            {
                Registry.Delete(ResourceKinds.Endpoints, key.Namespace, key.Name, new DeleteRequest(Uid: left.Uid));
            }

            return null;
        }

        // Without a selector the addresses are somebody else's business.
        if (service.IsBeingDeleted || service.Json.Text("spec", "type") == "ExternalName" || service.Json.Part("spec", "selector") is not { Count: > 0 })
        {
            return null;
        }

        JsonObject[] pods = [.. Registry.List(ResourceKinds.Pods, key.Namespace).Where(pod => Selects(service, pod)).Select(static pod => pod.Json)];
        WriteEndpoints(service, EndpointRules.Subsets(service.Json, pods));
        WriteSlices(service, EndpointRules.Slices(service.Json, pods, node => Registry.Find(ResourceKinds.Nodes, string.Empty, node)?.Json.Text("metadata", "labels", "topology.kubernetes.io/zone")));
        return null;
    }

    private static bool Selects(StoredObject service, StoredObject pod) =>
        service.Json.Part("spec", "selector") is { Count: > 0 } selector
        && ObjectFacts.Of(pod).Labels is var labels
        && selector.All(wanted => labels.TryGetValue(wanted.Key, out string? value) && value == wanted.Value.Text());

    private static JsonObject Labels(StoredObject service)
    {
        var labels = (JsonObject)(service.Labels?.DeepClone() ?? new JsonObject());
        labels.Remove(EndpointRules.Headless);
        if (EndpointRules.IsHeadless(service.Json))
        {
            labels[EndpointRules.Headless] = string.Empty;
        }

        return labels;
    }

    private void WriteEndpoints(StoredObject service, JsonArray subsets)
    {
        JsonObject labels = Labels(service);
        StoredObject? known = Registry.Find(ResourceKinds.Endpoints, service.Namespace, service.Name);
        if (known is null)
        {
            var made = new JsonObject { ["metadata"] = Stamped(service.Name, labels) };
            if (subsets.Count > 0)
            {
                made["subsets"] = subsets;
            }

            Registry.Create(ResourceKinds.Endpoints, service.Namespace, made, WriteRequest.Controller);
            return;
        }

        if (JsonNode.DeepEquals(known.Json["subsets"] ?? new JsonArray(), subsets) && JsonNode.DeepEquals(known.Labels ?? [], labels))
        {
            return;
        }

        Registry.Update(
            ResourceKinds.Endpoints,
            service.Namespace,
            service.Name,
            json =>
            {
                JsonObject metadata = json.Make("metadata");
                metadata["labels"] = labels.DeepClone();
                metadata.Make("annotations")[TriggerTime] = JsonText.Timestamp(Now);
                if (subsets.Count == 0)
                {
                    json.Remove("subsets");
                }
                else
                {
                    json["subsets"] = subsets.DeepClone();
                }

                return json;
            },
            WriteRequest.Controller);
    }

    private JsonObject Stamped(string name, JsonObject labels) => new()
    {
        ["name"] = name,
        ["labels"] = labels,
        ["annotations"] = new JsonObject { [TriggerTime] = JsonText.Timestamp(Now) },
    };

    private void WriteSlices(StoredObject service, IReadOnlyList<(JsonArray Ports, JsonArray Endpoints)> wanted)
    {
        JsonObject labels = Labels(service);
        labels[ServiceName] = service.Name;
        labels[ManagedBy] = Manager;
        List<StoredObject> known =
        [
            .. Registry.List(ResourceKinds.EndpointSlices, service.Namespace)
                .Where(slice => !slice.IsBeingDeleted && slice.Json.Text("metadata", "labels", ServiceName) == service.Name && slice.Json.Text("metadata", "labels", ManagedBy) == Manager),
        ];
        foreach ((JsonArray ports, JsonArray endpoints) in wanted)
        {
            // The slice with the same ports is kept, so that watchers see few changes.
            StoredObject? slice = known.FirstOrDefault(item => JsonNode.DeepEquals(item.Json["ports"], ports)) ?? known.FirstOrDefault();
            if (slice is null)
            {
                CreateSlice(service, labels, ports, endpoints);
                continue;
            }

            known.Remove(slice);
            UpdateSlice(slice, labels, ports, endpoints);
        }

        foreach (StoredObject surplus in known)
        {
            Registry.Delete(ResourceKinds.EndpointSlices, service.Namespace, surplus.Name, new DeleteRequest(Uid: surplus.Uid));
        }
    }

    private void CreateSlice(StoredObject service, JsonObject labels, JsonArray ports, JsonArray endpoints)
    {
        if (Registry.Find(ResourceKinds.Services, service.Namespace, service.Name)?.Uid != service.Uid)
        {
            throw ApiException.NotFound(ResourceKinds.Services, service.Name);
        }

        var metadata = new JsonObject
        {
            ["generateName"] = service.Name + "-",
            ["labels"] = labels.DeepClone(),
            ["annotations"] = new JsonObject { [TriggerTime] = JsonText.Timestamp(Now) },
            ["ownerReferences"] = new JsonArray(Owner.Reference(service.Json)),
        };
        var slice = new JsonObject { ["metadata"] = metadata, ["addressType"] = "IPv4", ["endpoints"] = endpoints, ["ports"] = ports };
        Registry.Create(ResourceKinds.EndpointSlices, service.Namespace, slice, WriteRequest.Controller);
    }

    private void UpdateSlice(StoredObject slice, JsonObject labels, JsonArray ports, JsonArray endpoints)
    {
        if (JsonNode.DeepEquals(slice.Json["endpoints"], endpoints) && JsonNode.DeepEquals(slice.Json["ports"], ports) && JsonNode.DeepEquals(slice.Labels, labels))
        {
            return;
        }

        Registry.Update(
            ResourceKinds.EndpointSlices,
            slice.Namespace,
            slice.Name,
            json =>
            {
                JsonObject metadata = json.Make("metadata");
                metadata["labels"] = labels.DeepClone();
                metadata.Make("annotations")[TriggerTime] = JsonText.Timestamp(Now);
                json["endpoints"] = endpoints.DeepClone();
                json["ports"] = ports.DeepClone();
                return json;
            },
            WriteRequest.Controller);
    }
}
