namespace ConsulPets.Observing;

/// <summary>
/// One look at a pet set: everything that the rules decide on, taken with a fixed number of calls. Immutable; the parts are read one
/// after another, so a rule that must not be fooled by that asks for two observations.
/// </summary>
public sealed record PetSetObservation
{
    /// <summary>When the look was taken.</summary>
    public required DateTimeOffset Taken { get; init; }

    /// <summary>The kubeconfig context; null for the in-cluster account.</summary>
    public string? Context { get; init; }

    /// <summary>The kubeconfig file that was named; null for the default files.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>The workload.</summary>
    public required ObservedWorkload Workload { get; init; }

    /// <summary>The workload's pods, by ordinal, else by name.</summary>
    public required IReadOnlyList<ObservedPod> Pods { get; init; }

    /// <summary>The volume claims that belong to the workload, of wanted ordinals and of others. Empty when they were not asked for.</summary>
    public IReadOnlyList<ObservedClaim> Claims { get; init; } = [];

    /// <summary>What Consul said; null when no agent answered.</summary>
    public ObservedConsul? Consul { get; init; }

    /// <summary>Why no agent answered, or why there was none to ask; null when one did.</summary>
    public string? ConsulProblem { get; init; }

    /// <summary>The refusal that kept Consul from being asked, of the account or of the token; null when there was none. Only a look that was told to tolerate it has one.</summary>
    public ObservedFailure? ConsulRefusal { get; init; }

    /// <summary>The refusal that kept the claims from being read; null when there was none. Only a look that was told to tolerate it has one.</summary>
    public ObservedFailure? ClaimsRefusal { get; init; }
}

/// <summary>The StatefulSet or DaemonSet.</summary>
public sealed record ObservedWorkload
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The unique ID of this object: another object of the same name has another.</summary>
    public required string Uid { get; init; }

    /// <summary>The kind.</summary>
    public required PetSetKind Kind { get; init; }

    /// <summary>Wanted pods.</summary>
    public required int Replicas { get; init; }

    /// <summary>The first ordinal (<c>spec.ordinals.start</c>, Kubernetes 1.26 and later); 0 where it is not set.</summary>
    public int FirstOrdinal { get; init; }

    /// <summary>The newest revision of the template; null for a DaemonSet, whose status does not name it.</summary>
    public string? UpdateRevision { get; init; }

    /// <summary>Pods of the newest template, where the status counts them (DaemonSet); null where it does not.</summary>
    public int? UpdatedPods { get; init; }

    /// <summary>The rolling update's partition: ordinals below it keep the old revision. 0 when none is set.</summary>
    public int Partition { get; init; }

    /// <summary>Whether the controller has seen the newest specification.</summary>
    public required bool ControllerIsCurrent { get; init; }

    /// <summary>Whether the pods share the node's network: then a member bears the node's name, not the pod's.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>The Consul container's image.</summary>
    public required string Image { get; init; }

    /// <summary>The headless service that gives the pods their names; null when the workload names none.</summary>
    public string? ServiceName { get; init; }

    /// <summary>The names of the volume claim templates.</summary>
    public IReadOnlyList<string> ClaimTemplates { get; init; } = [];

    /// <summary>Whether Kubernetes itself deletes the claims of pets that the set no longer wants (<c>persistentVolumeClaimRetentionPolicy.whenScaled</c>), whatever this tool says.</summary>
    public bool DeletesClaimsWhenScaled { get; init; }

    /// <summary>The label selector of the pods, as the API takes it.</summary>
    public required string Selector { get; init; }

    /// <summary>The labels of the pod template.</summary>
    public IReadOnlyDictionary<string, string> TemplateLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>The Secret with the set's ACL token; null when it names none.</summary>
    public string? TokenSecret { get; init; }

    /// <summary>The config map with the certificates of the authority that its servers' are of; null when it names none.</summary>
    public string? AuthorityMap { get; init; }

    /// <summary>Whether ConsulPets made it (its <c>app.kubernetes.io/managed-by</c> label says so).</summary>
    public bool IsOurs { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Whether it is being deleted.</summary>
    public bool Deleting { get; init; }

    /// <summary>The ordinals that the set wants; empty for a DaemonSet.</summary>
    public IEnumerable<int> WantedOrdinals => Kind == PetSetKind.StatefulSet ? Enumerable.Range(FirstOrdinal, Replicas) : [];

    /// <summary>Whether the set wants this ordinal.</summary>
    /// <param name="ordinal">The ordinal.</param>
    /// <returns>True for an ordinal that a pet has or will have.</returns>
    public bool Wants(int ordinal) => Kind == PetSetKind.StatefulSet && ordinal >= FirstOrdinal && ordinal < FirstOrdinal + Replicas;
}

/// <summary>A pod of the workload.</summary>
public sealed record ObservedPod
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The unique ID: a pet that comes back has the same name and another ID.</summary>
    public required string Uid { get; init; }

    /// <summary>The phase, the reason that the container waits for, or Terminating.</summary>
    public required string Phase { get; init; }

    /// <summary>What the container's waiting reason says in full; null when there is nothing to say.</summary>
    public string? PhaseDetail { get; init; }

    /// <summary>Whether it is ready.</summary>
    public required bool Ready { get; init; }

    /// <summary>Whether the Consul container runs.</summary>
    public required bool Running { get; init; }

    /// <summary>Whether it is being deleted.</summary>
    public bool Deleting { get; init; }

    /// <summary>Restarts of the Consul container.</summary>
    public int Restarts { get; init; }

    /// <summary>The node; null before it is scheduled.</summary>
    public string? Node { get; init; }

    /// <summary>The pod's IP; null before it has one.</summary>
    public string? PodIP { get; init; }

    /// <summary>The node's IP; null before it is scheduled.</summary>
    public string? HostIP { get; init; }

    /// <summary>The Consul container's image.</summary>
    public required string Image { get; init; }

    /// <summary>The revision label; null when there is none.</summary>
    public string? Revision { get; init; }

    /// <summary>The claims that it mounts.</summary>
    public IReadOnlyList<string> Claims { get; init; } = [];

    /// <summary>The containers that wait to be started, those that run before the others (init containers) among them.</summary>
    public IReadOnlyList<ObservedWaiting> Waiting { get; init; } = [];

    /// <summary>The scheme and port of Consul's HTTP API in this pod, as the pod proxy takes them: <c>http:8500</c>.</summary>
    public required ConsulPort ConsulPort { get; init; }

    /// <summary>
    /// The node ID that the pod's own agent gave; empty when it was asked and did not answer; null unless it had to be asked (no member bears the pod's name or address, or
    /// the one that does is called alive at another address).
    /// </summary>
    public string? AgentNodeId { get; init; }

    /// <summary>The address that the pod's own agent advertises; null unless it had to be asked and told.</summary>
    public string? AgentAddress { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The pod's ordinal: 0 for <c>consul-0</c>.</summary>
    /// <param name="workload">The workload.</param>
    /// <returns>The StatefulSet ordinal; null in a DaemonSet.</returns>
    public int? OrdinalIn(ObservedWorkload workload)
    {
        ArgumentNullException.ThrowIfNull(workload);
        return workload.Kind == PetSetKind.StatefulSet ? PetName.Ordinal(Name, workload.Name) : null;
    }
}

/// <summary>A container that waits to be started.</summary>
/// <param name="Container">The container's name.</param>
/// <param name="Image">Its image.</param>
/// <param name="Reason">Why, in the kubelet's word: ContainerCreating, ErrImagePull, CrashLoopBackOff.</param>
/// <param name="Message">Why, in full; empty when the kubelet does not say.</param>
public sealed record ObservedWaiting(string Container, string Image, string Reason, string Message);

/// <summary>Where Consul's HTTP API listens in a pod.</summary>
/// <param name="Scheme">http or https.</param>
/// <param name="Number">The port number.</param>
public readonly record struct ConsulPort(string Scheme, int Number);

/// <summary>A volume claim.</summary>
/// <param name="Name">The name.</param>
/// <param name="Ordinal">The ordinal that its name ends in; null when it does not follow a claim template's naming.</param>
/// <param name="Phase">Bound, Pending or Lost.</param>
/// <param name="Size">The size, as Kubernetes writes it; empty when unknown.</param>
/// <param name="Deleting">Whether it is being deleted.</param>
/// <param name="Uid">The unique ID; null when it was not read.</param>
public sealed record ObservedClaim(string Name, int? Ordinal, string Phase, string Size, bool Deleting, string? Uid = null);

/// <summary>What one Consul agent said of its cluster.</summary>
public sealed record ObservedConsul
{
    /// <summary>The pod (or address) whose agent answered.</summary>
    public required string AnsweredBy { get; init; }

    /// <summary>The LAN gossip pool as this agent sees it.</summary>
    public required IReadOnlyList<ObservedMember> Members { get; init; }

    /// <summary>The WAN gossip pool; null when it was not asked for.</summary>
    public IReadOnlyList<ObservedMember>? WanMembers { get; init; }

    /// <summary>The raft configuration; null when it could not be read.</summary>
    public IReadOnlyList<ObservedPeer>? Peers { get; init; }

    /// <summary>Whether the raft configuration was read without a leader, and so may be old.</summary>
    public bool PeersAreStale { get; init; }

    /// <summary>Autopilot's view of each server; null when it could not be asked.</summary>
    public IReadOnlyList<ObservedServerHealth>? Health { get; init; }

    /// <summary>Whether Consul said that its ACLs hid something: then what is not seen proves nothing.</summary>
    public bool FilteredByAcls { get; init; }

    /// <summary>What went wrong with raft or autopilot, in Consul's words; null when nothing did.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether raft or autopilot could not be read because the token may not.</summary>
    public bool IsDenied { get; init; }

    /// <summary>The leader's address as the agent knows it, which needs no permission; null when it knows of none, or was not asked.</summary>
    public string? LeaderAddress { get; init; }

    /// <summary>The names of the members that the leader's own agent calls leaving; empty when there are none, or it was not asked.</summary>
    public IReadOnlyList<string> LeavingToLeader { get; init; } = [];

    /// <summary>Whether there is a leader, by the raft configuration or by the agent's word.</summary>
    public bool HasLeader => Leader is not null || LeaderAddress is not null;

    /// <summary>The leader in the raft configuration; null when there is none.</summary>
    public ObservedPeer? Leader => Peers?.FirstOrDefault(static peer => peer.IsLeader);
}

/// <summary>A gossip member, as Consul gives it.</summary>
/// <param name="Name">The node name; in the WAN pool with the datacenter behind a dot.</param>
/// <param name="Address">The advertised address.</param>
/// <param name="Port">The serf port.</param>
/// <param name="Status">The serf status.</param>
/// <param name="Tags">All tags.</param>
/// <param name="Protocol">The gossip protocol in use.</param>
public sealed record ObservedMember(
    string Name, string Address, int Port, ConsulMemberStatus Status, IReadOnlyDictionary<string, string> Tags, int Protocol)
{
    /// <summary>The node ID; null when the member carries none.</summary>
    public string? NodeId => Tags.GetValueOrDefault("id") is { Length: > 0 } id ? id : null;

    /// <summary>Whether it is a server.</summary>
    public bool IsServer => Tags.GetValueOrDefault("role") == "consul";

    /// <summary>Where its raft listens, as Consul writes it: <c>10.244.1.7:8300</c>, an IPv6 address in brackets; null when the member does not say.</summary>
    public string? RaftAddress => Tags.GetValueOrDefault("port") is { Length: > 0 } port ? Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]:{port}" : $"{Address}:{port}" : null;

    /// <summary>Where its gossip listens, as Consul writes it: <c>10.244.1.7:8301</c>, an IPv6 address in brackets.</summary>
    public string GossipAddress => Address.Contains(':', StringComparison.Ordinal) ? FormattableString.Invariant($"[{Address}]:{Port}") : FormattableString.Invariant($"{Address}:{Port}");

    /// <summary>The Consul version, without the commit behind it: <c>1.8.7</c>.</summary>
    public string Build => Tags.GetValueOrDefault("build", string.Empty).Split(':')[0];

    /// <summary>The datacenter.</summary>
    public string Datacenter => Tags.GetValueOrDefault("dc", string.Empty);
}

/// <summary>A server in the raft configuration, as Consul gives it.</summary>
/// <param name="Id">The raft ID.</param>
/// <param name="Name">The member name, or <c>(unknown)</c>.</param>
/// <param name="Address">The raft address; that of an earlier life where Consul does not correct it (<see cref="RaftConfiguration"/>).</param>
/// <param name="IsLeader">Whether it leads.</param>
/// <param name="IsVoter">Whether it votes.</param>
/// <param name="ProtocolVersion">The raft protocol.</param>
/// <param name="LastIndex">The last log index; null when Consul does not say.</param>
public sealed record ObservedPeer(
    string Id, string Name, string Address, bool IsLeader, bool IsVoter, string ProtocolVersion, long? LastIndex)
{
    /// <summary>Whether Consul found a name for it.</summary>
    public bool IsNamed => !Name.StartsWith('(');
}

/// <summary>Autopilot's view of a server.</summary>
/// <param name="Id">The raft ID.</param>
/// <param name="Healthy">Whether it is healthy.</param>
/// <param name="Voter">Whether it votes.</param>
/// <param name="StableSince">Since when its health has not changed; null when Consul does not say.</param>
public sealed record ObservedServerHealth(string Id, bool Healthy, bool Voter, DateTimeOffset? StableSince);
