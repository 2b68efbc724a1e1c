using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Binds pods to nodes, and has volumes made for claims that wait for their first pod.</summary>
internal sealed class Scheduler : KeyedController
{
    // The real one's binding is no managed field, so these writes have no manager.
    private static readonly WriteRequest Binding = new();
    private static readonly WriteRequest BindingStatus = new(Subresource: "status");
    private static readonly WriteRequest RefusalStatus = new("kube-scheduler", Subresource: "status");

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public Scheduler(ControllerContext context)
        : base(context, "default-scheduler")
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource is "pods" or "nodes" or "persistentvolumeclaims";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change)
    {
        if (change.After.Key.Resource == "pods")
        {
            // A pod that went may have been in another's way.
            return change.Kind == ChangeKind.Deleted ? All() : IsWaiting(change.After) && change.Kind == ChangeKind.Added ? [change.After.Key] : [];
        }

        // Signs of life are written all the time; only these decide where pods may go.
        bool isSame = change.After.Key.Resource == "nodes" && change.Before is not null
            && JsonNode.DeepEquals(change.Before.Json["spec"], change.After.Json["spec"]) && JsonNode.DeepEquals(change.Before.Labels, change.After.Labels);
        return isSame && change.Kind == ChangeKind.Modified ? [] : All();
    }

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All() => Registry.List(ResourceKinds.Pods).Where(IsWaiting).Select(static pod => pod.Key);

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { } pod || !IsWaiting(pod))
        {
            return null;
        }

        (string? why, IReadOnlyList<JsonObject> volumes, IReadOnlyList<StoredObject> unbound) = ClaimsOf(pod);
        if (why is not null)
        {
            Refuse(pod, why);
            return null;
        }

        JsonObject[] others = [.. Registry.List(ResourceKinds.Pods).Select(static item => item.Json).Where(static item => PodState.Node(item) is not null && !PodState.IsTerminal(item))];
        JsonObject[] nodes = [.. Registry.List(ResourceKinds.Nodes).Select(static item => item.Json)];
        (string? node, string reason) = Placement.Choose(pod.Json, nodes, others, volumes);
        if (node is null)
        {
            Refuse(pod, reason);
        }
        else if (unbound.Count > 0)
        {
            // The volumes come first; when the last claim is bound this pod is looked at again.
            Select(unbound, node);
        }
        else
        {
            Bind(pod, node);
        }

        return null;
    }

    private static bool IsWaiting(StoredObject pod) =>
        PodState.Node(pod.Json) is null && !pod.IsBeingDeleted && !PodState.IsTerminal(pod.Json) && (pod.Json.Text("spec", "schedulerName") ?? "default-scheduler") == "default-scheduler";

    private (string? Why, IReadOnlyList<JsonObject> Volumes, IReadOnlyList<StoredObject> Unbound) ClaimsOf(StoredObject pod)
    {
        var volumes = new List<JsonObject>();
        var unbound = new List<StoredObject>();
        foreach (string name in pod.Json.Items("spec", "volumes").Select(static volume => volume.Text("persistentVolumeClaim", "claimName")).OfType<string>())
        {
            StoredObject? claim = Registry.Find(ResourceKinds.Claims, pod.Namespace, name);
            if (claim is null)
            {
                return (NoNode($"persistentvolumeclaim \"{name}\" not found"), [], []);
            }

            if (claim.IsBeingDeleted)
            {
                return (NoNode($"persistentvolumeclaim \"{name}\" is being deleted"), [], []);
            }

            if (claim.Json.Text("status", "phase") == "Bound" && Registry.Find(ResourceKinds.Volumes, string.Empty, claim.Json.Text("spec", "volumeName") ?? string.Empty) is { } volume)
            {
                volumes.Add(volume.Json);
            }
            else if (WaitsForPod(claim))
            {
                unbound.Add(claim);
            }
            else
            {
                return (NoNode("pod has unbound immediate PersistentVolumeClaims"), [], []);
            }
        }

        return (null, volumes, unbound);
    }

    private bool WaitsForPod(StoredObject claim) =>
        claim.Json.Text("spec", "storageClassName") is { Length: > 0 } name
        && Registry.Find(ResourceKinds.StorageClasses, string.Empty, name)?.Json.Text("volumeBindingMode") == "WaitForFirstConsumer";

    private string NoNode(string why) => $"0/{Registry.List(ResourceKinds.Nodes).Count} nodes are available: {why}.";

    private void Refuse(StoredObject pod, string why)
    {
        var condition = new JsonObject { ["type"] = "PodScheduled", ["status"] = "False", ["lastProbeTime"] = null, ["reason"] = "Unschedulable", ["message"] = why };
        bool isNew = false;
        Registry.Update(
            ResourceKinds.Pods,
            pod.Namespace,
            pod.Name,
            json => json.Text("metadata", "uid") == pod.Uid && (isNew = PodState.SetCondition(json, (JsonObject)condition.DeepClone(), Now)) ? json : null,
            RefusalStatus);
        if (isNew)
        {
            Context.Events.Record(pod, "Warning", "FailedScheduling", why, new EventSource(Name, Action: "Scheduling"));
        }
    }

    private void Select(IReadOnlyList<StoredObject> claims, string node)
    {
        foreach (StoredObject claim in claims)
        {
            Registry.Update(
                ResourceKinds.Claims,
                claim.Namespace,
                claim.Name,
                json =>
                {
                    json.Make("metadata", "annotations")[ClaimRules.SelectedNode] = node;
                    return json;
                },
                new WriteRequest("kube-scheduler"));
        }
    }

    private void Bind(StoredObject pod, string node)
    {
        // The condition first: whoever plays the node then finds it there when the pod becomes its own.
        var condition = new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastProbeTime"] = null };
        Registry.Update(
            ResourceKinds.Pods,
            pod.Namespace,
            pod.Name,
            json => json.Text("metadata", "uid") == pod.Uid && PodState.SetCondition(json, (JsonObject)condition.DeepClone(), Now) ? json : null,
            BindingStatus);
        StoredObject bound = Registry.Update(
            ResourceKinds.Pods,
            pod.Namespace,
            pod.Name,
            json =>
            {
                if (json.Text("metadata", "uid") != pod.Uid || PodState.Node(json) is not null)
                {
                    throw ApiException.Conflict(ResourceKinds.Pods, pod.Name);
                }

                json.Make("spec")["nodeName"] = node;
                return json;
            },
            Binding);
        Context.Events.Record(bound, "Normal", "Scheduled", $"Successfully assigned {pod.Namespace}/{pod.Name} to {node}", new EventSource(Name, Action: "Binding"));
    }
}
