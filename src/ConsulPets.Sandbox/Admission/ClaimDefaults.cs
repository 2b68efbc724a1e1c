using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Defaults of volume claims and volumes.</summary>
internal static class ClaimDefaults
{
    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    /// <summary>Fills in a claim.</summary>
    /// <param name="context">The storage classes.</param>
    /// <param name="claim">The claim; changed in place.</param>
    /// <param name="isNew">Whether it is about to be created: only then does it get a class.</param>
    public static void FillClaim(AdmissionContext context, JsonObject claim, bool isNew)
    {
        JsonObject spec = claim.Make("spec");
        spec.SetText("volumeMode", "Filesystem");
        if (isNew)
        {
            claim.Make("status").SetText("phase", "Pending");
        }

        // An empty name means: no class. Of several default classes the newest counts.
        if (isNew && spec["storageClassName"] is null && DefaultClassOf(context) is { } name)
        {
            spec["storageClassName"] = name;
        }
    }

    /// <summary>Fills in a volume.</summary>
    /// <param name="volume">The volume; changed in place.</param>
    public static void FillVolume(JsonObject volume)
    {
        JsonObject spec = volume.Make("spec");
        spec.SetText("persistentVolumeReclaimPolicy", "Retain");
        spec.SetText("volumeMode", "Filesystem");
        if (spec.Part("hostPath") is { } host && host["type"] is null)
        {
            host["type"] = string.Empty;
        }

        volume.Make("status").SetText("phase", "Pending");
    }

    private static string? DefaultClassOf(AdmissionContext context) => context.List(ResourceKinds.StorageClasses)
        .Where(static item => item.Text("metadata", "annotations", DefaultClass) == "true")
        .OrderByDescending(static item => item.Text("metadata", "creationTimestamp"), StringComparer.Ordinal)
        .ThenBy(static item => item.Text("metadata", "name"), StringComparer.Ordinal)
        .FirstOrDefault()
        .Text("metadata", "name");
}
