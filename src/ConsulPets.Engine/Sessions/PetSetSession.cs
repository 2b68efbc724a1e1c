using System.Collections.Concurrent;
using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Security;

namespace ConsulPets.Engine.Sessions;

/// <summary>What a session is opened with.</summary>
/// <param name="Connection">The cluster.</param>
/// <param name="Workload">The pet set.</param>
/// <param name="Via">How its agents are reached.</param>
/// <param name="Token">The ACL token; null for none.</param>
/// <param name="Owner">The runspace that opens it: its commands go by it untold, those of others only when it is given to them.</param>
/// <param name="Tls">How the agents' certificates are verified; null for what the environment says.</param>
public sealed record SessionRequest(KubernetesConnection Connection, ObservedWorkload Workload, ConsulRoute Via, string? Token, Guid Owner, ConsulTls? Tls = null)
{
    /// <summary>The connection as it is now: a kubeconfig that was changed since, as for a token that is turned, counts at once.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection.</returns>
    public Task<KubernetesConnection> OpenAsync(CancellationToken cancellationToken) => KubernetesConnections.OpenAsync(Connection.Choice, cancellationToken);
}

/// <summary>
/// An open way to the agents of one pet set. It belongs to the set and not to a pet: each command asks the pet that is likeliest to answer, so when the one goes that was asked before, the next command
/// is with another.
/// </summary>
public sealed class PetSetSession : IAgentRoute, IDisposable
{
    private readonly SessionRequest request;
    private readonly ConcurrentDictionary<(string Pod, ConsulPort Port, bool SkipVerification), PodForward> forwards = new();
    private readonly DateTimeOffset opened;
    private volatile string? lastPet;
    private int isClosed;

    internal PetSetSession(int id, SessionRequest request, DateTimeOffset opened)
    {
        Id = id;
        this.request = request;
        this.opened = opened;
    }

    /// <summary>The session's number in this process.</summary>
    public int Id { get; }

    /// <summary>The cluster, as it was when the session was opened.</summary>
    public KubernetesConnection Connection => request.Connection;

    /// <summary>The cluster as it is now.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection.</returns>
    public Task<KubernetesConnection> OpenAsync(CancellationToken cancellationToken) => request.OpenAsync(cancellationToken);

    /// <summary>The runspace that has opened it.</summary>
    public Guid Owner => request.Owner;

    /// <summary>The pet set's namespace.</summary>
    public string Namespace => request.Workload.Namespace;

    /// <summary>The pet set.</summary>
    public string PetSet => request.Workload.Name;

    /// <summary>Whether it serves.</summary>
    public bool IsOpen => Volatile.Read(ref isClosed) == 0;

    /// <summary>The set's datacenter, once it is known.</summary>
    public string? Datacenter { get; set; }

    /// <summary>Whether a set is this session's. A set that was deleted and made again under its name is.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="name">The name.</param>
    /// <returns>True when it is.</returns>
    public bool IsWith(KubernetesConnection connection, string namespaceName, string name)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.Server == Connection.Server && connection.Context == Connection.Context && namespaceName == Namespace && name == PetSet;
    }

    /// <inheritdoc/>
    public IConsulTransport To(ObservedWorkload workload, ObservedPod pod) => To(new KubernetesApi(Connection), pod, null);

    /// <summary>The way to one agent.</summary>
    /// <param name="api">The API, as the command uses it.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="token">The command's own ACL token; null for the session's, else the set's.</param>
    /// <param name="skipVerification">Whether this command does not verify the agent's certificate.</param>
    /// <returns>The way. Nothing is sent yet.</returns>
    /// <exception cref="Errors.ConsulPetsException">SessionClosed.</exception>
    public IConsulTransport To(KubernetesApi api, ObservedPod pod, string? token, bool skipVerification = false)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(pod);
        if (!IsOpen)
        {
            throw PetSetSessions.Closed(ToSession());
        }

        var credentials = new SetCredentials(api, request.Workload);
        IConsulTransport transport = AgentWay.With(credentials, pod.Name, token ?? request.Token, (known, cancellationToken) => WayAsync(api, credentials, pod, known, skipVerification, cancellationToken));
        return new Noted(transport, pod.Name, name => lastPet = name);
    }

    private async Task<IConsulTransport> WayAsync(KubernetesApi api, SetCredentials credentials, ObservedPod pod, string? token, bool skipVerification, CancellationToken cancellationToken) => request.Via switch
    {
        ConsulRoute.PortForward => new PortForwardTransport(
            forwards.GetOrAdd(
                (pod.Name, pod.ConsulPort, skipVerification),
                (key, request) => new PodForward(request.OpenAsync, request.Workload.Namespace, key.Pod, key.Port, ending => TlsAsync(credentials, skipVerification, ending)),
                request),
            token),
        ConsulRoute.Direct => new DirectTransport(ConsulAddress.Of(pod, await DirectTlsAsync(credentials, pod, skipVerification, cancellationToken).ConfigureAwait(false)), token, pod.Name),
        _ => new PodProxyTransport(api, Namespace, pod.Name, pod.ConsulPort, token),
    };

    private async Task<ConsulTls> TlsAsync(SetCredentials credentials, bool skipVerification, CancellationToken cancellationToken)
    {
        ConsulTls tls = request.Tls ?? ConsulTls.FromEnvironment();
        return tls with
        {
            SkipVerification = tls.SkipVerification || skipVerification,
            Authority = tls.HasAuthority ? null : await credentials.AuthorityAsync(cancellationToken).ConfigureAwait(false),
        };
    }

    // The servers' certificate cannot know the pods' addresses, which change.
    private async Task<ConsulTls> DirectTlsAsync(SetCredentials credentials, ObservedPod pod, bool skipVerification, CancellationToken cancellationToken)
    {
        ConsulTls tls = pod.ConsulPort.Scheme == Uri.UriSchemeHttps ? await TlsAsync(credentials, skipVerification, cancellationToken).ConfigureAwait(false) : ConsulTls.None;
        return tls.ServerName is null && tls.Authority is not null ? tls with { ServerName = "localhost" } : tls;
    }

    /// <summary>The session as a user sees it.</summary>
    /// <returns>The object.</returns>
    public ConsulSession ToSession() => new()
    {
        Id = Id,
        PetSet = PetSet,
        Namespace = Namespace,
        Context = Connection.Context,
        KubeConfig = Connection.Choice.KubeConfig,
        Via = request.Via,
        Pet = lastPet,
        Datacenter = Datacenter,
        HasToken = !string.IsNullOrEmpty(request.Token),
        IsOpen = IsOpen,
        Opened = opened,
    };

    /// <summary>Closes it, and all its connections.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isClosed, 1) == 0)
        {
            foreach (PodForward forward in forwards.Values)
            {
                forward.Dispose();
            }
        }
    }

    // Remembers who answered.
    private sealed class Noted(IConsulTransport inner, string pod, Action<string> onAnswer) : IConsulTransport
    {
        public string Name => inner.Name;

        public async Task<ConsulAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
        {
            ConsulAnswer answer = await inner.SendAsync(method, path, body, cancellationToken).ConfigureAwait(false);
            onAnswer(pod);
            return answer;
        }
    }
}
