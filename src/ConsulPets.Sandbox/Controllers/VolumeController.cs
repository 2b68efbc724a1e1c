using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Keeps volumes' phases, and deletes or releases those whose claim is gone.</summary>
internal sealed class VolumeController : KeyedController
{
    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public VolumeController(ControllerContext context)
        : base(context, "persistentvolume-protection-controller")
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource is "persistentvolumes" or "persistentvolumeclaims";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All() => Registry.List(ResourceKinds.Volumes).Select(static volume => volume.Key);

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change) => change.After.Key.Resource == "persistentvolumes" ? [change.After.Key]
        : change.After.Json.Text("spec", "volumeName") is { Length: > 0 } volume ? [ResourceKinds.Volumes.Key(string.Empty, volume)]

        // A claim may end just after its volume was made and before it says so itself.
        : change.Kind == ChangeKind.Deleted ? [ResourceKinds.Volumes.Key(string.Empty, ClaimRules.VolumeName(change.After.Json))] : [];

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { } volume)
        {
            return null;
        }

        JsonObject? reference = volume.Json.Part("spec", "claimRef");
        bool isTaken = reference.Text("uid") is { Length: > 0 };
        StoredObject? claim = reference is null ? null : Registry.Find(ResourceKinds.Claims, reference.Text("namespace") ?? string.Empty, reference.Text("name") ?? string.Empty);
        bool hasClaim = claim is not null && ClaimRules.IsFor(volume.Json, claim.Json);
        string phase = !isTaken ? "Available" : !hasClaim ? "Released" : claim!.Json.Text("spec", "volumeName") == volume.Name ? "Bound" : "Pending";
        SetPhase(volume, phase);
        bool isMine = volume.Json.Text("metadata", "annotations", ClaimRules.ProvisionedBy) == ClaimRules.Provisioner;
        bool isDoomed = phase == "Released" && volume.Json.Text("spec", "persistentVolumeReclaimPolicy") == "Delete" && isMine;
        if (isDoomed)
        {
            Context.Folders.Delete(volume.Name);
            if (!volume.IsBeingDeleted)
            {
                Registry.Delete(ResourceKinds.Volumes, string.Empty, volume.Name, new DeleteRequest(Uid: volume.Uid));
            }
        }

        // Read anew: the phase and the deletion were just written.
        if (Registry.Store.Get(key) is { } now && now.Uid == volume.Uid)
        {
            bool isProtected = !now.IsBeingDeleted || phase is "Bound" or "Pending";
            Registry.Update(ResourceKinds.Volumes, string.Empty, volume.Name, json => ClaimRules.SetFinalizer(json, ClaimRules.VolumeProtection, isProtected), WriteRequest.Controller);
        }

        return null;
    }

    private void SetPhase(StoredObject volume, string phase)
    {
        if (volume.Json.Text("status", "phase") == phase)
        {
            return;
        }

        string now = JsonText.Timestamp(Now);
        Registry.Update(
            ResourceKinds.Volumes,
            string.Empty,
            volume.Name,
            json =>
            {
                json["status"] = new JsonObject { ["lastPhaseTransitionTime"] = now, ["phase"] = phase };
                return json;
            },
            WriteRequest.Status);
    }
}
