using System.Text.Json;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Executing;

/// <summary>The volume claims of a pet set, also of one that is gone.</summary>
internal static class PetSetClaims
{
    private static readonly TimeSpan LookWithoutEvent = TimeSpan.FromSeconds(10);

    /// <summary>The claims whose names a set of this name would give.</summary>
    /// <param name="api">The API.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="set">The set's name.</param>
    /// <param name="templates">The names of the claim templates.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The names, by ordinal.</returns>
    public static async Task<IReadOnlyList<string>> NamesAsync(
        KubernetesApi api, string namespaceName, string set, IReadOnlyList<string> templates, CancellationToken cancellationToken)
    {
        KubernetesList claims = await api.ListAsync(KubernetesResource.Claims, namespaceName, null, null, cancellationToken).ConfigureAwait(false);
        return [.. claims.Items
            .Select(static claim => claim.Text("metadata", "name"))
            .Where(name => templates.Any(template => PetName.ClaimOrdinal(name, template, set) is not null))
            .OrderBy(static name => name, PetNameOrder.Instance)];
    }

    /// <summary>Waits until claims are gone: a claim in use stays until the last pod that mounts it has ended.</summary>
    /// <param name="api">The API.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="claims">Their names.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">WaitTimedOut.</exception>
    public static async Task WaitUntilGoneAsync(KubernetesApi api, string namespaceName, IReadOnlyList<string> claims, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long started = TimeProvider.System.GetTimestamp();
        await using var events = new ClusterEvents(api, namespaceName, TimeProvider.System, null).Watch(KubernetesResource.Claims, null, null);
        while (true)
        {
            KubernetesList present = await api.ListAsync(KubernetesResource.Claims, namespaceName, null, null, cancellationToken).ConfigureAwait(false);
            string[] left = [.. present.Items.Select(static (JsonElement claim) => claim.Text("metadata", "name")).Intersect(claims)];
            if (left.Length == 0)
            {
                return;
            }

            TimeSpan remaining = timeout - TimeProvider.System.GetElapsedTime(started);
            if (remaining <= TimeSpan.Zero)
            {
                throw new ConsulPetsException(
                    "WaitTimedOut",
                    ConsulPetsErrorKind.OperationTimeout,
                    FormattableString.Invariant($"Volume claims were deleted and are still there after {timeout.TotalSeconds:0} s: {string.Join(", ", left)}. Some pod mounts them."),
                    "End those pods, then run the command again",
                    left);
            }

            await events.NextAsync(remaining < LookWithoutEvent ? remaining : LookWithoutEvent, cancellationToken).ConfigureAwait(false);
        }
    }
}
