using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Sessions;

/// <summary>The way of a command: through the session that was named, else through the latest one with the set, else through the API server's proxy.</summary>
/// <param name="api">The API.</param>
/// <param name="owner">The runspace of the command.</param>
/// <param name="named">The session that was named; null when none was.</param>
/// <param name="token">The command's own ACL token; null when none was given.</param>
/// <param name="without">The token where there is no session; null for none.</param>
public sealed class SessionRoute(KubernetesApi api, Guid owner, PetSetSession? named, string? token, string? without) : IAgentRoute
{
    /// <inheritdoc/>
    public IConsulTransport To(ObservedWorkload workload, ObservedPod pod)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(pod);
        if (named is not null && !named.IsWith(api.Connection, workload.Namespace, workload.Name))
        {
            throw new ConsulPetsException(
                "SessionMismatch",
                ConsulPetsErrorKind.InvalidArgument,
                FormattableString.Invariant($"The session {named.Id} is with '{named.Namespace}/{named.PetSet}', and not with '{workload.Namespace}/{workload.Name}'."),
                "Leave -Session out, or name the set that it is with",
                $"{workload.Namespace}/{workload.Name}");
        }

        PetSetSession? session = named ?? PetSetSessions.With(owner, api.Connection, workload.Namespace, workload.Name);
        return session?.To(api, pod, token) ?? new PodProxyTransport(api, workload.Namespace, pod.Name, pod.ConsulPort, token ?? without);
    }
}
