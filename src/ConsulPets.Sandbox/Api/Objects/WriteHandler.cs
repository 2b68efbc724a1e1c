using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Answers <c>create</c> and <c>update</c> of objects, their status, and a namespace's finalizers.</summary>
internal sealed class WriteHandler
{
    // These are replaced only by who says what it has seen (AllowUnconditionalUpdate in kubernetes/pkg/registry).
    private static readonly ResourceKind[] Conditional = [ResourceKinds.Leases, ResourceKinds.DisruptionBudgets];

    private readonly ObjectRegistry registry;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    public WriteHandler(ObjectRegistry registry) => this.registry = registry;

    /// <summary>Creates an object.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public async Task CreateAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ObjectView view = call.View(registry.Clock);
        WriteOptions options = call.Writing("CreateOptions");
        RequestBody body = await RequestBody.ReadObjectAsync(call.Http.Request, call.Kind.Kind).ConfigureAwait(false);
        JsonObject json = SentObject.Require(call, body, options.FieldValidation);
        if (json.Text("metadata", "resourceVersion") is { Length: > 0 })
        {
            throw new ApiException(500, string.Empty, "resourceVersion should not be set on objects to be created");
        }

        StoredObject created = registry.Create(call.Kind, call.Request.Namespace, json, call.ToWriteRequest(options));
        await ApiResponse.WriteAsync(call.Http, 201, view.Show(created)).ConfigureAwait(false);
    }

    /// <summary>Replaces an object, or its status.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public async Task UpdateAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ObjectView view = call.View(registry.Clock);
        WriteOptions options = call.Writing("UpdateOptions");
        RequestBody body = await RequestBody.ReadObjectAsync(call.Http.Request, call.Kind.Kind).ConfigureAwait(false);
        JsonObject json = SentObject.Require(call, body, options.FieldValidation);
        if (json.Text("metadata", "name") is not { Length: > 0 })
        {
            throw ApiException.BadRequest($"the name of the object ({call.Request.Name} based on URL) was undeterminable: name must be provided");
        }

        if (Conditional.Contains(call.Kind) && json.Text("metadata", "resourceVersion") is not { Length: > 0 })
        {
            throw ApiException.Invalid(
                call.Kind, call.Request.Name, [new FieldProblem("FieldValueInvalid", "metadata.resourceVersion", "Invalid value: 0x0: must be specified for an update")]);
        }

        StoredObject written = registry.Update(
            call.Kind, call.Request.Namespace, call.Request.Name, live => Change(call, live, (JsonObject)json.DeepClone()), call.ToWriteRequest(options));
        await ApiResponse.WriteAsync(call.Http, 200, view.Show(written)).ConfigureAwait(false);
    }

    // Through finalize, only a namespace's finalizers are written.
    private static JsonObject Change(ApiCall call, JsonObject live, JsonObject sent)
    {
        if (call.Request.Subresource != "finalize")
        {
            return sent;
        }

        live.Make("spec")["finalizers"] = sent.At("spec", "finalizers")?.DeepClone();
        live.Make("metadata")["resourceVersion"] = sent.Text("metadata", "resourceVersion");
        return live;
    }
}
