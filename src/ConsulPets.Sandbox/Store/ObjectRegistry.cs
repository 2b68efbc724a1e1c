using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Admission;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Patching;

namespace ConsulPets.Sandbox.Store;

/// <summary>
/// The rules of writing that hold for every kind, whoever writes: unique IDs, generations, what a status write may change, conflicts, finalizers, grace periods.
/// The API and the controllers both write through it.
/// </summary>
public sealed class ObjectRegistry
{
    private readonly ObjectStore store;
    private readonly TimeProvider clock;
    private readonly AdmissionContext admission;

    /// <summary>Makes one whose services get addresses from 127.0.200.1 on.</summary>
    /// <param name="store">Where the objects are.</param>
    /// <param name="clock">The time.</param>
    public ObjectRegistry(ObjectStore store, TimeProvider clock)
        : this(store, clock, AdmissionContext.Over(store))
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="store">Where the objects are.</param>
    /// <param name="clock">The time.</param>
    /// <param name="admission">What defaults and validation have to know besides the object.</param>
    public ObjectRegistry(ObjectStore store, TimeProvider clock, AdmissionContext admission)
    {
        this.store = store;
        this.clock = clock;
        this.admission = admission;
    }

    /// <summary>Where the objects are.</summary>
    public ObjectStore Store => store;

    /// <summary>The time.</summary>
    public TimeProvider Clock => clock;

    /// <summary>An object.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="namespaceName">The namespace; ignored for cluster-wide kinds.</param>
    /// <param name="name">The name.</param>
    /// <returns>The object, or null.</returns>
    public StoredObject? Find(ResourceKind kind, string namespaceName, string name)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return store.Get(kind.Key(namespaceName, name));
    }

    /// <summary>The objects of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="namespaceName">The namespace; null for all.</param>
    /// <returns>The objects, by namespace and name.</returns>
    public IReadOnlyList<StoredObject> List(ResourceKind kind, string? namespaceName = null)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return store.List(kind.Group, kind.Plural, namespaceName).Items;
    }

    /// <summary>Creates an object.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="namespaceName">The namespace; ignored for cluster-wide kinds.</param>
    /// <param name="json">The object; it belongs to the registry from then on.</param>
    /// <param name="request">Who writes and how.</param>
    /// <returns>The object as it was written, or would have been.</returns>
    /// <exception cref="ApiException">It exists, its namespace does not, or a value is not allowed.</exception>
    public StoredObject Create(ResourceKind kind, string namespaceName, JsonObject json, WriteRequest request)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(request);
        JsonObject metadata = json.Make("metadata");
        string name = NameOf(metadata, kind);
        if (kind.IsNamespaced)
        {
            RequireNamespace(kind, namespaceName, name);
            metadata["namespace"] = namespaceName;
        }

        if (store.Get(kind.Key(namespaceName, name)) is not null)
        {
            throw ApiException.AlreadyExists(kind, name);
        }

        json["apiVersion"] = kind.ApiVersion();
        json["kind"] = kind.Kind;
        if (kind.HasStatus && request.Manager != WriteRequest.Controller.Manager)
        {
            json.Remove("status");
        }

        metadata.Remove("resourceVersion");
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = JsonText.Timestamp(clock.GetUtcNow());
        if (kind.HasGeneration)
        {
            metadata["generation"] = 1;
        }

        Defaults.Fill(admission, kind, json, null);
        Require(kind, name, Validation.Problems(admission, kind, json, null));
        Record(kind, null, json, request);
        return request.DryRun
            ? new StoredObject(kind.Key(namespaceName, name), json, 0)
            : store.Write(kind.Key(namespaceName, name), null, json) ?? throw ApiException.AlreadyExists(kind, name);
    }

    /// <summary>Changes an object. The change is made anew on the latest version when somebody else was faster, unless it names the version that it means.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="namespaceName">The namespace; ignored for cluster-wide kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="change">Gets a copy of the object and gives the object to write: the copy, changed, or another one. Null: nothing is to be written.
    /// A <c>metadata.resourceVersion</c> in it that is not the latest is a conflict; none, or the copy's, is not.</param>
    /// <param name="request">Who writes and how.</param>
    /// <returns>The object as it is now.</returns>
    /// <exception cref="ApiException">It is not there, a conflict, or a value is not allowed.</exception>
    public StoredObject Update(ResourceKind kind, string namespaceName, string name, Func<JsonObject, JsonObject?> change, WriteRequest request)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(request);
        while (true)
        {
            StoredObject live = store.Get(kind.Key(namespaceName, name)) ?? throw ApiException.NotFound(kind, name);
            if (change(live.Copy()) is not { } wanted)
            {
                return live;
            }

            JsonObject json = Merge(kind, live, wanted, request);
            if (JsonNode.DeepEquals(json, live.Json))
            {
                return live;
            }

            if (request.DryRun)
            {
                return new StoredObject(live.Key, json, live.Revision);
            }

            StoredObject? written = IsFinished(kind, json) ? store.Remove(live) : store.Write(live.Key, live, json);
            if (written is not null)
            {
                return written;
            }
        }
    }

    /// <summary>Deletes an object: at once, or, where a grace period or a finalizer holds it, by saying so in its metadata.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="namespaceName">The namespace; ignored for cluster-wide kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="request">How.</param>
    /// <returns>The object as it is now, and whether it is gone.</returns>
    /// <exception cref="ApiException">It is not there, or not the one that was meant.</exception>
    public (StoredObject Object, bool IsGone) Delete(ResourceKind kind, string namespaceName, string name, DeleteRequest request)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(request);
        while (true)
        {
            StoredObject live = store.Get(kind.Key(namespaceName, name)) ?? throw ApiException.NotFound(kind, name);
            RequireMeant(kind, live, request);
            JsonObject json = live.Copy();
            Deletion.Mark(kind, json, request, clock.GetUtcNow());
            bool isGone = IsFinished(kind, json);
            if (request.DryRun)
            {
                return (live, isGone);
            }

            if (!isGone && JsonNode.DeepEquals(json, live.Json))
            {
                return (live, false);
            }

            StoredObject? written = isGone ? store.Remove(live) : store.Write(live.Key, live, json);
            if (written is not null)
            {
                return (written, isGone);
            }
        }
    }

    private static bool IsFinished(ResourceKind kind, JsonObject json) =>
        json.Text("metadata", "deletionTimestamp") is not null
        && json.At("metadata", "finalizers") is not JsonArray { Count: > 0 }
        && (json.Number("metadata", "deletionGracePeriodSeconds") ?? 0) == 0
        && (kind != ResourceKinds.Namespaces || json.At("spec", "finalizers") is not JsonArray { Count: > 0 });

    private static string NameOf(JsonObject metadata, ResourceKind kind)
    {
        if (metadata.Text("name") is { Length: > 0 } name)
        {
            return name;
        }

        if (metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            // The letters of the real one, which leave out vowels and look-alikes (k8s.io/apimachinery, util/rand).
            string generated = prefix + new string(Random.Shared.GetItems<char>("bcdfghjklmnpqrstvwxz2456789", 5));
            metadata["name"] = generated;
            return generated;
        }

        throw ApiException.Invalid(kind, string.Empty, [new FieldProblem("FieldValueRequired", "metadata.name", "Required value: name or generateName is required")]);
    }

    private static void Require(ResourceKind kind, string name, IReadOnlyList<FieldProblem> problems)
    {
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(kind, name, problems);
        }
    }

    private static void RequireMeant(ResourceKind kind, StoredObject live, DeleteRequest request)
    {
        if (request.Uid is not null && request.Uid != live.Uid)
        {
            throw ApiException.NotMeant(kind, live.Name, "UID", request.Uid, live.Uid, "deleted and then recreated");
        }

        if (request.ResourceVersion is not null && request.ResourceVersion != live.Revision.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiException.NotMeant(kind, live.Name, "ResourceVersion", request.ResourceVersion, live.Revision.ToString(CultureInfo.InvariantCulture), "modified");
        }
    }

    private void RequireNamespace(ResourceKind kind, string namespaceName, string name)
    {
        StoredObject? place = store.Get(ResourceKinds.Namespaces.Key(string.Empty, namespaceName));
        if (place is null)
        {
            throw ApiException.NotFound(ResourceKinds.Namespaces, namespaceName);
        }

        // Events about what is ending are let in, as the real one does.
        if (place.IsBeingDeleted && kind != ResourceKinds.Events)
        {
            throw ApiException.Forbidden(kind, name, $"unable to create new content in namespace {namespaceName} because it is being terminated");
        }
    }

    // What a writer may not change is taken from what is there.
    private JsonObject Merge(ResourceKind kind, StoredObject live, JsonObject wanted, WriteRequest request)
    {
        JsonObject metadata = wanted.Make("metadata");
        if (metadata.Text("resourceVersion") is { Length: > 0 } seen && seen != live.Revision.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiException.Conflict(kind, live.Name);
        }

        if (metadata.Text("uid") is { Length: > 0 } uid && uid != live.Uid)
        {
            throw ApiException.Conflict(kind, live.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Uid}");
        }

        JsonObject json = request.Subresource == "status" ? StatusOnly(live, wanted) : wanted;
        metadata = json.Make("metadata");
        json["apiVersion"] = kind.ApiVersion();
        json["kind"] = kind.Kind;
        foreach (string name in (ReadOnlySpan<string>)["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion", "selfLink"])
        {
            Take(live.Json.At("metadata", name), metadata, name);
        }

        if (kind.HasStatus && request.Subresource != "status")
        {
            Take(live.Json["status"], json, "status");
        }

        if (request.Subresource != "status")
        {
            Defaults.Fill(admission, kind, json, live.Json);
            Require(kind, live.Name, Validation.Problems(admission, kind, json, live.Json));
        }

        if (kind.HasGeneration && !JsonNode.DeepEquals(json["spec"], live.Json["spec"]))
        {
            metadata["generation"] = (live.Json.Number("metadata", "generation") ?? 0) + 1;
        }

        Record(kind, live.Json, json, request);
        return json;
    }

    private static JsonObject StatusOnly(StoredObject live, JsonObject wanted)
    {
        JsonObject json = live.Copy();
        Take(wanted["status"], json, "status");
        Take(wanted.At("metadata", "managedFields"), json.Make("metadata"), "managedFields");
        return json;
    }

    private static void Take(JsonNode? value, JsonObject into, string name)
    {
        if (ReferenceEquals(value, into[name]))
        {
            return;
        }

        if (value is null)
        {
            into.Remove(name);
        }
        else
        {
            into[name] = value.DeepClone();
        }
    }

    private void Record(ResourceKind kind, JsonObject? before, JsonObject after, WriteRequest request)
    {
        if (!request.OwnsFieldRecord && request.Manager is not null)
        {
            ManagedFields.RecordUpdate(kind, before, after, new FieldWrite(request.Manager, kind.ApiVersion(request.Version), request.Subresource, clock.GetUtcNow()));
        }
    }
}
