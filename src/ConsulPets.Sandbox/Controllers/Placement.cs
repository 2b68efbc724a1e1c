using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Where a pod goes (Kubernetes documentation, Assigning Pods to Nodes). Nodes' CPU and memory do not count: what runs here runs on one machine.</summary>
internal static class Placement
{
    /// <summary>Chooses a node.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="pods">All pods that are bound and have not ended.</param>
    /// <param name="volumes">The volumes that its claims are bound to.</param>
    /// <returns>The node's name; or null and why none will do, as the real one words it.</returns>
    public static (string? Node, string Why) Choose(JsonObject pod, IReadOnlyList<JsonObject> nodes, IReadOnlyList<JsonObject> pods, IReadOnlyList<JsonObject> volumes)
    {
        if (nodes.Count == 0)
        {
            return (null, "no nodes available to schedule pods");
        }

        var cluster = new Cluster(pod, nodes, pods);
        var fitting = new List<JsonObject>();
        var reasons = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (JsonObject node in nodes)
        {
            if (WhyNot(pod, node, cluster, volumes) is { } reason)
            {
                reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
            }
            else
            {
                fitting.Add(node);
            }
        }

        if (fitting.Count == 0)
        {
            IEnumerable<string> counted = reasons.Select(static reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Value} {reason.Key}")).Order(StringComparer.Ordinal);
            return (null, string.Create(CultureInfo.InvariantCulture, $"0/{nodes.Count} nodes are available: {string.Join(", ", counted)}."));
        }

        JsonObject best = fitting
            .OrderByDescending(node => NodeMatch.Preference(pod.Part("spec") ?? [], node) + PodPreference(pod, node, cluster))
            .ThenBy(node => Siblings(pod, node, cluster))
            .ThenBy(node => cluster.On(NameOf(node)).Count)
            .ThenBy(NameOf, StringComparer.Ordinal)
            .First();
        return (NameOf(best), string.Empty);
    }

    private static string NameOf(JsonObject node) => node.Text("metadata", "name") ?? string.Empty;

    // In the order of the real one's plugins: the first that refuses gives the reason.
    private static string? WhyNot(JsonObject pod, JsonObject node, Cluster cluster, IReadOnlyList<JsonObject> volumes)
    {
        JsonObject spec = pod.Part("spec") ?? [];
        JsonObject[] tolerations = [.. spec.Items("tolerations")];
        var cordon = new JsonObject { ["key"] = Taints.Unschedulable, ["effect"] = "NoSchedule" };
        if (node.Truth("spec", "unschedulable") == true && !tolerations.Any(toleration => Taints.Tolerates(toleration, cordon)))
        {
            return "node(s) were unschedulable";
        }

        if (Taints.Untolerated(Taints.Of(node), tolerations, "NoSchedule", "NoExecute") is { } taint)
        {
            return $"node(s) had untolerated taint {{{taint.Text("key")}: {taint.Text("value")}}}";
        }

        if (!NodeMatch.Fits(spec, node))
        {
            return "node(s) didn't match Pod's node affinity/selector";
        }

        if (volumes.Any(volume => !NodeMatch.Reaches(volume, node)))
        {
            return "node(s) had volume node affinity conflict";
        }

        if (spec.Items("topologySpreadConstraints").Any(constraint => constraint.Text("whenUnsatisfiable") != "ScheduleAnyway" && IsTooUneven(pod, node, constraint, cluster)))
        {
            return "node(s) didn't match pod topology spread constraints";
        }

        if (spec.Items("affinity", "podAffinity", Required).Any(term => !IsNear(pod, node, term, cluster) && !IsFirst(pod, term, cluster)))
        {
            return "node(s) didn't match pod affinity rules";
        }

        if (spec.Items("affinity", "podAntiAffinity", Required).Any(term => IsNear(pod, node, term, cluster)))
        {
            return "node(s) didn't match pod anti-affinity rules";
        }

        // What others keep away from counts both ways.
        return cluster.All.Any(other => other.Items("spec", "affinity", "podAntiAffinity", Required).Any(term => IsMeant(other, pod, term) && cluster.AreTogether(other, node, term.Text("topologyKey"))))
            ? "node(s) didn't satisfy existing pods anti-affinity rules"
            : null;
    }

    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    // Whether the term of one pod means another.
    private static bool IsMeant(JsonObject whose, JsonObject other, JsonObject term)
    {
        string[] namespaces = [.. term.Texts("namespaces")];
        string? place = other.Text("metadata", "namespace");
        bool isPlace = namespaces.Length > 0 ? namespaces.Contains(place) : term.Part("namespaceSelector") is not null || place == whose.Text("metadata", "namespace");
        return isPlace && LabelSelector.OfManifest(term.Part("labelSelector")).Matches(other);
    }

    private static bool IsNear(JsonObject pod, JsonObject node, JsonObject term, Cluster cluster) =>
        cluster.All.Any(other => cluster.AreTogether(other, node, term.Text("topologyKey")) && IsMeant(pod, other, term));

    // The first of pods that want to be together may start anywhere.
    private static bool IsFirst(JsonObject pod, JsonObject term, Cluster cluster) => IsMeant(pod, pod, term) && !cluster.All.Any(other => IsMeant(pod, other, term));

    private static long PodPreference(JsonObject pod, JsonObject node, Cluster cluster)
    {
        long Sum(string kind) => (pod.At("spec", "affinity", kind, Preferred) as JsonArray ?? []).OfType<JsonObject>()
            .Sum(item => item.Part("podAffinityTerm") is { } term
                ? (item.Number("weight") ?? 0) * cluster.All.Count(other => cluster.AreTogether(other, node, term.Text("topologyKey")) && IsMeant(pod, other, term))
                : 0);

        long uneven = pod.Items("spec", "topologySpreadConstraints").Sum(constraint => (long)Count(pod, node, constraint, cluster));
        return Sum("podAffinity") - Sum("podAntiAffinity") - uneven;
    }

    private static int Count(JsonObject pod, JsonObject node, JsonObject constraint, Cluster cluster)
    {
        LabelSelector selector = LabelSelector.OfManifest(constraint.Part("labelSelector"));
        return cluster.All.Count(other =>
            other.Text("metadata", "namespace") == pod.Text("metadata", "namespace") && cluster.AreTogether(other, node, constraint.Text("topologyKey")) && selector.Matches(other));
    }

    private static bool IsTooUneven(JsonObject pod, JsonObject node, JsonObject constraint, Cluster cluster)
    {
        string key = constraint.Text("topologyKey") ?? string.Empty;
        if (node.Text("metadata", "labels", key) is null)
        {
            return true;
        }

        // Only the places where the pod may go by its own wish are compared.
        int least = cluster.Nodes
            .Where(other => other.Text("metadata", "labels", key) is not null && NodeMatch.Fits(pod.Part("spec") ?? [], other))
            .Select(other => Count(pod, other, constraint, cluster))
            .DefaultIfEmpty(0)
            .Min();
        int itself = LabelSelector.OfManifest(constraint.Part("labelSelector")).Matches(pod) ? 1 : 0;
        return Count(pod, node, constraint, cluster) + itself - least > (constraint.Number("maxSkew") ?? 1);
    }

    private static int Siblings(JsonObject pod, JsonObject node, Cluster cluster)
    {
        string? owner = Owner.Of(pod).FirstOrDefault(static item => item.IsController)?.Uid;
        return owner is null ? 0 : cluster.On(NameOf(node)).Count(other => Owner.Of(other).Any(item => item.Uid == owner));
    }

    private sealed class Cluster
    {
        private readonly Dictionary<string, JsonObject> byName;
        private readonly Dictionary<string, List<JsonObject>> byNode = new(StringComparer.Ordinal);

        public Cluster(JsonObject pod, IReadOnlyList<JsonObject> nodes, IReadOnlyList<JsonObject> pods)
        {
            Nodes = nodes;
            All = [.. pods.Where(other => other.Text("metadata", "uid") != pod.Text("metadata", "uid"))];
            byName = nodes.ToDictionary(NameOf, StringComparer.Ordinal);
            foreach (JsonObject other in All)
            {
                string node = PodState.Node(other) ?? string.Empty;
                if (!byNode.TryGetValue(node, out List<JsonObject>? there))
                {
                    byNode[node] = there = [];
                }

                there.Add(other);
            }
        }

        public IReadOnlyList<JsonObject> Nodes { get; }

        public IReadOnlyList<JsonObject> All { get; }

        public List<JsonObject> On(string node) => byNode.TryGetValue(node, out List<JsonObject>? there) ? there : [];

        // Whether a pod is in the same place as a node: the same host, the same zone.
        public bool AreTogether(JsonObject pod, JsonObject node, string? topologyKey) =>
            topologyKey is not null
            && byName.GetValueOrDefault(PodState.Node(pod) ?? string.Empty).Text("metadata", "labels", topologyKey) is { } place
            && place == node.Text("metadata", "labels", topologyKey);
    }
}
