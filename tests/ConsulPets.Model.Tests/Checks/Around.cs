using System.Globalization;
using ConsulPets.Planning.Checks;

namespace ConsulPets.Model.Tests;

/// <summary>A set with what is around it: all as it should be, and the ways in which it can be less so. Each way returns a changed copy.</summary>
internal sealed record Around(PetSetObservation Look, PetSetSurroundings Surroundings)
{
    public static readonly ObservedFailure Forbidden = new(
        "KubernetesForbidden", "This account may not list nodes in the cluster: nodes is forbidden.", "Ask for the right: verb 'list' on 'nodes' in the cluster");

    public static Around Healthy(int replicas = 3) => Of(OnOwnNodes(Given.Healthy(replicas)));

    public static Around Cattle() => Of(OnOwnNodes(Given.HealthyCattle("cattle-bcdfg", "cattle-hjklm", "cattle-npqrs")));

    public static Around Of(PetSetObservation look) => new(look, new PetSetSurroundings
    {
        Update = new ObservedUpdate("RollingUpdate", look.Workload.UpdateRevision),
        Placement = new ObservedPlacement { Rules = [new SpreadingRule(SpreadingForm.Preferred, "kubernetes.io/hostname")] },
        Nodes = new Fact<IReadOnlyList<ObservedNode>>([.. Enumerable.Range(1, Math.Max(3, look.Workload.Replicas)).Select(static n => Node(string.Create(CultureInfo.InvariantCulture, $"worker-{n}")))]),
        Budgets = new Fact<IReadOnlyList<ObservedBudget>>([Budget("consul", maxUnavailable: "1")]),
        Autopilot = new Fact<AutopilotConfiguration>(Configuration((look.Workload.Replicas / 2) + 1, cleansUp: true)),
    });

    public static ObservedNode Node(string name) => new(name, new Dictionary<string, string> { ["kubernetes.io/hostname"] = name, ["zone"] = "a" }, Ready: true, Cordoned: false, []);

    public static ObservedBudget Budget(string name, string? maxUnavailable = null, string? minAvailable = null, string app = "consul") =>
        new(name, new LabelSelector(new Dictionary<string, string> { ["app"] = app }, []), minAvailable, maxUnavailable);

    public Around See(Func<PetSetObservation, PetSetObservation> change) => this with { Look = change(Look) };

    public Around Where(Func<PetSetSurroundings, PetSetSurroundings> change) => this with { Surroundings = change(Surroundings) };

    public Around Nodes(Func<ObservedNode, ObservedNode?> change) =>
        Where(around => around with { Nodes = new Fact<IReadOnlyList<ObservedNode>>([.. around.Nodes.Value!.Select(change).OfType<ObservedNode>()]) });

    public Around NoNodes() => Where(static around => around with { Nodes = new Fact<IReadOnlyList<ObservedNode>>(null, Forbidden) });

    public Around Apart(params SpreadingRule[] rules) => Where(around => around with { Placement = around.Placement with { Rules = rules } });

    public Around Budgets(params ObservedBudget[] budgets) => Where(around => around with { Budgets = new Fact<IReadOnlyList<ObservedBudget>>(budgets) });

    public Around MinQuorum(int number, bool cleansUp = true) => Where(around => around with { Autopilot = new Fact<AutopilotConfiguration>(Configuration(number, cleansUp)) });

    public Around Strategy(string strategy, string? current = "new") => Where(around => around with { Update = new ObservedUpdate(strategy, current) });

    public IReadOnlyList<ConsulPetSetCheck> Judge() => PetSetChecks.Judge(Look, Surroundings);

    public ConsulPetSetCheck this[string check] => Judge().Single(candidate => candidate.Name == check);

    private static PetSetObservation OnOwnNodes(PetSetObservation look)
    {
        PetSetObservation labelled = look.Workload(static workload => workload with { TemplateLabels = new Dictionary<string, string> { ["app"] = "consul" } });
        return labelled with { Pods = [.. labelled.Pods.Select(static (pod, n) => pod with { Node = string.Create(CultureInfo.InvariantCulture, $"worker-{n + 1}") })] };
    }

    private static AutopilotConfiguration Configuration(int minQuorum, bool cleansUp) => new()
    {
        CleanupDeadServers = cleansUp,
        LastContactThreshold = TimeSpan.FromMilliseconds(200),
        MaxTrailingLogs = 250,
        MinQuorum = minQuorum,
        ServerStabilizationTime = TimeSpan.FromSeconds(10),
        ModifyIndex = 4,
        Document = "{}",
    };
}
