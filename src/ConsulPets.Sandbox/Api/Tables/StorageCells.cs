using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Tables;

/// <summary>The cells of volumes, claims and storage classes.</summary>
internal static class StorageCells
{
    /// <summary>A claim's.</summary>
    /// <param name="json">The claim.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] Claim(JsonObject json, DateTimeOffset now)
    {
        bool isBound = json.Text("spec", "volumeName") is { Length: > 0 };
        string phase = json.Text("metadata", "deletionTimestamp") is null ? json.Text("status", "phase") ?? string.Empty : "Terminating";
        return
        [
            TableColumns.Name(json), phase, json.Text("spec", "volumeName") ?? string.Empty, isBound ? json.Text("status", "capacity", "storage") ?? "0" : string.Empty,
            isBound ? Modes(json.Texts("status", "accessModes")) : string.Empty, json.Text("spec", "storageClassName") ?? string.Empty,
            json.Text("spec", "volumeAttributesClassName") ?? "<unset>", TableColumns.Age(json, now), json.Text("spec", "volumeMode") ?? "<unset>",
        ];
    }

    /// <summary>A volume's.</summary>
    /// <param name="json">The volume.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] Volume(JsonObject json, DateTimeOffset now)
    {
        string phase = json.Text("metadata", "deletionTimestamp") is null ? json.Text("status", "phase") ?? string.Empty : "Terminating";
        string claim = json.Part("spec", "claimRef") is { } reference ? $"{reference.Text("namespace")}/{reference.Text("name")}" : string.Empty;
        return
        [
            TableColumns.Name(json), json.Text("spec", "capacity", "storage") ?? string.Empty, Modes(json.Texts("spec", "accessModes")),
            json.Text("spec", "persistentVolumeReclaimPolicy") ?? string.Empty, phase, claim, json.Text("spec", "storageClassName") ?? string.Empty,
            json.Text("spec", "volumeAttributesClassName") ?? "<unset>", json.Text("status", "reason") ?? string.Empty, TableColumns.Age(json, now), json.Text("spec", "volumeMode") ?? "<unset>",
        ];
    }

    /// <summary>A storage class's.</summary>
    /// <param name="json">The class.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] Class(JsonObject json, DateTimeOffset now)
    {
        bool isDefault = json.Text("metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true";
        return
        [
            isDefault ? $"{TableColumns.Name(json)} (default)" : TableColumns.Name(json), json.Text("provisioner"), json.Text("reclaimPolicy") ?? "Delete",
            json.Text("volumeBindingMode") ?? "Immediate", json.Truth("allowVolumeExpansion") ?? false, TableColumns.Age(json, now),
        ];
    }

    private static string Modes(IEnumerable<string> modes) => string.Join(',', modes.Distinct().Select(static mode => mode switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => mode,
    }));
}
