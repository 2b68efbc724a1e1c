using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Security;

/// <summary>What a set itself says of how its agents are to be met: its token, from the Secret, and its authority, from the config map. Each is read when it is first needed, and kept.</summary>
/// <param name="api">The API.</param>
/// <param name="workload">The set.</param>
internal sealed class SetCredentials(KubernetesApi api, ObservedWorkload workload)
{
    private string? token;
    private string? authority;

    /// <summary>Whether the set keeps a token.</summary>
    public bool HasToken => workload.TokenSecret is not null;

    /// <summary>Whether the set says which authority its servers' certificates are of.</summary>
    public bool HasAuthority => workload.AuthorityMap is not null;

    /// <summary>The token.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The token; null when the set keeps none.</returns>
    /// <exception cref="ConsulPetsException">KubernetesForbidden, TokenSecretNotFound.</exception>
    public async Task<string?> TokenAsync(CancellationToken cancellationToken)
    {
        if (token is not null || workload.TokenSecret is not { } name)
        {
            return token;
        }

        try
        {
            return token = await api.FindAsync(KubernetesResource.Secrets, workload.Namespace, name, cancellationToken).ConfigureAwait(false) is { } secret && SetSecrets.Entry(secret, SetNames.TokenEntry) is { } kept
                ? kept.Trim()
                : throw new ConsulPetsException(
                    "TokenSecretNotFound",
                    ConsulPetsErrorKind.PermissionDenied,
                    $"The Secret '{workload.Namespace}/{name}', where '{workload.Name}' keeps its token, is not there or empty.",
                    "Give a token: -Token",
                    $"{workload.Namespace}/{name}");
        }
        catch (ConsulPetsException exception) when (exception.ErrorId == "KubernetesForbidden")
        {
            throw new ConsulPetsException(
                exception.ErrorId, exception.Kind, $"{exception.Message.TrimEnd('.')}: the Secret '{name}' holds the token of '{workload.Name}'.", "Give a token: -Token; or have the verb get on this Secret", $"{workload.Namespace}/{name}", exception);
        }
    }

    /// <summary>The certificates of the authority.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>PEM; null when the set names none.</returns>
    /// <exception cref="ConsulPetsException">KubernetesForbidden.</exception>
    public async Task<string?> AuthorityAsync(CancellationToken cancellationToken) => authority ??= workload.AuthorityMap is not { } name ? null
        : await api.FindAsync(KubernetesResource.ConfigMaps, workload.Namespace, name, cancellationToken).ConfigureAwait(false) is { } map ? map.Map("data").GetValueOrDefault(SetNames.AuthorityEntry) : null;
}
