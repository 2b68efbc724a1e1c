using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Binds claims to volumes, makes volumes as folders, and keeps claims that pods use.</summary>
internal sealed class ClaimController : KeyedController
{
    private const string Component = "persistentvolume-controller";
    private const string ProvisionerComponent = ClaimRules.Provisioner;
    private static readonly TimeSpan RepeatedEvent = TimeSpan.FromSeconds(15);

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public ClaimController(ControllerContext context)
        : base(context, Component)
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource is "persistentvolumeclaims" or "persistentvolumes" or "storageclasses" or "pods";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All() => Registry.List(ResourceKinds.Claims).Select(static claim => claim.Key);

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change) => change.After.Key.Resource switch
    {
        "persistentvolumeclaims" => [change.After.Key],
        "storageclasses" => All(),
        "persistentvolumes" => change.After.Json.Part("spec", "claimRef") is { } reference
            ? [ResourceKinds.Claims.Key(reference.Text("namespace") ?? string.Empty, reference.Text("name") ?? string.Empty)]
            : Registry.List(ResourceKinds.Claims).Where(static claim => claim.Json.Text("status", "phase") != "Bound").Select(static claim => claim.Key),
        _ => change.Kind == ChangeKind.Deleted
            ? change.After.Json.Items("spec", "volumes").Select(static volume => volume.Text("persistentVolumeClaim", "claimName")).OfType<string>()
                .Select(name => ResourceKinds.Claims.Key(change.After.Namespace, name))
            : [],
    };

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { } claim)
        {
            return null;
        }

        if (claim.IsBeingDeleted)
        {
            LetGo(claim);
            return null;
        }

        claim = Change(claim, static json => ClaimRules.SetFinalizer(json, ClaimRules.ClaimProtection, true));
        return claim.Json.Text("spec", "volumeName") is { Length: > 0 } volume ? Complete(claim, volume) : Find(claim);
    }

    private void LetGo(StoredObject claim)
    {
        if (!Registry.List(ResourceKinds.Pods, claim.Namespace).Any(pod => ClaimRules.Uses(pod.Json, claim.Name)))
        {
            Change(claim, static json => ClaimRules.SetFinalizer(json, ClaimRules.ClaimProtection, false));
        }
    }

    private TimeSpan? Find(StoredObject claim)
    {
        claim = WithClass(claim);
        JsonObject? storageClass = ClassOf(claim);
        bool waits = storageClass.Text("volumeBindingMode") == "WaitForFirstConsumer" && claim.Json.Text("metadata", "annotations", ClaimRules.SelectedNode) is null;
        JsonObject? match = ClaimRules.Match(claim.Json, Registry.List(ResourceKinds.Volumes).Select(static volume => volume.Json));
        if (match is not null && (!waits || ClaimRules.IsFor(match, claim.Json)))
        {
            return Bind(claim, match.Text("metadata", "name")!);
        }

        SetStatus(claim, new JsonObject { ["phase"] = "Pending" });
        string name = claim.Json.Text("spec", "storageClassName") ?? string.Empty;
        if (name.Length == 0)
        {
            return Tell(claim, isNormal: true, "FailedBinding", "no persistent volumes available for this claim and no storage class is set");
        }

        if (storageClass is null)
        {
            return Tell(claim, isNormal: false, "ProvisioningFailed", $"storageclass.storage.k8s.io \"{name}\" not found");
        }

        if (waits)
        {
            return Tell(claim, isNormal: true, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
        }

        string provisioner = storageClass.Text("provisioner") ?? string.Empty;
        if (provisioner == "kubernetes.io/no-provisioner")
        {
            return null;
        }

        return provisioner == ClaimRules.Provisioner
            ? Provision(claim, storageClass)
            : Tell(
                claim,
                isNormal: true,
                "ExternalProvisioning",
                $"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.");
    }

    // A claim that names no class gets the default one, also when that is made later (Kubernetes 1.28, retroactive default StorageClass assignment).
    private StoredObject WithClass(StoredObject claim) =>
        claim.Json.Text("spec", "storageClassName") is null && ClaimRules.Default(Registry.List(ResourceKinds.StorageClasses).Select(static item => item.Json)) is { } standard
            ? Change(claim, json =>
            {
                json.Make("spec")["storageClassName"] = standard.Text("metadata", "name");
                return json;
            })
            : claim;

    private JsonObject? ClassOf(StoredObject claim) =>
        claim.Json.Text("spec", "storageClassName") is { Length: > 0 } name ? Registry.Find(ResourceKinds.StorageClasses, string.Empty, name)?.Json : null;

    private TimeSpan? Provision(StoredObject claim, JsonObject storageClass)
    {
        claim = Change(claim, static json =>
        {
            JsonObject annotations = json.Make("metadata", "annotations");
            annotations["volume.beta.kubernetes.io/storage-provisioner"] = ClaimRules.Provisioner;
            annotations["volume.kubernetes.io/storage-provisioner"] = ClaimRules.Provisioner;
            return json;
        });
        string name = ClaimRules.VolumeName(claim.Json);
        try
        {
            string path = Context.Folders.Create(name);
            if (Registry.Find(ResourceKinds.Volumes, string.Empty, name) is null)
            {
                Registry.Create(ResourceKinds.Volumes, string.Empty, ClaimRules.Volume(claim.Json, storageClass, path), WriteRequest.Controller);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Context.Events.Record(claim, "Warning", "ProvisioningFailed", $"failed to provision volume with StorageClass \"{storageClass.Text("metadata", "name")}\": {problem.Message}", ProvisionerComponent);
            throw;
        }

        Context.Events.Record(claim, "Normal", "ProvisioningSucceeded", $"Successfully provisioned volume {name}", ProvisionerComponent);
        return Bind(claim, name);
    }

    private TimeSpan? Bind(StoredObject claim, string volumeName)
    {
        Registry.Update(
            ResourceKinds.Volumes,
            string.Empty,
            volumeName,
            json =>
            {
                if (json.Part("spec", "claimRef") is not null && !ClaimRules.IsFor(json, claim.Json))
                {
                    throw ApiException.Conflict(ResourceKinds.Volumes, volumeName);
                }

                if (json.Text("spec", "claimRef", "uid") is { Length: > 0 })
                {
                    return null;
                }

                bool wasChosen = json.Part("spec", "claimRef") is null;
                json.Make("spec")["claimRef"] = ClaimRules.Reference(claim.Json);
                if (wasChosen)
                {
                    json.Make("metadata", "annotations")[ClaimRules.BoundByController] = "yes";
                }

                return json;
            },
            WriteRequest.Controller);
        claim = Change(claim, json =>
        {
            json.Make("spec")["volumeName"] = volumeName;
            JsonObject annotations = json.Make("metadata", "annotations");
            annotations[ClaimRules.BindCompleted] = "yes";
            annotations[ClaimRules.BoundByController] = "yes";
            return json;
        });
        return Complete(claim, volumeName);
    }

    private TimeSpan? Complete(StoredObject claim, string volumeName)
    {
        StoredObject? volume = Registry.Find(ResourceKinds.Volumes, string.Empty, volumeName);
        bool wasBound = claim.Json.Text("metadata", "annotations", ClaimRules.BindCompleted) is not null;
        if (volume is null || (volume.Json.Part("spec", "claimRef") is not null && !ClaimRules.IsFor(volume.Json, claim.Json)))
        {
            if (wasBound && claim.Json.Text("status", "phase") != "Lost")
            {
                SetStatus(claim, new JsonObject { ["phase"] = "Lost" });
                Tell(claim, isNormal: false, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
            }
            else if (!wasBound)
            {
                SetStatus(claim, new JsonObject { ["phase"] = "Pending" });
            }

            return null;
        }

        if (volume.Json.Text("spec", "claimRef", "uid") is not { Length: > 0 } || !wasBound)
        {
            return volume.IsBeingDeleted ? null : Bind(claim, volumeName);
        }

        SetStatus(claim, new JsonObject
        {
            ["phase"] = "Bound",
            ["accessModes"] = volume.Json.At("spec", "accessModes")?.DeepClone(),
            ["capacity"] = new JsonObject { ["storage"] = volume.Json.Text("spec", "capacity", "storage") },
        });
        return null;
    }

    private StoredObject Change(StoredObject claim, Func<JsonObject, JsonObject?> change) => Registry.Update(
        ResourceKinds.Claims, claim.Namespace, claim.Name, json => json.Text("metadata", "uid") == claim.Uid ? change(json) : null, WriteRequest.Controller);

    private void SetStatus(StoredObject claim, JsonObject status)
    {
        if (!JsonNode.DeepEquals(claim.Json["status"], status))
        {
            Registry.Update(
                ResourceKinds.Claims,
                claim.Namespace,
                claim.Name,
                json =>
                {
                    json["status"] = status.DeepClone();
                    return json;
                },
                WriteRequest.Status);
        }
    }

    private TimeSpan? Tell(StoredObject claim, bool isNormal, string reason, string message)
    {
        Context.Events.Record(claim, isNormal ? "Normal" : "Warning", reason, message, Component);
        return RepeatedEvent;
    }
}
