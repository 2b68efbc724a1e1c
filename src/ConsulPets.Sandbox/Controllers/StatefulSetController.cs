using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Does what <see cref="StatefulSetRules"/> decides.</summary>
internal sealed class StatefulSetController : WorkloadController
{
    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public StatefulSetController(ControllerContext context)
        : base(context, ResourceKinds.StatefulSets, "statefulset-controller")
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => base.Wants(key) || key.Resource == "persistentvolumeclaims";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change)
    {
        if (change.After.Key.Resource != "persistentvolumeclaims")
        {
            return base.Concerned(change);
        }

        // Only a claim's end can unblock a set: a pod must not be made again while its old claim goes.
        return change.Kind == ChangeKind.Deleted
            ? Registry.List(Kind, change.After.Namespace).Where(set => change.After.Name.Contains($"-{set.Name}-", StringComparison.Ordinal)).Select(static set => set.Key)
            : [];
    }

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { } set)
        {
            return null;
        }

        var view = new StatefulSetView(set.Json);
        (IReadOnlyList<JsonObject> pods, IReadOnlyList<WorkloadAction> claiming) =
            Adoption.Claim(set.Json, Registry.List(ResourceKinds.Pods, set.Namespace), pod => view.Ordinal(pod.Text("metadata", "name")) is not null);
        (IReadOnlyList<JsonObject> revisions, IReadOnlyList<WorkloadAction> keeping) =
            Adoption.ClaimRevisions(set.Json, Registry.List(ResourceKinds.ControllerRevisions, set.Namespace));
        Carry(set, new WorkloadPlan([.. claiming, .. keeping], null, null));
        WorkloadPlan plan = StatefulSetRules.Decide(set.Json, pods, Claims(view, set.Namespace, pods), revisions, Now);
        Carry(set, plan);
        return plan.Recheck;
    }

    /// <inheritdoc/>
    protected override void Tell(StoredObject workload, WorkloadAction action, string name, ApiException? problem)
    {
        (string verb, string what) = action switch
        {
            CreateClaim claim => ("create", problem is null ? $"Claim {name} Pod {claim.Pod}" : $"Claim {name} for Pod {claim.Pod}"),
            CreatePod => ("create", $"Pod {name}"),
            _ => ("delete", $"Pod {name}"),
        };
        string reason = verb == "create" ? "Create" : "Delete";
        string end = problem is not null ? $"failed error: {problem.Message}" : action is CreateClaim ? "success" : "successful";
        Tell(workload, problem is null, (problem is null ? "Successful" : "Failed") + reason, $"{verb} {what} in StatefulSet {workload.Name} {end}");
    }

    // By name, one by one: a namespace may hold the claims of a hundred sets.
    private Dictionary<string, JsonObject> Claims(StatefulSetView set, string namespaceName, IReadOnlyList<JsonObject> pods)
    {
        var claims = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        if (set.ClaimTemplates.Count == 0)
        {
            return claims;
        }

        IEnumerable<int> ordinals = Enumerable.Range(set.Start, set.Replicas).Union(pods.Select(pod => set.Ordinal(pod.Text("metadata", "name"))).OfType<int>());
        foreach (string name in ordinals.SelectMany(ordinal => set.ClaimTemplates.Select(template => set.ClaimName(template, ordinal))))
        {
            if (Registry.Find(ResourceKinds.Claims, namespaceName, name) is { } claim)
            {
                claims[name] = claim.Json;
            }
        }

        return claims;
    }
}
