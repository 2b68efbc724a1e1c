using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Keeps disruption budgets' statuses, on which evictions are decided.</summary>
internal sealed class BudgetController : KeyedController
{
    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public BudgetController(ControllerContext context)
        : base(context, "controllermanager")
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource is "poddisruptionbudgets" or "pods" or "statefulsets";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All() => Registry.List(ResourceKinds.DisruptionBudgets).Select(static budget => budget.Key);

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change) => change.After.Key.Resource switch
    {
        "poddisruptionbudgets" => [change.After.Key],
        "pods" => Registry.List(ResourceKinds.DisruptionBudgets, change.After.Namespace)
            .Where(budget => Means(budget, change.After) || (change.Before is not null && Means(budget, change.Before))).Select(static budget => budget.Key),
        _ => change.Before?.Json.Number("spec", "replicas") == change.After.Json.Number("spec", "replicas") && change.Kind == ChangeKind.Modified
            ? []
            : Registry.List(ResourceKinds.DisruptionBudgets, change.After.Namespace).Select(static budget => budget.Key),
    };

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { IsBeingDeleted: false } budget)
        {
            return null;
        }

        JsonObject[] pods = [.. Registry.List(ResourceKinds.Pods, key.Namespace).Where(pod => Means(budget, pod)).Select(static pod => pod.Json)];
        TimeSpan? recheck = null;
        JsonObject? told = null;
        Registry.Update(
            ResourceKinds.DisruptionBudgets,
            key.Namespace,
            key.Name,
            json =>
            {
                // Decided on the latest version: the API writes disruptedPods at the same time.
                (JsonObject status, recheck) = BudgetRules.Decide(json, pods, ScaleOf, Now);
                bool isSame = JsonNode.DeepEquals(json["status"], status);
                json["status"] = status;
                told = status;
                return isSame ? null : json;
            },
            WriteRequest.Status);
        if (PodState.Condition(new JsonObject { ["status"] = told?.DeepClone() }, "DisruptionAllowed") is { } condition && condition.Text("reason") == "SyncFailed")
        {
            string problem = condition.Text("message") ?? string.Empty;
            Context.Events.Record(budget, "Warning", "CalculateExpectedPodCountFailed", $"Failed to calculate the number of expected pods: {problem}", Name);
        }

        return recheck;
    }

    private static bool Means(StoredObject budget, StoredObject pod) => LabelSelector.OfManifest(budget.Json.Part("spec", "selector")).Matches(ObjectFacts.Of(pod).Labels);

    // Of the kinds served only a StatefulSet has a scale.
    private (string Uid, long Scale)? ScaleOf(JsonObject pod) =>
        Owner.Of(pod).FirstOrDefault(static owner => owner.IsController) is { Kind: "StatefulSet" } owner
        && Registry.Find(ResourceKinds.StatefulSets, pod.Text("metadata", "namespace") ?? string.Empty, owner.Name) is { } set && set.Uid == owner.Uid
            ? (set.Uid, set.Json.Number("spec", "replicas") ?? 1)
            : null;
}
