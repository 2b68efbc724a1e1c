using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Admission;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Patching;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Answers <c>patch</c> of objects and their status, with all four kinds of patch.</summary>
internal sealed class PatchHandler
{
    private readonly ObjectRegistry registry;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    public PatchHandler(ObjectRegistry registry) => this.registry = registry;

    /// <summary>Patches an object.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public async Task PatchAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ObjectView view = call.View(registry.Clock);
        PatchBody patch = PatchBody.Parse(RequestBody.MediaType(call.Http.Request.ContentType), await RequestBody.ReadBytesAsync(call.Http.Request).ConfigureAwait(false));
        WriteOptions options = Options(call, patch);
        (StoredObject written, bool isNew) = patch.IsApply ? Apply(call, patch, options) : (Change(call, patch, options), false);
        await ApiResponse.WriteAsync(call.Http, isNew ? 201 : 200, view.Show(written)).ConfigureAwait(false);
    }

    /// <summary>Reads and judges the options of a patch.</summary>
    /// <param name="call">The request.</param>
    /// <param name="patch">The patch.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ApiException">They do not fit the kind of patch.</exception>
    public static WriteOptions Options(ApiCall call, PatchBody patch)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(patch);
        WriteOptions options = call.Writing("PatchOptions");
        if (patch.IsApply && !options.HasManager)
        {
            throw Refusals.InvalidOptions("PatchOptions", new FieldProblem("FieldValueRequired", "fieldManager", "Required value: is required for apply patch"));
        }

        if (!patch.IsApply && options.Force is not null)
        {
            throw Refusals.InvalidOptions("PatchOptions", new FieldProblem("FieldValueForbidden", "force", "Forbidden: may not be specified for non-apply patch"));
        }

        SentObject.Report(call.Http, call.Kind.Kind, call.Version, patch.Body, [], options.FieldValidation);
        return options;
    }

    private StoredObject Change(ApiCall call, PatchBody patch, WriteOptions options) => registry.Update(
        call.Kind,
        call.Request.Namespace,
        call.Request.Name,
        live =>
        {
            live["apiVersion"] = call.Kind.ApiVersion(call.Version);
            JsonObject changed = patch.Apply(call.Kind, live);
            SentObject.RequirePlace(call, changed);
            SentObject.RequireReadable(call, changed);
            return changed;
        },
        call.ToWriteRequest(options));

    // Applied fields are compared by their schema: one that it lacks cannot be, whatever the request says about validation. The real answer has no reason.
    private static void RequireDeclared(ApiCall call, JsonObject wanted)
    {
        if (call.Request.Subresource.Length > 0)
        {
            return;
        }

        SentObject.RequireReadable(call, wanted);
        IReadOnlyList<string> unknown = KnownFields.Unknown(call.Kind, wanted);
        if (unknown.Count > 0)
        {
            string fields = string.Join("\n", unknown.Select(static field => $".{field}: field not declared in schema"));
            string what = $"{new ObjectKey(call.Kind.Group, call.Kind.Plural, call.Request.Namespace, call.Request.Name)}; {call.Kind.ApiVersion(call.Version)}, Kind={call.Kind.Kind}";
            throw new ApiException(500, string.Empty, $"failed to create typed patch object ({what}): {(unknown.Count == 1 ? fields : $"errors:\n{string.Join('\n', fields.Split('\n').Select(static field => $"  {field}"))}")}");
        }
    }

    private (StoredObject Written, bool IsNew) Apply(ApiCall call, PatchBody patch, WriteOptions options)
    {
        var wanted = (JsonObject)patch.Body.Json!;
        RequireApplicable(call, wanted);
        RequireDeclared(call, wanted);
        var write = new FieldWrite(options.Manager, call.Kind.ApiVersion(call.Version), call.Request.Subresource.Length == 0 ? null : call.Request.Subresource, registry.Clock.GetUtcNow());
        WriteRequest request = call.ToWriteRequest(options, ownsFieldRecord: true);
        while (true)
        {
            if (registry.Find(call.Kind, call.Request.Namespace, call.Request.Name) is not null)
            {
                try
                {
                    return (registry.Update(
                        call.Kind,
                        call.Request.Namespace,
                        call.Request.Name,
                        live => ServerSideApply.Apply(call.Kind, live, (JsonObject)wanted.DeepClone(), write, options.Force == true),
                        request), false);
                }
                catch (ApiException gone) when (gone.Code == 404 && call.Request.Subresource.Length == 0)
                {
                    // Deleted since it was looked for: it is created below.
                }
            }

            if (call.Request.Subresource.Length > 0)
            {
                throw ApiException.NotFound(call.Kind, call.Request.Name);
            }

            if (wanted.Text("metadata", "uid") is { Length: > 0 } uid)
            {
                throw ApiException.Conflict(call.Kind, call.Request.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
            }

            try
            {
                JsonObject created = ServerSideApply.Apply(call.Kind, null, (JsonObject)wanted.DeepClone(), write, options.Force == true);
                created.Make("metadata")["name"] = call.Request.Name;
                return (registry.Create(call.Kind, call.Request.Namespace, created, request), true);
            }
            catch (ApiException there) when (there.Reason == "AlreadyExists")
            {
                // Created since it was looked for: it is changed then.
            }
        }
    }

    private static void RequireApplicable(ApiCall call, JsonObject wanted)
    {
        string apiVersion = call.Kind.ApiVersion(call.Version);
        if (wanted.Text("apiVersion") != apiVersion)
        {
            throw ApiException.BadRequest($"Incorrect version specified in apply patch. Specified patch version: {wanted.Text("apiVersion")}, expected: {apiVersion}");
        }

        if (wanted.Text("kind") is not { Length: > 0 } kindName)
        {
            throw ApiException.BadRequest("Object 'Kind' is missing in apply patch");
        }

        if (kindName != call.Kind.Kind)
        {
            throw Refusals.WrongKind(apiVersion, kindName, call.Kind);
        }

        if (wanted.At("metadata", "managedFields") is not null)
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }

        SentObject.RequirePlace(call, wanted);
    }
}
