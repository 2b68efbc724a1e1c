using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Defaults of StatefulSets and DaemonSets (kubernetes, pkg/apis/apps/v1/defaults.go).</summary>
internal static class WorkloadDefaults
{
    private const string TemplateGeneration = "deprecated.daemonset.template.generation";

    /// <summary>Fills in a StatefulSet.</summary>
    /// <param name="set">The set; changed in place.</param>
    public static void FillStatefulSet(JsonObject set)
    {
        JsonObject spec = set.Make("spec");
        spec.SetText("podManagementPolicy", "OrderedReady");
        JsonObject strategy = spec.Make("updateStrategy");
        if (strategy.Text("type") is null or "")
        {
            strategy["type"] = "RollingUpdate";
            strategy.Make("rollingUpdate");
        }

        // A strategy that was written with its type alone stays without a partition.
        if (strategy.Text("type") == "RollingUpdate")
        {
            strategy.Part("rollingUpdate")?.SetNumber("partition", 0);
        }

        JsonObject retention = spec.Make("persistentVolumeClaimRetentionPolicy");
        retention.SetText("whenDeleted", "Retain");
        retention.SetText("whenScaled", "Retain");
        spec.SetNumber("replicas", 1);
        spec.SetNumber("revisionHistoryLimit", 10);
        PodDefaults.FillSpec(spec.Make("template", "spec"));
        foreach (JsonObject claim in spec.Items("volumeClaimTemplates"))
        {
            claim.SetText("apiVersion", "v1");
            claim.SetText("kind", "PersistentVolumeClaim");
            claim.Make("spec").SetText("volumeMode", "Filesystem");
            claim.Make("status").SetText("phase", "Pending");
        }
    }

    /// <summary>Fills in a DaemonSet.</summary>
    /// <param name="set">The set; changed in place.</param>
    /// <param name="live">What is there already; null for a new one.</param>
    public static void FillDaemonSet(JsonObject set, JsonObject? live)
    {
        JsonObject spec = set.Make("spec");
        JsonObject strategy = spec.Make("updateStrategy");
        strategy.SetText("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            JsonObject rolling = strategy.Make("rollingUpdate");
            rolling.SetNumber("maxUnavailable", 1);
            rolling.SetNumber("maxSurge", 0);
        }

        spec.SetNumber("revisionHistoryLimit", 10);
        PodDefaults.FillSpec(spec.Make("template", "spec"));

        // An older version's field, kept as an annotation since then (pkg/apis/apps/v1/conversion.go).
        long generation = long.TryParse(live.Text("metadata", "annotations", TemplateGeneration), CultureInfo.InvariantCulture, out long known) ? known : 0;
        if (live is null || !JsonNode.DeepEquals(spec["template"], live.At("spec", "template")))
        {
            generation++;
        }

        set.Make("metadata", "annotations")[TemplateGeneration] = generation.ToString(CultureInfo.InvariantCulture);
    }
}
