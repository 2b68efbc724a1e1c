using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Does what <see cref="DaemonSetRules"/> decides.</summary>
internal sealed class DaemonSetController : WorkloadController
{
    private readonly Dictionary<(string Set, string Node), DaemonSetRules.FailedPods> failures = [];

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public DaemonSetController(ControllerContext context)
        : base(context, ResourceKinds.DaemonSets, "daemonset-controller")
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => base.Wants(key) || key.Resource == "nodes";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change)
    {
        if (change.After.Key.Resource != "nodes")
        {
            return base.Concerned(change);
        }

        // Nodes' statuses change all the time; only labels and taints decide where pods belong.
        bool isSame = change.Before is not null && change.Kind == ChangeKind.Modified
            && JsonNode.DeepEquals(change.Before.Json["spec"], change.After.Json["spec"]) && JsonNode.DeepEquals(change.Before.Labels, change.After.Labels);
        return isSame ? [] : All();
    }

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { } set)
        {
            foreach ((string Set, string Node) gone in failures.Keys.Where(item => !Registry.List(Kind).Any(known => known.Uid == item.Set)).ToArray())
            {
                failures.Remove(gone);
            }

            return null;
        }

        (IReadOnlyList<JsonObject> pods, IReadOnlyList<WorkloadAction> claiming) = Adoption.Claim(set.Json, Registry.List(ResourceKinds.Pods, set.Namespace));
        (IReadOnlyList<JsonObject> revisions, IReadOnlyList<WorkloadAction> keeping) =
            Adoption.ClaimRevisions(set.Json, Registry.List(ResourceKinds.ControllerRevisions, set.Namespace));
        Carry(set, new WorkloadPlan([.. claiming, .. keeping], null, null));
        JsonObject[] places = [.. Registry.List(ResourceKinds.Nodes).Select(static node => node.Json)];
        WorkloadPlan plan = DaemonSetRules.Decide(set.Json, places, pods, revisions, node => failures.GetValueOrDefault((set.Uid, node)), Now);
        Remember(set, plan, pods);
        Carry(set, plan);
        return plan.Recheck;
    }

    /// <inheritdoc/>
    protected override void Tell(StoredObject workload, WorkloadAction action, string name, ApiException? problem)
    {
        if (action is DeletePod { Because: { } because })
        {
            Tell(workload, because.Reason == "SucceededDaemonPod", because.Reason, because.Message);
        }

        bool isCreation = action is CreatePod;
        string message = problem is null ? $"{(isCreation ? "Created" : "Deleted")} pod: {name}" : $"Error {(isCreation ? "creating" : "deleting")}: {problem.Message}";
        Tell(workload, problem is null, (problem is null ? "Successful" : "Failed") + (isCreation ? "Create" : "Delete"), message);
    }

    private void Remember(StoredObject set, WorkloadPlan plan, IReadOnlyList<JsonObject> pods)
    {
        foreach (DeletePod failed in plan.Actions.OfType<DeletePod>().Where(static action => action.Because is not null))
        {
            string node = pods.Where(pod => pod.Text("metadata", "uid") == failed.Uid).Select(DaemonSetObjects.Target).FirstOrDefault() ?? string.Empty;
            failures[(set.Uid, node)] = new DaemonSetRules.FailedPods(failures.GetValueOrDefault((set.Uid, node)).Count + 1, Now);
        }

        foreach (string node in pods.Where(PodState.IsReady).Select(DaemonSetObjects.Target).OfType<string>())
        {
            failures.Remove((set.Uid, node));
        }
    }
}
