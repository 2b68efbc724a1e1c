using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Answers <c>delete</c> and <c>deletecollection</c>.</summary>
internal sealed class DeleteHandler
{
    // These are answered with the object as it last was, also when it is gone (ReturnDeletedObject in kubernetes/pkg/registry).
    private static readonly ResourceKind[] AnsweredWithObject =
        [ResourceKinds.Pods, ResourceKinds.Services, ResourceKinds.Claims, ResourceKinds.Volumes, ResourceKinds.ServiceAccounts, ResourceKinds.StorageClasses];

    private readonly ObjectRegistry registry;
    private readonly ListReader lists;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    /// <param name="lists">Reads lists.</param>
    public DeleteHandler(ObjectRegistry registry, ListReader lists)
    {
        this.registry = registry;
        this.lists = lists;
    }

    /// <summary>Deletes an object.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public async Task DeleteAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ObjectView view = call.View(registry.Clock);
        DeleteRequest request = DeleteOptions.Read(await BodyAsync(call).ConfigureAwait(false), call.Query);
        (StoredObject item, bool isGone) = registry.Delete(call.Kind, call.Request.Namespace, call.Request.Name, request);
        if (isGone && !AnsweredWithObject.Contains(call.Kind))
        {
            await ApiResponse.WriteAsync(call.Http, 200, ApiResponse.Success(Details(call.Kind, item))).ConfigureAwait(false);
            return;
        }

        await ApiResponse.WriteAsync(call.Http, !isGone && request.Propagation == "Foreground" ? 202 : 200, view.Show(item)).ConfigureAwait(false);
    }

    /// <summary>Deletes all objects that a selector means.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public async Task DeleteManyAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ObjectView view = call.View(registry.Clock);
        DeleteRequest request = DeleteOptions.Read(await BodyAsync(call).ConfigureAwait(false), call.Query);
        ListPage page = lists.Read(call.Kind, call.Request.Namespace, ListOptions.Read(call.Kind, call.Query));
        foreach (StoredObject item in page.Items)
        {
            try
            {
                registry.Delete(call.Kind, item.Namespace, item.Name, request);
            }
            catch (ApiException gone) when (gone.Code == 404)
            {
                // Somebody else was faster.
            }
        }

        await ReadHandler.WriteListAsync(call, $"{call.Kind.Kind}List", call.Kind.ApiVersion(call.Version), page, view with { Form = AnswerForm.Object }).ConfigureAwait(false);
    }

    private static async Task<JsonObject?> BodyAsync(ApiCall call)
    {
        byte[] bytes = await RequestBody.ReadBytesAsync(call.Http.Request).ConfigureAwait(false);
        return RequestBody.Parse(bytes, RequestBody.MediaType(call.Http.Request.ContentType) == "application/yaml", "DeleteOptions").Json as JsonObject;
    }

    private static JsonObject Details(ResourceKind kind, StoredObject item)
    {
        var details = new JsonObject { ["name"] = item.Name };
        if (kind.Group.Length > 0)
        {
            details["group"] = kind.Group;
        }

        details["kind"] = kind.Plural;
        details["uid"] = item.Uid;
        return details;
    }
}
