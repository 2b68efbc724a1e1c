namespace ConsulPets.Observing;

/// <summary>
/// What is around a pet set, beside its <see cref="PetSetObservation"/>: what only a check of the whole asks for. Each part that the account may not read, or that did not
/// answer, says so by itself; the others are there all the same.
/// </summary>
public sealed record PetSetSurroundings
{
    /// <summary>What a command must name to reach this set from the session that asked.</summary>
    public FixScope Scope { get; init; } = new();

    /// <summary>How the workload updates its pods.</summary>
    public required ObservedUpdate Update { get; init; }

    /// <summary>Where the pod template lets its pods be placed.</summary>
    public required ObservedPlacement Placement { get; init; }

    /// <summary>All nodes of the cluster.</summary>
    public required Fact<IReadOnlyList<ObservedNode>> Nodes { get; init; }

    /// <summary>All disruption budgets of the namespace.</summary>
    public required Fact<IReadOnlyList<ObservedBudget>> Budgets { get; init; }

    /// <summary>
    /// Whether the cluster serves disruption budgets as <c>policy/v1beta1</c> only, as Kubernetes before 1.21 does: today's <c>kubectl create poddisruptionbudget</c> does not know that version.
    /// </summary>
    public bool BudgetsAreBeta { get; init; }

    /// <summary>Whether the set's annotation speaks of an operation: of a suspended set it remembers the number of pets.</summary>
    public bool HasOperation { get; init; }

    /// <summary>Autopilot's configuration, as it is in force.</summary>
    public required Fact<AutopilotConfiguration> Autopilot { get; init; }
}

/// <summary>Why something could not be read.</summary>
/// <param name="ErrorId">The error's id, such as <c>KubernetesForbidden</c>.</param>
/// <param name="Message">What happened, in words.</param>
/// <param name="RecommendedAction">What to do; for a missing right, the right.</param>
public sealed record ObservedFailure(string ErrorId, string Message, string RecommendedAction);

/// <summary>Something that was read, or why it was not.</summary>
/// <typeparam name="T">What it is.</typeparam>
/// <param name="Value">What was read; null when it was not.</param>
/// <param name="Failure">Why it was not read; null when it was.</param>
public sealed record Fact<T>(T? Value, ObservedFailure? Failure)
    where T : class
{
    /// <summary>Something that was read.</summary>
    /// <param name="value">What it is.</param>
    public Fact(T value)
        : this(value, null)
    {
    }
}

/// <summary>How a workload updates its pods.</summary>
/// <param name="Strategy">RollingUpdate or OnDelete.</param>
/// <param name="CurrentRevision">
/// The revision that a StatefulSet's controller calls current: it follows the newest one only when every pod is updated, and never with OnDelete. Null for a DaemonSet.
/// </param>
public sealed record ObservedUpdate(string Strategy, string? CurrentRevision);

/// <summary>A disruption budget.</summary>
/// <param name="Name">The name.</param>
/// <param name="Selector">The pods that it covers; null when it covers none.</param>
/// <param name="MinAvailable">Pods that must stay, a number or a percentage; null when the budget does not say.</param>
/// <param name="MaxUnavailable">Pods that may be away, a number or a percentage; null when the budget does not say.</param>
public sealed record ObservedBudget(string Name, LabelSelector? Selector, string? MinAvailable, string? MaxUnavailable);

/// <summary>A node, as far as it decides whether a pod can be placed there.</summary>
/// <param name="Name">The name.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Ready">Whether its kubelet reports that it is ready.</param>
/// <param name="Cordoned">Whether no new pods may be placed there (<c>kubectl cordon</c>).</param>
/// <param name="Taints">Its taints.</param>
public sealed record ObservedNode(string Name, IReadOnlyDictionary<string, string> Labels, bool Ready, bool Cordoned, IReadOnlyList<ObservedTaint> Taints);

/// <summary>A taint of a node.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; empty for none.</param>
/// <param name="Effect">NoSchedule, PreferNoSchedule or NoExecute.</param>
public sealed record ObservedTaint(string Key, string Value, string Effect);

/// <summary>A toleration of a pod template.</summary>
/// <param name="Key">The key; empty for every one.</param>
/// <param name="Operator">Exists or Equal.</param>
/// <param name="Value">The value; empty for none.</param>
/// <param name="Effect">The effect; empty for every one.</param>
public sealed record ObservedToleration(string Key, string Operator, string Value, string Effect);

/// <summary>What a pod template says about where its pods may be.</summary>
public sealed record ObservedPlacement
{
    /// <summary>Labels that a node must have.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = new Dictionary<string, string>();

    /// <summary>What a node must satisfy by <c>nodeAffinity</c>: one of these. Empty when any node will do.</summary>
    public IReadOnlyList<LabelSelector> NodeAffinity { get; init; } = [];

    /// <summary>What the pods tolerate.</summary>
    public IReadOnlyList<ObservedToleration> Tolerations { get; init; } = [];

    /// <summary>The rules that keep the set's pods apart from each other.</summary>
    public IReadOnlyList<SpreadingRule> Rules { get; init; } = [];
}

/// <summary>A rule that keeps a set's pods apart.</summary>
/// <param name="Form">What kind of rule it is.</param>
/// <param name="TopologyKey">The node label whose values are the places: <c>kubernetes.io/hostname</c> for nodes.</param>
public sealed record SpreadingRule(SpreadingForm Form, string TopologyKey);

/// <summary>The ways in which a pod template keeps its pods apart.</summary>
public enum SpreadingForm
{
    /// <summary>Required anti-affinity: a place holds one pod, and a pod without a place of its own is not placed.</summary>
    Required,

    /// <summary>A topology spread that is not scheduled around (<c>DoNotSchedule</c>): with fewer places than pods, some share one.</summary>
    Even,

    /// <summary>Preferred anti-affinity, or a spread that is scheduled anyway: a wish.</summary>
    Preferred,
}
