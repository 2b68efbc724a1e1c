using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>The pods and claims of a StatefulSet (Kubernetes source, pkg/controller/statefulset/stateful_set_utils.go).</summary>
internal static class StatefulSetObjects
{
    /// <summary>The label with a pod's own name.</summary>
    public const string PodNameLabel = "statefulset.kubernetes.io/pod-name";

    /// <summary>The label with a pod's number.</summary>
    public const string PodIndexLabel = "apps.kubernetes.io/pod-index";

    /// <summary>The label with the revision that a pod was made of.</summary>
    public const string RevisionLabel = "controller-revision-hash";

    /// <summary>A pod.</summary>
    /// <param name="set">The set.</param>
    /// <param name="template">The template, which may be an older one.</param>
    /// <param name="revision">The template's revision.</param>
    /// <param name="ordinal">The pod's number.</param>
    /// <returns>The object to create.</returns>
    public static JsonObject Pod(StatefulSetView set, JsonObject template, string revision, int ordinal)
    {
        string name = set.PodName(ordinal);
        JsonObject metadata = FromTemplate(template, set.Json);
        metadata["name"] = name;
        metadata["generateName"] = set.Name + "-";
        JsonObject labels = metadata.Make("labels");
        foreach ((string label, string value) in Identity(name, ordinal))
        {
            labels[label] = value;
        }

        labels[RevisionLabel] = revision;
        var spec = (JsonObject)(template.Part("spec") ?? []).DeepClone();
        spec["hostname"] = name;
        if (set.Json.Text("spec", "serviceName") is { Length: > 0 } service)
        {
            spec["subdomain"] = service;
        }

        if (set.ClaimTemplates.Count > 0)
        {
            spec["volumes"] = Volumes(set, spec, ordinal);
        }

        return new JsonObject { ["metadata"] = metadata, ["spec"] = spec };
    }

    /// <summary>The labels by which a pod of a set is known.</summary>
    /// <param name="podName">The pod's name.</param>
    /// <param name="ordinal">Its number.</param>
    /// <returns>The labels.</returns>
    public static IEnumerable<(string Label, string Value)> Identity(string podName, int ordinal) =>
        [(PodNameLabel, podName), (PodIndexLabel, ordinal.ToString(CultureInfo.InvariantCulture))];

    /// <summary>A pod's metadata of a template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="owner">The workload.</param>
    /// <returns>The metadata: labels, annotations, finalizers, owner.</returns>
    public static JsonObject FromTemplate(JsonObject template, JsonObject owner)
    {
        var metadata = new JsonObject { ["namespace"] = owner.Text("metadata", "namespace") };
        foreach (string name in (ReadOnlySpan<string>)["labels", "annotations", "finalizers"])
        {
            if (template.At("metadata", name) is { } value)
            {
                metadata[name] = value.DeepClone();
            }
        }

        metadata["ownerReferences"] = new JsonArray(Owner.Reference(owner));
        return metadata;
    }

    /// <summary>A pod's claim.</summary>
    /// <param name="set">The set.</param>
    /// <param name="template">The claim template.</param>
    /// <param name="ordinal">The pod's number.</param>
    /// <returns>The object to create.</returns>
    public static JsonObject Claim(StatefulSetView set, JsonObject template, int ordinal)
    {
        var claim = (JsonObject)template.DeepClone();
        claim.Remove("status");
        JsonObject metadata = claim.Make("metadata");
        metadata.Remove("creationTimestamp");
        metadata["name"] = set.ClaimName(template, ordinal);
        metadata["namespace"] = set.Json.Text("metadata", "namespace");
        foreach ((string label, string value) in set.Json.Map("spec", "selector", "matchLabels"))
        {
            metadata.Make("labels")[label] = value;
        }

        if (set.DeletesClaimsWithSet)
        {
            metadata["ownerReferences"] = new JsonArray(Owner.Reference(set.Json));
        }

        return claim;
    }

    /// <summary>The owner references that the retention policy asks of a claim; those of others stay.</summary>
    /// <param name="set">The set.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="pod">Its pod; null when it is not there.</param>
    /// <param name="isWanted">Whether the pod's number is still wanted.</param>
    /// <returns>The references.</returns>
    public static JsonArray ClaimOwners(StatefulSetView set, JsonObject claim, JsonObject? pod, bool isWanted)
    {
        string? setUid = set.Json.Text("metadata", "uid");
        string? podUid = pod.Text("metadata", "uid");
        var owners = new JsonArray([.. claim.Items("metadata", "ownerReferences")
            .Where(reference => reference.Text("uid") != setUid && reference.Text("kind") != "Pod")
            .Select(static reference => reference.DeepClone())]);
        if (!isWanted && set.DeletesClaimsWithPod)
        {
            if (podUid is not null)
            {
                owners.Add(Owner.Reference(pod!));
            }
        }
        else if (set.DeletesClaimsWithSet)
        {
            owners.Add(Owner.Reference(set.Json));
        }

        return owners;
    }

    // The claims take the place of the template's volumes of the same name.
    private static JsonArray Volumes(StatefulSetView set, JsonObject spec, int ordinal)
    {
        var names = set.ClaimTemplates.Select(static template => template.Text("metadata", "name")).ToHashSet(StringComparer.Ordinal);
        return new JsonArray(
        [
            .. set.ClaimTemplates.Select(template => (JsonNode)new JsonObject
            {
                ["name"] = template.Text("metadata", "name"),
                ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = set.ClaimName(template, ordinal) },
            }),
            .. spec.Items("volumes").Where(volume => !names.Contains(volume.Text("name") ?? string.Empty)).Select(static volume => volume.DeepClone()),
        ]);
    }
}
