using System.Collections.Concurrent;
using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Security;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Sessions;

/// <summary>The way of a command: through the session that was named, else through the latest one with the set, else through the API server's proxy.</summary>
/// <param name="api">The API.</param>
/// <param name="owner">The runspace of the command.</param>
/// <param name="named">The session that was named; null when none was.</param>
/// <param name="token">The command's own ACL token; null when none was given.</param>
/// <param name="without">The token where there is no session; null for the set's own, if it keeps one.</param>
/// <param name="skipVerification">Whether agents' certificates are not verified.</param>
public sealed class SessionRoute(KubernetesApi api, Guid owner, PetSetSession? named, string? token, string? without, bool skipVerification = false) : IAgentRoute
{
    private readonly ConcurrentDictionary<string, SetCredentials> known = new(StringComparer.Ordinal);

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
        return session?.To(api, pod, token, skipVerification) ?? AgentWay.With(
            known.GetOrAdd(workload.Uid, static (_, pair) => new SetCredentials(pair.Api, pair.Workload), (Api: api, Workload: workload)),
            pod.Name,
            token ?? without,
            (used, _) => Task.FromResult<IConsulTransport>(new PodProxyTransport(api, workload.Namespace, pod.Name, pod.ConsulPort, used)));
    }
}
