using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of volume claims, volumes and storage classes.</summary>
internal static class ClaimRules
{
    private const string Rule = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

    /// <summary>Judges a claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="live">What is there; null for a new one.</param>
    /// <param name="context">The storage classes.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckClaim(JsonObject claim, JsonObject? live, AdmissionContext context, ProblemList problems)
    {
        JsonObject spec = claim.Part("spec") ?? [];
        CheckModes(spec, problems);
        SelectorRules.Check(spec["selector"], "spec.selector", problems);
        if (Quantity.Read(spec.At("resources", "requests", "storage")) is not { } storage)
        {
            problems.Required("spec.resources[storage]");
        }
        else if (storage.Billionths.Sign <= 0)
        {
            problems.Invalid("spec.resources[storage]", GoText.Quote(storage.ToString()), "must be greater than zero");
        }

        CheckClassAndMode(spec, problems);
        if (live is not null)
        {
            CheckChange(claim, live, context, problems);
        }
    }

    /// <summary>Judges a volume.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckVolume(JsonObject volume, ProblemList problems)
    {
        JsonObject spec = volume.Part("spec") ?? [];
        CheckModes(spec, problems, suffix: string.Empty);
        if (spec["capacity"] is not JsonObject { Count: > 0 })
        {
            problems.Required("spec.capacity");
        }

        if (spec.Part("capacity") is not { Count: 1 } capacity || !capacity.ContainsKey("storage"))
        {
            problems.NotSupported("spec.capacity", spec["capacity"] is null ? "core.ResourceList(nil)" : GoText.Of(spec["capacity"]), "storage");
        }

        if (Quantity.Read(spec.At("capacity", "storage")) is { Billionths.Sign: <= 0 } storage)
        {
            problems.Invalid("spec.capacity[storage]", GoText.Quote(storage.ToString()), "must be greater than zero");
        }

        problems.OneOf("spec.persistentVolumeReclaimPolicy", spec.Text("persistentVolumeReclaimPolicy"), "Delete", "Recycle", "Retain");
        CheckClassAndMode(spec, problems);
        string[] others =
        [
            "capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName", "mountOptions", "volumeMode", "nodeAffinity", "volumeAttributesClassName",
        ];
        string[] sources = [.. spec.Select(static pair => pair.Key).Except(others)];
        if (sources.Length == 0)
        {
            problems.Required("spec", "must specify a volume type");
        }

        foreach (string source in sources.Skip(1))
        {
            problems.Forbidden($"spec.{source}", "may not specify more than 1 volume type");
        }
    }

    /// <summary>Judges a storage class.</summary>
    /// <param name="storageClass">The class.</param>
    /// <param name="live">What is there; null for a new one.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckStorageClass(JsonObject storageClass, JsonObject? live, ProblemList problems)
    {
        VolumeRules.RequireText(storageClass, "provisioner", "provisioner", problems);
        problems.OneOf("reclaimPolicy", storageClass.Text("reclaimPolicy"), "Delete", "Retain");
        problems.OneOf("volumeBindingMode", storageClass.Text("volumeBindingMode"), "Immediate", "WaitForFirstConsumer");
        if (live is null)
        {
            return;
        }

        if (!JsonNode.DeepEquals(storageClass["parameters"], live["parameters"]))
        {
            problems.Forbidden("parameters", "updates to parameters are forbidden.");
        }

        if (storageClass.Text("provisioner") != live.Text("provisioner"))
        {
            problems.Forbidden("provisioner", "updates to provisioner are forbidden.");
        }

        if (storageClass.Text("reclaimPolicy") != live.Text("reclaimPolicy"))
        {
            problems.Forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden.");
        }

        problems.Unchanged("volumeBindingMode", storageClass["volumeBindingMode"], live["volumeBindingMode"]);
    }

    private static void CheckModes(JsonObject spec, ProblemList problems, string suffix = "at least 1 access mode is required")
    {
        if (spec["accessModes"] is not JsonArray { Count: > 0 })
        {
            problems.Required("spec.accessModes", suffix);
        }

        foreach (string mode in spec.Texts("accessModes"))
        {
            problems.OneOf("spec.accessModes", mode, "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
        }

        if (spec.Texts("accessModes").Contains("ReadWriteOncePod") && spec.Texts("accessModes").Count() > 1)
        {
            problems.Forbidden("spec.accessModes", "may not use ReadWriteOncePod with other access modes");
        }
    }

    private static void CheckClassAndMode(JsonObject spec, ProblemList problems)
    {
        if (spec.Text("storageClassName") is { Length: > 0 } name)
        {
            problems.InvalidText("spec.storageClassName", name, NameRules.Subdomain(name));
        }

        problems.OneOf("spec.volumeMode", spec.Text("volumeMode"), "Block", "Filesystem");
    }

    private static void CheckChange(JsonObject claim, JsonObject live, AdmissionContext context, ProblemList problems)
    {
        JsonObject before = (JsonObject)(live["spec"]?.DeepClone() ?? new JsonObject());
        JsonObject after = (JsonObject)(claim["spec"]?.DeepClone() ?? new JsonObject());

        // Binding gives a claim its volume, once.
        if (before.Text("volumeName") is null or "")
        {
            before.Remove("volumeName");
            after.Remove("volumeName");
        }

        Quantity? was = Quantity.Read(before.At("resources", "requests", "storage"));
        Quantity? now = Quantity.Read(after.At("resources", "requests", "storage"));
        bool isBound = live.Text("status", "phase") == "Bound";
        if (isBound && was is not null && now is not null)
        {
            after.Make("resources", "requests")["storage"] = before.At("resources", "requests", "storage")!.DeepClone();
            if (now.Value.Billionths < was.Value.Billionths)
            {
                problems.Forbidden("spec.resources.requests.storage", "field can not be less than previous value");
            }
        }

        if (!JsonNode.DeepEquals(before, after))
        {
            problems.Forbidden("spec", $"{Rule}\n{PodUpdateRules.Difference("core.PersistentVolumeClaimSpec", before, after)}");
        }
        else if (isBound && now?.Billionths > was?.Billionths && !MayGrow(after, context))
        {
            problems.Forbidden("spec.resources.requests.storage", "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize");
        }
    }

    private static bool MayGrow(JsonObject spec, AdmissionContext context) =>
        spec.Text("storageClassName") is { Length: > 0 } name && context.Find(ResourceKinds.StorageClasses, string.Empty, name).Truth("allowVolumeExpansion") == true;
}
