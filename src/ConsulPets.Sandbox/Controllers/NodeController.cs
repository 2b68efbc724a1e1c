using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Makes the pretended nodes, notices when one falls silent, and sends pods away from it.</summary>
internal sealed class NodeController : KeyedController
{
    private const string LeaseNamespace = "kube-node-lease";

    // A healthy node writes its lease every ten seconds, and its whole status only every five minutes when nothing changed.
    private static readonly TimeSpan LeaseInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StatusInterval = TimeSpan.FromMinutes(5);

    private DateTimeOffset start;

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public NodeController(ControllerContext context)
        : base(context, "node-controller")
    {
    }

    /// <inheritdoc/>
    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        start = Now;
        void OnRenewed(string node) => Wake(ResourceKinds.Nodes.Key(string.Empty, node));
        Context.Heartbeats.Renewed += OnRenewed;
        try
        {
            await base.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Context.Heartbeats.Renewed -= OnRenewed;
        }
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource is "nodes" or "pods";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All() => Registry.List(ResourceKinds.Nodes).Select(static node => node.Key);

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change)
    {
        if (change.After.Key.Resource == "nodes")
        {
            return [change.After.Key];
        }

        // Only a pod that is new on a node, or has other tolerations there, may have to leave it.
        string? node = PodState.Node(change.After.Json);
        bool isOther = change.Before is null || PodState.Node(change.Before.Json) != node || !JsonNode.DeepEquals(change.Before.Json.At("spec", "tolerations"), change.After.Json.At("spec", "tolerations"));
        return node is not null && isOther && change.Kind != ChangeKind.Deleted ? [ResourceKinds.Nodes.Key(string.Empty, node)] : [];
    }

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { } node)
        {
            return null;
        }

        DateTimeOffset? latest = Context.Heartbeats.Latest(node.Name);
        DateTimeOffset seen = latest ?? start;
        TimeSpan left = seen + Context.NodeMonitorGracePeriod - Now;
        bool isAlive = left > TimeSpan.Zero;
        bool wasUnknown = PodState.Condition(node.Json, "Ready").Text("status") == "Unknown";
        if (latest is not null && isAlive)
        {
            Renew(node, latest.Value);
        }

        node = isAlive && (latest is not null || !wasUnknown) ? Alive(node, seen) : Silence(node, wasUnknown);
        Registry.Update(ResourceKinds.Nodes, string.Empty, node.Name, json => NodeRules.SetTaints(json, Now) ? json : null, WriteRequest.Controller);
        TimeSpan? eviction = Evict(Registry.Store.Get(key) ?? node);
        return !isAlive ? eviction : eviction is null || left < eviction ? left : eviction;
    }

    private StoredObject Alive(StoredObject node, DateTimeOffset seen) => Registry.Update(
        ResourceKinds.Nodes,
        string.Empty,
        node.Name,
        json =>
        {
            bool isOld = seen - (PodState.Moment(PodState.Condition(json, "Ready").Text("lastHeartbeatTime")) ?? DateTimeOffset.MinValue) >= StatusInterval;
            return NodeRules.SetAlive(json, seen) || isOld ? json : null;
        },
        WriteRequest.NodeStatus);

    private StoredObject Silence(StoredObject node, bool wasUnknown)
    {
        StoredObject written = Registry.Update(ResourceKinds.Nodes, string.Empty, node.Name, json => NodeRules.SetUnknown(json, Now) ? json : null, WriteRequest.Status);
        if (!wasUnknown)
        {
            Context.Events.Record(written, "Normal", "NodeNotReady", $"Node {node.Name} status is now: NodeNotReady", Name);
        }

        foreach (StoredObject pod in PodsOn(node.Name).Where(static pod => PodState.IsReady(pod.Json)))
        {
            MarkNotReady(pod);
        }

        return written;
    }

    // Nobody knows how the pod is, but services must not send anything there.
    private void MarkNotReady(StoredObject pod)
    {
        Registry.Update(
            ResourceKinds.Pods,
            pod.Namespace,
            pod.Name,
            json =>
            {
                if (json.Text("metadata", "uid") != pod.Uid || PodState.Condition(json, "Ready") is not { } condition)
                {
                    return null;
                }

                condition["status"] = "False";
                condition["lastTransitionTime"] = JsonText.Timestamp(Now);
                return json;
            },
            WriteRequest.Status);
        Context.Events.Record(pod, "Warning", "NodeNotReady", "Node is not ready", Name);
    }

    private TimeSpan? Evict(StoredObject node)
    {
        TimeSpan? next = null;
        if (!Taints.Of(node.Json).Any(static taint => taint.Text("effect") == "NoExecute"))
        {
            return null;
        }

        foreach (StoredObject pod in PodsOn(node.Name).Where(static pod => !pod.IsBeingDeleted))
        {
            if (NodeRules.Eviction(pod.Json, node.Json, Now) is not { } moment)
            {
                continue;
            }

            TimeSpan left = moment - Now;
            if (left <= TimeSpan.Zero)
            {
                Delete(pod);
            }
            else if (next is null || left < next)
            {
                next = left;
            }
        }

        return next;
    }

    private void Delete(StoredObject pod)
    {
        Context.Events.Record(pod, "Normal", "TaintManagerEviction", $"Marking for deletion Pod {pod.Namespace}/{pod.Name}", "taint-eviction-controller");
        try
        {
            Registry.Delete(ResourceKinds.Pods, pod.Namespace, pod.Name, new DeleteRequest(Uid: pod.Uid));
        }
        catch (ApiException gone) when (gone.Code is 404 or 409)
        {
            // It went by itself.
        }
    }

    private IEnumerable<StoredObject> PodsOn(string node) => Registry.List(ResourceKinds.Pods).Where(pod => PodState.Node(pod.Json) == node);

    private void Renew(StoredObject node, DateTimeOffset latest)
    {
        if (Registry.Find(ResourceKinds.Namespaces, string.Empty, LeaseNamespace) is not { IsBeingDeleted: false })
        {
            return;
        }

        StoredObject? lease = Registry.Find(ResourceKinds.Leases, LeaseNamespace, node.Name);
        if (lease is null)
        {
            Registry.Create(ResourceKinds.Leases, LeaseNamespace, Lease(node, latest), new WriteRequest("kubelet"));
        }
        else if (latest - (PodState.Moment(lease.Json.Text("spec", "renewTime")) ?? DateTimeOffset.MinValue) >= LeaseInterval)
        {
            Registry.Update(
                ResourceKinds.Leases,
                LeaseNamespace,
                node.Name,
                json =>
                {
                    json.Make("spec")["renewTime"] = JsonText.PreciseTimestamp(latest);
                    return json;
                },
                new WriteRequest("kubelet"));
        }
    }

    private static JsonObject Lease(StoredObject node, DateTimeOffset latest)
    {
        JsonObject owner = Owner.Reference(node.Json);
        owner.Remove("controller");
        owner.Remove("blockOwnerDeletion");
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = node.Name, ["ownerReferences"] = new JsonArray(owner) },
            ["spec"] = new JsonObject { ["holderIdentity"] = node.Name, ["leaseDurationSeconds"] = 40, ["renewTime"] = JsonText.PreciseTimestamp(latest) },
        };
    }
}
