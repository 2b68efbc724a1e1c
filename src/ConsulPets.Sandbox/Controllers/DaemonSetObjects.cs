using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>The pods of a DaemonSet (Kubernetes source, pkg/controller/daemon/util).</summary>
internal static class DaemonSetObjects
{
    /// <summary>The node that a pod is on or is meant for.</summary>
    /// <param name="pod">The pod.</param>
    /// <returns>The node; null when it is meant for none.</returns>
    public static string? Target(JsonObject pod) => PodState.Node(pod) ?? pod
        .Items("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
        .SelectMany(static term => term.Items("matchFields"))
        .Where(static field => field.Text("key") == "metadata.name")
        .Select(static field => field.Texts("values").FirstOrDefault())
        .FirstOrDefault();

    /// <summary>A pod.</summary>
    /// <param name="set">The set.</param>
    /// <param name="hash">The hash of its template's revision.</param>
    /// <param name="place">The node that the pod is for.</param>
    /// <returns>The object to create.</returns>
    public static JsonObject Pod(JsonObject set, string hash, string place)
    {
        JsonObject template = set.Part("spec", "template") ?? [];
        JsonObject metadata = StatefulSetObjects.FromTemplate(template, set);
        metadata["generateName"] = set.Text("metadata", "name") + "-";
        metadata.Make("labels")[StatefulSetObjects.RevisionLabel] = hash;
        if (set.Text("metadata", "annotations", "deprecated.daemonset.template.generation") is { } generation)
        {
            metadata.Make("labels")["pod-template-generation"] = generation;
        }

        var spec = (JsonObject)(template.Part("spec") ?? []).DeepClone();
        JsonObject affinity = spec.Make("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        JsonObject[] terms = [.. affinity.Items("nodeSelectorTerms").Select(static term => (JsonObject)term.DeepClone())];
        affinity["nodeSelectorTerms"] = new JsonArray([.. (terms.Length == 0 ? [[]] : terms).Select(term => (JsonNode)Pinned(term, place))]);
        var tolerations = new JsonArray([.. spec.Items("tolerations").Select(static item => item.DeepClone())]);
        foreach (JsonObject toleration in Tolerations(template).Where(wanted => !tolerations.Any(known => JsonNode.DeepEquals(known, wanted))))
        {
            tolerations.Add(toleration);
        }

        spec["tolerations"] = tolerations;
        return new JsonObject { ["metadata"] = metadata, ["spec"] = spec };
    }

    private static JsonObject Pinned(JsonObject term, string place)
    {
        term["matchFields"] = new JsonArray(new JsonObject { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray(place) });
        return term;
    }

    /// <summary>What every pod of a DaemonSet puts up with (Kubernetes documentation, DaemonSet, Taints and tolerations).</summary>
    /// <param name="template">The pod template.</param>
    /// <returns>The tolerations.</returns>
    public static IEnumerable<JsonObject> Tolerations(JsonObject template)
    {
        yield return Toleration(Taints.NotReady, "NoExecute");
        yield return Toleration(Taints.Unreachable, "NoExecute");
        yield return Toleration("node.kubernetes.io/disk-pressure", "NoSchedule");
        yield return Toleration("node.kubernetes.io/memory-pressure", "NoSchedule");
        yield return Toleration("node.kubernetes.io/pid-pressure", "NoSchedule");
        yield return Toleration(Taints.Unschedulable, "NoSchedule");
        if (template.Truth("spec", "hostNetwork") == true)
        {
            yield return Toleration("node.kubernetes.io/network-unavailable", "NoSchedule");
        }
    }

    private static JsonObject Toleration(string key, string effect) => new() { ["key"] = key, ["operator"] = "Exists", ["effect"] = effect };
}
