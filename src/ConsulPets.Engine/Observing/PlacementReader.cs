using System.Text.Json;
using ConsulPets.Engine.Kubernetes;

namespace ConsulPets.Engine.Observing;

/// <summary>Reads what is around a pet set into the surroundings' records.</summary>
internal static class PlacementReader
{
    /// <summary>Reads how a workload updates its pods.</summary>
    /// <param name="workload">The StatefulSet or DaemonSet.</param>
    /// <returns>The record.</returns>
    public static ObservedUpdate Update(JsonElement workload) => new(
        workload.TextOrNull("spec", "updateStrategy", "type") ?? "RollingUpdate",
        workload.TextOrNull("status", "currentRevision"));

    /// <summary>Reads where a workload's template lets its pods be.</summary>
    /// <param name="workload">The StatefulSet or DaemonSet.</param>
    /// <returns>The record.</returns>
    public static ObservedPlacement Placement(JsonElement workload)
    {
        JsonElement spec = workload.Find("spec", "template", "spec") ?? default;
        Dictionary<string, string> labels = workload.Map("spec", "template", "metadata", "labels");
        return new ObservedPlacement
        {
            NodeSelector = spec.Map("nodeSelector"),
            NodeAffinity = [.. spec.Items("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").Select(NodeTerm)],
            Tolerations = [.. spec.Items("tolerations").Select(static toleration => new ObservedToleration(
                toleration.Text("key"), toleration.TextOrNull("operator") ?? "Equal", toleration.Text("value"), toleration.Text("effect")))],
            Rules = [.. Rules(spec, labels).Distinct()],
        };
    }

    /// <summary>Reads a node.</summary>
    /// <param name="node">The object.</param>
    /// <returns>The record.</returns>
    public static ObservedNode Node(JsonElement node)
    {
        Dictionary<string, string> labels = node.Map("metadata", "labels");
        string name = node.Text("metadata", "name");

        // A term may select nodes by their name, as a field.
        labels["metadata.name"] = name;
        return new ObservedNode(
            name,
            labels,
            node.Items("status", "conditions").Any(static condition => condition.Text("type") == "Ready" && condition.Text("status") == "True"),
            node.Is("spec", "unschedulable"),
            [.. node.Items("spec", "taints").Select(static taint => new ObservedTaint(taint.Text("key"), taint.Text("value"), taint.Text("effect")))]);
    }

    /// <summary>Reads a disruption budget.</summary>
    /// <param name="budget">The object.</param>
    /// <param name="policyVersion">The version that it was read in: an empty selector covers every pod in v1, and none in v1beta1.</param>
    /// <returns>The record.</returns>
    public static ObservedBudget Budget(JsonElement budget, string policyVersion)
    {
        LabelSelector? selector = budget.Find("spec", "selector") is { } found ? Selector(found) : null;
        return new ObservedBudget(
            budget.Text("metadata", "name"),
            selector is { IsEmpty: true } && policyVersion == "v1beta1" ? null : selector,
            Amount(budget.Find("spec", "minAvailable")),
            Amount(budget.Find("spec", "maxUnavailable")));
    }

    // Rules about the set's own pods only: one that keeps them from other pods says nothing about how many nodes they need.
    private static IEnumerable<SpreadingRule> Rules(JsonElement spec, Dictionary<string, string> labels)
    {
        foreach (JsonElement term in spec.Items("affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution").Where(term => IsAbout(term, labels)))
        {
            yield return new SpreadingRule(SpreadingForm.Required, term.Text("topologyKey"));
        }

        foreach (JsonElement constraint in spec.Items("topologySpreadConstraints").Where(constraint => IsAbout(constraint, labels)))
        {
            yield return new SpreadingRule(constraint.Text("whenUnsatisfiable") == "ScheduleAnyway" ? SpreadingForm.Preferred : SpreadingForm.Even, constraint.Text("topologyKey"));
        }

        foreach (JsonElement weighted in spec.Items("affinity", "podAntiAffinity", "preferredDuringSchedulingIgnoredDuringExecution"))
        {
            if (weighted.Find("podAffinityTerm") is { } term && IsAbout(term, labels))
            {
                yield return new SpreadingRule(SpreadingForm.Preferred, term.Text("topologyKey"));
            }
        }
    }

    private static bool IsAbout(JsonElement rule, Dictionary<string, string> labels) => rule.Find("labelSelector") is { } selector && Selector(selector).Fits(labels);

    private static LabelSelector Selector(JsonElement selector) => new(selector.Map("matchLabels"), [.. selector.Items("matchExpressions").Select(Requirement)]);

    private static LabelSelector NodeTerm(JsonElement term) => new(
        new Dictionary<string, string>(), [.. term.Items("matchExpressions").Concat(term.Items("matchFields")).Select(Requirement)]);

    private static LabelRequirement Requirement(JsonElement requirement) => new(requirement.Text("key"), requirement.Text("operator"), [.. requirement.Texts("values")]);

    private static string? Amount(JsonElement? amount) => amount is { ValueKind: JsonValueKind.String } text ? text.GetString() : amount?.GetRawText();
}
