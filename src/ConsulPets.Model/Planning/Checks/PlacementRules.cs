using ConsulPets.Observing;

namespace ConsulPets.Planning.Checks;

/// <summary>Where a set's pods can be placed, as the scheduler decides it (without CPU and memory, which change from minute to minute).</summary>
internal static class PlacementRules
{
    /// <summary>Whether the pods of a template may ever run on a node: by labels, and by taints that are not tolerated.</summary>
    public static bool Suits(ObservedNode node, ObservedPlacement placement) =>
        placement.NodeSelector.All(label => node.Labels.GetValueOrDefault(label.Key) == label.Value)
        && (placement.NodeAffinity.Count == 0 || placement.NodeAffinity.Any(term => term.Fits(node.Labels)))
        && node.Taints.All(taint => IsPassing(taint) || taint.Effect == "PreferNoSchedule" || placement.Tolerations.Any(toleration => Tolerates(toleration, taint)));

    /// <summary>Whether a new pod can be placed on a node now.</summary>
    public static bool IsOpen(ObservedNode node, ObservedPlacement placement) => node is { Ready: true, Cordoned: false } && Suits(node, placement);

    /// <summary>How many pods of the set a rule leaves room for: a place is a value of its topology key, and nodes without the key are no places.</summary>
    public static int Places(SpreadingRule rule, IEnumerable<ObservedNode> nodes) =>
        nodes.Select(node => node.Labels.GetValueOrDefault(rule.TopologyKey)).OfType<string>().Distinct().Count();

    // What a node's own trouble puts there: Ready and Cordoned say it already.
    private static bool IsPassing(ObservedTaint taint) => taint.Key is "node.kubernetes.io/unschedulable" or "node.kubernetes.io/not-ready" or "node.kubernetes.io/unreachable";

    private static bool Tolerates(ObservedToleration toleration, ObservedTaint taint) =>
        (toleration.Effect.Length == 0 || toleration.Effect == taint.Effect)
        && (toleration.Key.Length == 0 ? toleration.Operator == "Exists" : toleration.Key == taint.Key)
        && (toleration.Operator == "Exists" || toleration.Value == taint.Value);
}
