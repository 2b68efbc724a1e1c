using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Removes pods that are bound to a node that does not exist: nobody else ever will (Kubernetes source, pkg/controller/podgc).</summary>
internal sealed class PodGarbageController : KeyedController
{
    private readonly Dictionary<string, DateTimeOffset> missingSince = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public PodGarbageController(ControllerContext context)
        : base(context, "pod-garbage-collector")
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource is "nodes" or "pods";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All() => Registry.List(ResourceKinds.Pods).Select(static pod => PodState.Node(pod.Json)).OfType<string>().Distinct(StringComparer.Ordinal).Select(NodeKey);

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change)
    {
        if (change.After.Key.Resource == "nodes")
        {
            return change.Kind == ChangeKind.Modified ? [] : [change.After.Key];
        }

        string? node = PodState.Node(change.After.Json);
        bool isNewThere = change.Before is null || PodState.Node(change.Before.Json) != node;
        return node is not null && isNewThere && change.Kind != ChangeKind.Deleted ? [NodeKey(node)] : [];
    }

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        StoredObject[] pods = Registry.Store.Get(key) is null ? [.. Registry.List(ResourceKinds.Pods).Where(pod => PodState.Node(pod.Json) == key.Name)] : [];
        if (pods.Length == 0)
        {
            missingSince.Remove(key.Name);
            return null;
        }

        // A node object that comes back at once, as when it is made anew, has lost nothing.
        if (!missingSince.TryGetValue(key.Name, out DateTimeOffset since))
        {
            missingSince[key.Name] = since = Now;
        }

        TimeSpan left = since + Context.MissingNodeQuarantine - Now;
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        foreach (StoredObject pod in pods)
        {
            Registry.Delete(ResourceKinds.Pods, pod.Namespace, pod.Name, new DeleteRequest(GracePeriodSeconds: 0, Uid: pod.Uid));
        }

        missingSince.Remove(key.Name);
        return null;
    }

    private static ObjectKey NodeKey(string node) => ResourceKinds.Nodes.Key(string.Empty, node);
}
