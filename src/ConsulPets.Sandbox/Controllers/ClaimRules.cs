using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>How claims and volumes find each other (Kubernetes source, pkg/controller/volume/persistentvolume).</summary>
internal static class ClaimRules
{
    /// <summary>The provisioner whose volumes are folders of this machine.</summary>
    public const string Provisioner = "consulpets.local/folder";

    /// <summary>The node on which a claim's first pod is to run.</summary>
    public const string SelectedNode = "volume.kubernetes.io/selected-node";

    /// <summary>Marks the class that claims get that name none.</summary>
    public const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    /// <summary>Who made a volume.</summary>
    public const string ProvisionedBy = "pv.kubernetes.io/provisioned-by";

    /// <summary>Marks a claim that was bound.</summary>
    public const string BindCompleted = "pv.kubernetes.io/bind-completed";

    /// <summary>Marks a volume or a claim whose other half the controller chose.</summary>
    public const string BoundByController = "pv.kubernetes.io/bound-by-controller";

    /// <summary>Holds a claim while a pod uses it.</summary>
    public const string ClaimProtection = "kubernetes.io/pvc-protection";

    /// <summary>Holds a volume while a claim is bound to it.</summary>
    public const string VolumeProtection = "kubernetes.io/pv-protection";

    /// <summary>Whether a volume is reserved for a claim, or bound to it.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="claim">The claim.</param>
    /// <returns>True when it is.</returns>
    public static bool IsFor(JsonObject volume, JsonObject claim) => volume.Part("spec", "claimRef") is { } reference
        && reference.Text("namespace") == claim.Text("metadata", "namespace")
        && reference.Text("name") == claim.Text("metadata", "name")
        && (reference.Text("uid") is not { Length: > 0 } uid || uid == claim.Text("metadata", "uid"));

    /// <summary>The volume for a claim among those that are there: one that is reserved for it, else the smallest that is free and large enough.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="volumes">All volumes.</param>
    /// <returns>The volume, or null.</returns>
    public static JsonObject? Match(JsonObject claim, IEnumerable<JsonObject> volumes)
    {
        decimal wanted = Quantity.Parse(claim.Text("spec", "resources", "requests", "storage")) ?? 0;
        LabelSelector selector = claim.Part("spec", "selector") is { } selected ? LabelSelector.OfManifest(selected) : LabelSelector.Everything;
        return volumes
            .Where(volume => volume.Text("metadata", "deletionTimestamp") is null)
            .Where(volume => IsFor(volume, claim) || (volume.Part("spec", "claimRef") is null && selector.Matches(volume)))
            .Where(volume => (volume.Text("spec", "storageClassName") ?? string.Empty) == (claim.Text("spec", "storageClassName") ?? string.Empty))
            .Where(volume => (volume.Text("spec", "volumeMode") ?? "Filesystem") == (claim.Text("spec", "volumeMode") ?? "Filesystem"))
            .Where(volume => claim.Texts("spec", "accessModes").All(mode => volume.Texts("spec", "accessModes").Contains(mode)))
            .Where(volume => Quantity.Parse(volume.Text("spec", "capacity", "storage")) >= wanted)
            .OrderByDescending(volume => IsFor(volume, claim))
            .ThenBy(static volume => Quantity.Parse(volume.Text("spec", "capacity", "storage")))
            .ThenBy(static volume => volume.Text("metadata", "name"), StringComparer.Ordinal)
            .FirstOrDefault();
    }

    /// <summary>A volume made for a claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="storageClass">Its class.</param>
    /// <param name="path">The folder.</param>
    /// <returns>The object to create.</returns>
    public static JsonObject Volume(JsonObject claim, JsonObject storageClass, string path) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = VolumeName(claim),
            ["annotations"] = new JsonObject { [ProvisionedBy] = Provisioner },
            ["finalizers"] = new JsonArray(VolumeProtection),
        },
        ["spec"] = new JsonObject
        {
            ["capacity"] = new JsonObject { ["storage"] = claim.Text("spec", "resources", "requests", "storage") ?? "0" },
            ["hostPath"] = new JsonObject { ["path"] = path, ["type"] = "DirectoryOrCreate" },
            ["accessModes"] = claim.At("spec", "accessModes")?.DeepClone(),
            ["claimRef"] = Reference(claim),
            ["persistentVolumeReclaimPolicy"] = storageClass.Text("reclaimPolicy") ?? "Delete",
            ["storageClassName"] = storageClass.Text("metadata", "name"),
            ["volumeMode"] = claim.Text("spec", "volumeMode") ?? "Filesystem",
        },
        ["status"] = new JsonObject { ["phase"] = "Pending" },
    };

    /// <summary>The name of the volume that is made for a claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <returns><c>pvc-</c> and the claim's unique ID.</returns>
    public static string VolumeName(JsonObject claim) => $"pvc-{claim.Text("metadata", "uid")}";

    /// <summary>How a volume names its claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <returns>The reference.</returns>
    public static JsonObject Reference(JsonObject claim) => new()
    {
        ["kind"] = "PersistentVolumeClaim",
        ["namespace"] = claim.Text("metadata", "namespace"),
        ["name"] = claim.Text("metadata", "name"),
        ["uid"] = claim.Text("metadata", "uid"),
        ["apiVersion"] = "v1",
        ["resourceVersion"] = claim.Text("metadata", "resourceVersion"),
    };

    /// <summary>The class that claims get that name none.</summary>
    /// <param name="classes">All classes.</param>
    /// <returns>The newest that is marked so; null when none is.</returns>
    public static JsonObject? Default(IEnumerable<JsonObject> classes) =>
        classes.Where(static item => item.Text("metadata", "annotations", DefaultClass) == "true").OrderByDescending(PodState.Created).FirstOrDefault();

    /// <summary>Whether a pod uses a claim: one that is bound to a node, until it is gone.</summary>
    /// <param name="pod">The pod, of the claim's namespace.</param>
    /// <param name="claim">The claim's name.</param>
    /// <returns>True when it does.</returns>
    public static bool Uses(JsonObject pod, string claim) =>
        PodState.Node(pod) is not null && pod.Items("spec", "volumes").Any(volume => volume.Text("persistentVolumeClaim", "claimName") == claim);

    /// <summary>Adds a finalizer or takes it away.</summary>
    /// <param name="json">The object.</param>
    /// <param name="finalizer">The finalizer.</param>
    /// <param name="isSet">Whether it is to be there.</param>
    /// <returns>The object, or null when nothing changed.</returns>
    public static JsonObject? SetFinalizer(JsonObject json, string finalizer, bool isSet)
    {
        string[] known = [.. json.Texts("metadata", "finalizers")];
        if (known.Contains(finalizer) == isSet)
        {
            return null;
        }

        string[] wanted = isSet ? [.. known, finalizer] : [.. known.Where(item => item != finalizer)];
        JsonObject metadata = json.Make("metadata");
        if (wanted.Length == 0)
        {
            metadata.Remove("finalizers");
        }
        else
        {
            metadata["finalizers"] = new JsonArray([.. wanted.Select(static item => (JsonNode)item)]);
        }

        return json;
    }
}
