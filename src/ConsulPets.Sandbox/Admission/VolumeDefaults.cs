using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Defaults of the volumes in a pod.</summary>
internal static class VolumeDefaults
{
    /// <summary>Fills in a volume.</summary>
    /// <param name="volume">The volume; changed in place.</param>
    public static void Fill(JsonObject volume)
    {
        if (volume.Count == 0 || (volume.Count == 1 && volume.ContainsKey("name")))
        {
            volume["emptyDir"] = new JsonObject();
        }

        foreach (string name in (ReadOnlySpan<string>)["configMap", "secret", "projected", "downwardAPI"])
        {
            // 0644: who owns the file may write it, the others may read it.
            volume.Part(name)?.SetNumber("defaultMode", 420);
        }

        if (volume.Part("hostPath") is { } host && host["type"] is null)
        {
            host["type"] = string.Empty;
        }

        FillFields(volume.Part("downwardAPI"));
        foreach (JsonObject source in volume.Items("projected", "sources"))
        {
            FillFields(source.Part("downwardAPI"));
            source.Part("serviceAccountToken")?.SetNumber("expirationSeconds", 3600);
        }

        volume.Part("ephemeral", "volumeClaimTemplate", "spec")?.SetText("volumeMode", "Filesystem");
    }

    private static void FillFields(JsonObject? downward)
    {
        foreach (JsonObject item in downward.Items("items"))
        {
            item.Part("fieldRef")?.SetText("apiVersion", "v1");
        }
    }
}
