namespace ConsulPets.Observing;

/// <summary>
/// Which member, raft peer and health entry belong to which pod. Consul's parts are joined by raft ID (the member's tag <c>id</c>), never
/// by IP: a peer's address is what the server advertises, which with a host port is the node's, not the pod's
/// (hashicorp/consul-k8s compares pod IPs and would call such followers dead).
/// </summary>
public sealed class PetJoin
{
    private readonly Dictionary<string, ObservedPod> podByMember = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObservedMember> memberByPod = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObservedPeer> peerById = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObservedServerHealth> healthById = new(StringComparer.Ordinal);

    /// <summary>Joins the parts of an observation.</summary>
    /// <param name="observation">The observation.</param>
    public PetJoin(PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ObservedConsul? consul = observation.Consul;
        foreach (ObservedPeer peer in consul?.Peers ?? [])
        {
            peerById[peer.Id] = peer;
        }

        foreach (ObservedServerHealth health in consul?.Health ?? [])
        {
            healthById[health.Id] = health;
        }

        IReadOnlyList<ObservedMember> members = consul?.Members ?? [];
        foreach (ObservedPod pod in observation.Pods)
        {
            if (MemberFor(pod, members) is { } member)
            {
                memberByPod[pod.Name] = member;
                podByMember[member.Name] = pod;
            }
        }
    }

    /// <summary>The member that runs in a pod.</summary>
    /// <param name="pod">The pod.</param>
    /// <returns>The member; null when none is known.</returns>
    public ObservedMember? Member(ObservedPod pod) => memberByPod.GetValueOrDefault(NotNull(pod).Name);

    /// <summary>The pod that runs a member.</summary>
    /// <param name="member">The member.</param>
    /// <returns>The pod; null when none of the set's pods does.</returns>
    public ObservedPod? Pod(ObservedMember member) => podByMember.GetValueOrDefault(NotNull(member).Name);

    /// <summary>The raft peer with a node ID.</summary>
    /// <param name="nodeId">The node ID; null is no peer's.</param>
    /// <returns>The peer; null when raft has none, or could not be read.</returns>
    public ObservedPeer? Peer(string? nodeId) => nodeId is null ? null : peerById.GetValueOrDefault(nodeId);

    /// <summary>Autopilot's view of the server with a node ID.</summary>
    /// <param name="nodeId">The node ID; null is no server's.</param>
    /// <returns>The health; null when autopilot has none, or could not be asked.</returns>
    public ObservedServerHealth? Health(string? nodeId) => nodeId is null ? null : healthById.GetValueOrDefault(nodeId);

    /// <summary>The raft role of the server with a node ID.</summary>
    /// <param name="nodeId">The node ID.</param>
    /// <returns>The role; None when raft does not have it.</returns>
    public RaftRole Role(string? nodeId) => Peer(nodeId) switch
    {
        null => RaftRole.None,
        { IsLeader: true } => RaftRole.Leader,
        { IsVoter: true } => RaftRole.Voter,
        _ => RaftRole.NonVoter,
    };

    /// <summary>
    /// The member that runs in a pod: the one with the node ID that the pod's agent gave; else the one that bears the pod's name (Consul's
    /// default is the host name); else the one alive that advertises the pod's own address (a node name was set). One that is called alive and is
    /// not what the pod's agent says of itself is the pet that was there before: gossip takes some seconds to notice that it is gone.
    /// </summary>
    /// <param name="pod">The pod.</param>
    /// <param name="members">The members.</param>
    /// <returns>The member; null when none of the three holds.</returns>
    public static ObservedMember? MemberFor(ObservedPod pod, IReadOnlyList<ObservedMember> members)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(members);
        ObservedMember? member = (pod.AgentNodeId is null ? null : members.FirstOrDefault(member => member.NodeId == pod.AgentNodeId))
            ?? members.FirstOrDefault(member => member.Name == pod.Name)
            ?? members.FirstOrDefault(member =>
                member.Status == ConsulMemberStatus.Alive && pod.PodIP is not null && member.Address == pod.PodIP && !IsPodName(member.Name));
        return member is not null && IsEarlierLife(pod, member) ? null : member;

        // A member that is named like a pet but has this pod's address is the pet that had the address before.
        bool IsPodName(string name) => pod.Name.LastIndexOf('-') is var hyphen and > 0 && name.StartsWith(pod.Name[..(hyphen + 1)], StringComparison.Ordinal);
    }

    /// <summary>
    /// Whether only the pod's own agent can tell if a member is the pet that runs in it now: the member is called alive at an address that is not the pod's. Either
    /// Consul advertises another address than the pod's, or the pod was replaced and gossip has not noticed yet.
    /// </summary>
    /// <param name="pod">The pod.</param>
    /// <param name="member">The member that seems to be its.</param>
    /// <returns>True when the agent has to be asked.</returns>
    public static bool IsDoubtful(ObservedPod pod, ObservedMember member) =>
        NotNull(member).Status == ConsulMemberStatus.Alive && NotNull(pod).PodIP is not null && member.Address != pod.PodIP;

    private static bool IsEarlierLife(ObservedPod pod, ObservedMember member) =>
        pod.AgentNodeId is not null
        && IsDoubtful(pod, member)
        && member.NodeId is not null
        && (member.NodeId != pod.AgentNodeId || (pod.AgentAddress is not null && pod.AgentAddress != member.Address));

    private static T NotNull<T>(T value) => value ?? throw new ArgumentNullException(nameof(value));
}
