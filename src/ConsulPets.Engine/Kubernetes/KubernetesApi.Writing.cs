using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Kubernetes;

/// <content>Writes that are meant for the object that was seen, and for no other version of it.</content>
public sealed partial class KubernetesApi
{
    /// <summary>Creates an object.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="manifest">The object.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when there is one of that name.</returns>
    /// <exception cref="ConsulPetsException">KubernetesForbidden, KubernetesInvalid.</exception>
    public Task<bool> TryCreateAsync(KubernetesResource resource, JsonObject manifest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(manifest);
        (string? place, string name) = Named(manifest);
        return TryWriteAsync(HttpMethod.Post, resource.Path(place), manifest, "application/json", new KubernetesCall("create", resource.QualifiedName, place, name), cancellationToken);
    }

    /// <summary>Replaces an object, if it has the <c>resourceVersion</c> of the manifest still.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="manifest">The object.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when somebody else has changed or deleted it meanwhile.</returns>
    /// <exception cref="ConsulPetsException">KubernetesForbidden, KubernetesInvalid.</exception>
    public Task<bool> TryReplaceAsync(KubernetesResource resource, JsonObject manifest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(manifest);
        (string? place, string name) = Named(manifest);
        return TryWriteAsync(HttpMethod.Put, resource.Path(place, name), manifest, "application/json", new KubernetesCall("update", resource.QualifiedName, place, name), cancellationToken);
    }

    /// <summary>Changes some fields of an object (RFC 7386), if it has the <c>resourceVersion</c> of the patch still.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="name">The name.</param>
    /// <param name="patch">The fields; null takes one away.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when somebody else has changed or deleted it meanwhile.</returns>
    /// <exception cref="ConsulPetsException">KubernetesForbidden, KubernetesInvalid.</exception>
    public Task<bool> TryMergeAsync(KubernetesResource resource, string namespaceName, string name, JsonObject patch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(patch);
        return TryWriteAsync(
            HttpMethod.Patch, resource.Path(namespaceName, name), patch, "application/merge-patch+json", new KubernetesCall("patch", resource.QualifiedName, namespaceName, name), cancellationToken);
    }

    /// <summary>Has the API server try a merge patch, whatever version the object has: admission and defaults take part, and nothing is stored.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="name">The name.</param>
    /// <param name="patch">The fields; null takes one away.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The object as it would be stored.</returns>
    /// <exception cref="ConsulPetsException">KubernetesInvalid, KubernetesForbidden, KubernetesNotFound.</exception>
    public async Task<JsonElement> TryOutMergeAsync(KubernetesResource resource, string namespaceName, string name, JsonObject patch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(patch);
        using var content = new StringContent(patch.ToJsonString(), Encoding.UTF8, "application/merge-patch+json");
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Patch, resource.Path(namespaceName, name) + Query(("fieldManager", FieldManager), ("dryRun", "All")), content, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(new KubernetesCall("patch", resource.QualifiedName, namespaceName, name), response, cancellationToken).ConfigureAwait(false);
    }

    private static (string? Namespace, string Name) Named(JsonObject manifest) => ((string?)manifest["metadata"]!["namespace"], (string)manifest["metadata"]!["name"]!);

    private async Task<bool> TryWriteAsync(HttpMethod method, string path, JsonObject body, string type, KubernetesCall call, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, type);
        using HttpResponseMessage response = await SendAsync(method, path + Query(("fieldManager", FieldManager)), content, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Conflict || (response.StatusCode == HttpStatusCode.NotFound && method != HttpMethod.Post))
        {
            return false;
        }

        await ReadAsync(call, response, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
