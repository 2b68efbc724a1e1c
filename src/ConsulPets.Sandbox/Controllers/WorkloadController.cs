using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>What the controllers of StatefulSets and DaemonSets share: which changes matter, and doing what the rules decided.</summary>
internal abstract class WorkloadController : KeyedController
{
    private readonly string component;

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    /// <param name="kind">The workload's kind.</param>
    /// <param name="component">Its name in events.</param>
    protected WorkloadController(ControllerContext context, ResourceKind kind, string component)
        : base(context, component)
    {
        Kind = kind;
        this.component = component;
    }

    /// <summary>The workload's kind.</summary>
    protected ResourceKind Kind { get; }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource == Kind.Plural || key.Resource is "pods" or "controllerrevisions";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All() => Registry.List(Kind).Select(static item => item.Key);

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change)
    {
        if (change.After.Key.Resource == Kind.Plural)
        {
            return [change.After.Key];
        }

        Owner? owner = ObjectFacts.Of(change.After).Controller;
        Owner? former = change.Before is null ? null : ObjectFacts.Of(change.Before).Controller;
        return owner is null && change.Kind != ChangeKind.Deleted
            ? [.. OwnedBy(former, change.After.Namespace), .. Registry.List(Kind, change.After.Namespace).Where(item => Selects(item, change.After)).Select(static item => item.Key)]
            : owner?.Uid == former?.Uid ? OwnedBy(owner, change.After.Namespace)
            : [.. OwnedBy(owner, change.After.Namespace), .. OwnedBy(former, change.After.Namespace)];
    }

    /// <summary>Does what was decided, then writes the status, even when something failed: what failed is told by an event and tried again.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="plan">What was decided.</param>
    protected void Carry(StoredObject workload, WorkloadPlan plan)
    {
        try
        {
            foreach (WorkloadAction action in plan.Actions)
            {
                Do(workload, action);
            }
        }
        finally
        {
            if (plan.Status is not null)
            {
                WriteStatus(workload, plan.Status);
            }
        }
    }

    /// <summary>Tells of something that was done or failed.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="action">What.</param>
    /// <param name="name">The name of what was made or deleted.</param>
    /// <param name="problem">Why it failed; null when it did not.</param>
    protected abstract void Tell(StoredObject workload, WorkloadAction action, string name, ApiException? problem);

    /// <summary>Writes an event.</summary>
    protected void Tell(StoredObject workload, bool isNormal, string reason, string message) => Context.Events.Record(workload, isNormal ? "Normal" : "Warning", reason, message, component);

    private static bool Selects(StoredObject workload, StoredObject item) =>
        LabelSelector.OfManifest(workload.Json.Part("spec", "selector")).Matches(ObjectFacts.Of(item).Labels);

    private IEnumerable<ObjectKey> OwnedBy(Owner? owner, string namespaceName) => owner?.Kind == Kind.Kind ? [Kind.Key(namespaceName, owner.Name)] : [];

    private void Do(StoredObject workload, WorkloadAction action)
    {
        string place = workload.Namespace;
        switch (action)
        {
            case CreateRevision create:
                Registry.Create(ResourceKinds.ControllerRevisions, place, create.Revision, WriteRequest.Controller);
                break;
            case RenumberRevision renumber:
                Change(ResourceKinds.ControllerRevisions, place, renumber.Name, null, json => json["revision"] = renumber.Number);
                break;
            case DeleteRevision delete:
                Registry.Delete(ResourceKinds.ControllerRevisions, place, delete.Name, new DeleteRequest());
                break;
            case Adopt adopt:
                RequireAlive(workload);
                Change(adopt.IsRevision ? ResourceKinds.ControllerRevisions : ResourceKinds.Pods, place, adopt.Name, adopt.Uid, json => SetOwners(json, [.. json.Items("metadata", "ownerReferences").Select(static item => item.DeepClone()), Owner.Reference(workload.Json)]));
                break;
            case Release release:
                Change(ResourceKinds.Pods, place, release.Name, release.Uid, json => SetOwners(json, [.. json.Items("metadata", "ownerReferences").Where(item => item.Text("uid") != workload.Uid).Select(static item => item.DeepClone())]));
                break;
            case OwnClaim own:
                Change(ResourceKinds.Claims, place, own.Name, null, json => SetOwners(json, [.. own.Owners.Select(static item => item!.DeepClone())]));
                break;
            case IdentifyPod identify:
                Change(ResourceKinds.Pods, place, identify.Name, null, json =>
                {
                    foreach ((string label, JsonNode? value) in identify.Labels)
                    {
                        json.Make("metadata", "labels")[label] = value?.DeepClone();
                    }
                });
                break;
            case CreateClaim create:
                Try(workload, action, create.Claim.Text("metadata", "name"), () => Registry.Create(ResourceKinds.Claims, place, create.Claim, WriteRequest.Controller));
                break;
            case CreatePod create:
                Try(workload, action, create.Pod.Text("metadata", "name"), () => Registry.Create(ResourceKinds.Pods, place, create.Pod, WriteRequest.Controller));
                break;
            case DeletePod delete:
                Try(workload, action, delete.Name, () => Registry.Delete(ResourceKinds.Pods, place, delete.Name, new DeleteRequest(Uid: delete.Uid)).Object);
                break;
            default:
                throw new InvalidOperationException($"nobody knows how to do {action}");
        }
    }

    private void Try(StoredObject workload, WorkloadAction action, string? name, Func<StoredObject> write)
    {
        try
        {
            StoredObject written = write();
            Tell(workload, action, written.Name, null);
        }
        catch (ApiException problem)
        {
            // One that is gone already, or was replaced meanwhile, needs no deletion; and nobody is told that a name was taken by what another round made.
            bool isSilent = problem.Code == 404 || problem.Reason == "AlreadyExists";
            if (!isSilent)
            {
                Tell(workload, action, name ?? string.Empty, problem);
            }

            if (action is not DeletePod || problem.Code != 404)
            {
                throw;
            }
        }
    }

    // A set that was deleted and made again under its name must not take over with its old self's ID.
    private void RequireAlive(StoredObject workload)
    {
        if (Registry.Find(Kind, workload.Namespace, workload.Name) is not { } now || now.Uid != workload.Uid || now.IsBeingDeleted)
        {
            throw ApiException.NotFound(Kind, workload.Name);
        }
    }

    private void Change(ResourceKind kind, string place, string name, string? uid, Action<JsonObject> change) => Registry.Update(
        kind,
        place,
        name,
        json =>
        {
            if (uid is not null && json.Text("metadata", "uid") != uid)
            {
                return null;
            }

            change(json);
            return json;
        },
        WriteRequest.Controller);

    private static void SetOwners(JsonObject json, JsonNode[] owners)
    {
        if (owners.Length == 0)
        {
            json.Make("metadata").Remove("ownerReferences");
        }
        else
        {
            json.Make("metadata")["ownerReferences"] = new JsonArray(owners);
        }
    }

    private void WriteStatus(StoredObject workload, JsonObject status)
    {
        if (JsonNode.DeepEquals(workload.Json["status"], status))
        {
            return;
        }

        try
        {
            Registry.Update(
                Kind,
                workload.Namespace,
                workload.Name,
                json =>
                {
                    if (json.Text("metadata", "uid") != workload.Uid)
                    {
                        return null;
                    }

                    json["status"] = status.DeepClone();
                    return json;
                },
                WriteRequest.Status);
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            // Deleted meanwhile.
        }
    }
}
