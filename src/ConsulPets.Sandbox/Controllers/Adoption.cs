using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Which pods belong to a workload, by label and owner (Kubernetes source, pkg/controller/controller_ref_manager.go).</summary>
internal static class Adoption
{
    /// <summary>Sorts out the pods of a workload's namespace.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="pods">The pods of its namespace.</param>
    /// <param name="mayAdopt">Whether a pod may be taken over, besides its labels; null for all.</param>
    /// <returns>Those that are its own, with the adopted ones, and what to do about the others.</returns>
    public static (IReadOnlyList<JsonObject> Own, IReadOnlyList<WorkloadAction> Actions) Claim(JsonObject workload, IEnumerable<StoredObject> pods, Func<JsonObject, bool>? mayAdopt = null)
    {
        var own = new List<JsonObject>();
        var actions = new List<WorkloadAction>();
        LabelSelector selector = LabelSelector.OfManifest(workload.Part("spec", "selector"));
        string uid = workload.Text("metadata", "uid") ?? string.Empty;
        bool isEnding = workload.Text("metadata", "deletionTimestamp") is not null;
        foreach (StoredObject pod in pods)
        {
            ObjectFacts facts = ObjectFacts.Of(pod);
            if (facts.Controller is null ? pod.IsBeingDeleted || isEnding : facts.Controller.Uid != uid)
            {
                continue;
            }

            bool matches = selector.Matches(facts.Labels) && (mayAdopt is null || mayAdopt(pod.Json));
            if (facts.Controller is null && matches)
            {
                actions.Add(new Adopt(pod.Name, pod.Uid));
                own.Add(pod.Json);
            }
            else if (facts.Controller is not null && matches)
            {
                own.Add(pod.Json);
            }
            else if (facts.Controller is not null && !isEnding && !pod.IsBeingDeleted)
            {
                actions.Add(new Release(pod.Name, pod.Uid));
            }
        }

        return (own, actions);
    }

    /// <summary>The revisions of a workload. Those that nobody controls are taken over, as after a deletion that orphaned them.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="revisions">The revisions of its namespace.</param>
    /// <returns>Its own, sorted, and what to do about orphans.</returns>
    public static (IReadOnlyList<JsonObject> Own, IReadOnlyList<WorkloadAction> Actions) ClaimRevisions(JsonObject workload, IEnumerable<StoredObject> revisions)
    {
        LabelSelector selector = LabelSelector.OfManifest(workload.Part("spec", "selector"));
        string uid = workload.Text("metadata", "uid") ?? string.Empty;
        bool isEnding = workload.Text("metadata", "deletionTimestamp") is not null;
        StoredObject[] mine =
        [
            .. revisions.Where(item => ObjectFacts.Of(item) is var facts
                && (facts.Controller is { } controller ? controller.Uid == uid : !isEnding && !item.IsBeingDeleted && selector.Matches(facts.Labels))),
        ];
        return (
            TemplateRevisions.Sorted(mine.Select(static item => item.Json)),
            [.. mine.Where(static item => ObjectFacts.Of(item).Controller is null).Select(static item => new Adopt(item.Name, item.Uid, IsRevision: true))]);
    }
}
