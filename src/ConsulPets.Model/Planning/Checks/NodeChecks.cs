using ConsulPets.Observing;

namespace ConsulPets.Planning.Checks;

/// <summary>Whether the loss of one node is the loss of one server.</summary>
internal static class NodeChecks
{
    private const string Hostname = "kubernetes.io/hostname";

    /// <summary>Whether there are nodes enough for the pod template's rules.</summary>
    public static CheckVerdict Nodes(CheckSubject subject)
    {
        int wanted = subject.Workload.Replicas;
        if (subject.Workload.Kind == PetSetKind.DaemonSet)
        {
            return CheckVerdict.Passed($"a DaemonSet has one pod a node: {CheckSubject.Count(wanted, "node")}");
        }

        ObservedPlacement placement = subject.Surroundings.Placement;
        if (subject.Surroundings.Nodes.Value is not { } nodes)
        {
            // Pets that run on as many nodes prove that there are as many, if they were placed by the present rules and those are about nodes.
            int seen = subject.Observation.Pods.Where(pod => pod is { Ready: true, Node: not null } && PetSetHealth.IsUpToDate(subject.Workload, pod) != false).Select(static pod => pod.Node).Distinct().Count();
            return seen >= wanted && placement.Rules.All(static rule => rule.TopologyKey == Hostname)
                ? CheckVerdict.Passed($"{CheckSubject.Count(wanted, "pet")} on {CheckSubject.Count(seen, "node")}, as their pods say; the nodes themselves were not read")
                : subject.NotRead("the cluster's nodes", subject.Surroundings.Nodes.Failure);
        }

        ObservedNode[] suited = [.. nodes.Where(node => PlacementRules.Suits(node, placement))];
        ObservedNode[] open = [.. suited.Where(node => PlacementRules.IsOpen(node, placement))];
        foreach (SpreadingRule rule in placement.Rules.DefaultIfEmpty(new SpreadingRule(SpreadingForm.Preferred, Hostname)).OrderBy(static rule => rule.Form))
        {
            int places = PlacementRules.Places(rule, open);
            if (places < wanted)
            {
                return TooFew(subject, rule, places, [.. suited.Except(open)], placement.Rules.Count > 0);
            }
        }

        return CheckVerdict.Passed($"{CheckSubject.Count(open.Length, "node")} for {CheckSubject.Count(wanted, "pet")}{RuleOf(placement)}");
    }

    /// <summary>Whether no two pets share a node.</summary>
    public static CheckVerdict Spread(CheckSubject subject)
    {
        ObservedPod[] placed = [.. subject.Observation.Pods.Where(static pod => pod.Node is not null)];
        if (placed.GroupBy(static pod => pod.Node).Where(static same => same.Skip(1).Any()).OrderByDescending(static same => same.Count()).FirstOrDefault() is not { } shared)
        {
            return placed.Length == 0 && subject.Workload.Replicas > 0
                ? CheckVerdict.Unknown("no pod has a node yet")
                : CheckVerdict.Passed(placed.Length == 1 ? "one pet on one node" : FormattableString.Invariant($"{placed.Length} pets on {placed.Length} nodes"));
        }

        string[] names = [.. shared.Select(static pod => pod.Name)];
        string free = subject.Surroundings.Nodes.Value?
            .FirstOrDefault(node => PlacementRules.IsOpen(node, subject.Surroundings.Placement) && !placed.Any(pod => pod.Node == node.Name))?.Name ?? string.Empty;
        return CheckVerdict.Warning(
            $"{CheckSubject.List(names)} share the node {shared.Key}, and would be lost together{(free.Length > 0 ? $"; {free} is free" : string.Empty)}",
            free.Length > 0 ? subject.Restart(names[^1]) : null,
            names);
    }

    private static CheckVerdict TooFew(CheckSubject subject, SpreadingRule rule, int places, ObservedNode[] closed, bool hasRule)
    {
        string what = rule.TopologyKey == Hostname ? CheckSubject.Count(places, "node") : $"{CheckSubject.Count(places, "place")} by {rule.TopologyKey}";
        string wanted = CheckSubject.Count(subject.Workload.Replicas, "pet");
        string shut = closed.Length == 0 ? string.Empty : $"; {CheckSubject.List([.. closed.Select(static node => node.Name)])} {(closed.All(static node => node.Cordoned) ? "cordoned" : "not ready or cordoned")}";
        string? fix = closed.FirstOrDefault(static node => node is { Cordoned: true, Ready: true }) is { } cordoned ? subject.Surroundings.Scope.KubectlCluster($"uncordon {cordoned.Name}")
            : closed.FirstOrDefault() is { } notReady ? subject.Surroundings.Scope.KubectlCluster($"describe node {notReady.Name}")
            : subject.Surroundings.Scope.KubectlCluster("get nodes --show-labels");
        string[] names = [.. closed.Select(static node => node.Name)];
        return rule.Form == SpreadingForm.Required
            ? CheckVerdict.Failed($"{what} for {wanted}, and the anti-affinity demands one for each: a pet that is lost may find no place{shut}", fix, names)
            : CheckVerdict.Warning($"{what} for {wanted}, so some {(hasRule ? "share one against the rule" : "share one")}{shut}", fix, names);
    }

    private static string RuleOf(ObservedPlacement placement) => placement.Rules.OrderBy(static rule => rule.Form).FirstOrDefault() switch
    {
        null => "; the pod template has no rule that keeps them apart",
        { Form: SpreadingForm.Required } => ", one for each by the anti-affinity",
        { Form: SpreadingForm.Even } => ", evenly by the topology spread",
        _ => ", kept apart where it can be",
    };
}
