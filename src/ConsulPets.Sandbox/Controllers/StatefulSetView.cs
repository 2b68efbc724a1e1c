using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>A StatefulSet's fields, with their defaults.</summary>
internal sealed class StatefulSetView
{
    /// <summary>Reads a set.</summary>
    /// <param name="json">The set.</param>
    public StatefulSetView(JsonObject json)
    {
        Json = json;
        Name = json.Text("metadata", "name") ?? string.Empty;
        Replicas = (int)(json.Number("spec", "replicas") ?? 1);
        Start = (int)(json.Number("spec", "ordinals", "start") ?? 0);
        IsParallel = json.Text("spec", "podManagementPolicy") == "Parallel";
        IsOnDelete = json.Text("spec", "updateStrategy", "type") == "OnDelete";
        Partition = json.Part("spec", "updateStrategy", "rollingUpdate") is { } rolling ? (int)(rolling.Number("partition") ?? 0) : null;
        MinReadySeconds = json.Number("spec", "minReadySeconds") ?? 0;
        RevisionHistoryLimit = json.Number("spec", "revisionHistoryLimit") ?? 10;
        Template = json.Part("spec", "template") ?? [];
        ClaimTemplates = [.. json.Items("spec", "volumeClaimTemplates")];
        DeletesClaimsWithSet = json.Text("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete";
        DeletesClaimsWithPod = json.Text("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled") == "Delete";
        IsBeingDeleted = json.Text("metadata", "deletionTimestamp") is not null;
    }

    /// <summary>The set.</summary>
    public JsonObject Json { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>How many pods it wants.</summary>
    public int Replicas { get; }

    /// <summary>The first pod's number.</summary>
    public int Start { get; }

    /// <summary>Whether it does not wait for one pod before the next.</summary>
    public bool IsParallel { get; }

    /// <summary>Whether pods get the new template only when somebody deletes them.</summary>
    public bool IsOnDelete { get; }

    /// <summary>Below this number pods keep the current template; null when the strategy has no <c>rollingUpdate</c>.</summary>
    public int? Partition { get; }

    /// <summary>How long a pod has to be ready to count as available, in seconds.</summary>
    public long MinReadySeconds { get; }

    /// <summary>How many unused revisions are kept.</summary>
    public long RevisionHistoryLimit { get; }

    /// <summary>The pod template.</summary>
    public JsonObject Template { get; }

    /// <summary>The claim templates.</summary>
    public IReadOnlyList<JsonObject> ClaimTemplates { get; }

    /// <summary>Whether claims go with the set.</summary>
    public bool DeletesClaimsWithSet { get; }

    /// <summary>Whether claims go with pods that a scale-down removed.</summary>
    public bool DeletesClaimsWithPod { get; }

    /// <summary>Whether its own deletion was asked for.</summary>
    public bool IsBeingDeleted { get; }

    /// <summary>A pod's number; null when the name is not one of this set's.</summary>
    /// <param name="podName">The pod's name.</param>
    /// <returns>The number.</returns>
    public int? Ordinal(string? podName)
    {
        int dash = podName?.LastIndexOf('-') ?? -1;
        return dash > 0 && podName!.AsSpan(0, dash).SequenceEqual(Name) && int.TryParse(podName.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int ordinal)
            ? ordinal
            : null;
    }

    /// <summary>Whether a number is one of those wanted.</summary>
    /// <param name="ordinal">The number.</param>
    /// <returns>True when it is.</returns>
    public bool IsWanted(int ordinal) => ordinal >= Start && ordinal < Start + Replicas;

    /// <summary>A pod's name.</summary>
    /// <param name="ordinal">Its number.</param>
    /// <returns>The name.</returns>
    public string PodName(int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{Name}-{ordinal}");

    /// <summary>A claim's name.</summary>
    /// <param name="template">The claim template.</param>
    /// <param name="ordinal">The pod's number.</param>
    /// <returns>The name.</returns>
    public string ClaimName(JsonObject template, int ordinal) => $"{template.Text("metadata", "name")}-{PodName(ordinal)}";
}
