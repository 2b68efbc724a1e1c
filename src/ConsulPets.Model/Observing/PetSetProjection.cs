using ConsulPets.Planning;

namespace ConsulPets.Observing;

/// <summary>What the user sees of an observation. Pure: no clock, no call.</summary>
public static class PetSetProjection
{
    /// <summary>The set.</summary>
    /// <param name="observation">The observation.</param>
    /// <returns>One row.</returns>
    public static ConsulPetSet ToPetSet(this PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ObservedWorkload workload = observation.Workload;
        ObservedConsul? consul = observation.Consul;
        var join = new PetJoin(observation);
        QuorumView quorum = QuorumView.Of(consul);
        (PetSetStatus status, string message) = PetSetHealth.Judge(observation, join, quorum);
        ObservedPeer? leader = consul?.Leader;
        return new ConsulPetSet
        {
            Name = workload.Name,
            Namespace = workload.Namespace,
            Context = observation.Context,
            KubeConfig = observation.KubeConfig,
            Kind = workload.Kind,
            Replicas = workload.Replicas,
            // Counted here: a controller's own count comes later than the pods that it counts.
            Ready = observation.Pods.Count(static pod => pod.Ready),
            Image = workload.Image,
            Version = consul?.Members.FirstOrDefault(member => member.NodeId is not null && member.NodeId == leader?.Id)?.Build
                ?? consul?.Members.Where(static member => member is { IsServer: true, Status: ConsulMemberStatus.Alive }).Select(static member => member.Build).OrderBy(static build => Version.TryParse(build.Split('-', '+')[0], out Version? version) ? version : null).FirstOrDefault(),
            Datacenter = consul?.Members.FirstOrDefault(static member => member is { IsServer: true, Datacenter.Length: > 0 })?.Datacenter,
            Leader = leader?.Name,
            Voters = quorum.Voters,
            HealthyVoters = quorum.HealthyVoters,
            FailureTolerance = quorum.Tolerance,
            Stale = consul is null ? null : StaleRules.Find(observation).Count,
            Status = status,
            Message = message,
            Age = observation.Taken - workload.Created,
        };
    }

    /// <summary>The pets.</summary>
    /// <param name="observation">The observation.</param>
    /// <returns>One row a pod.</returns>
    public static IReadOnlyList<ConsulPet> ToPets(this PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var join = new PetJoin(observation);
        return [.. observation.Pods.Select(pod => ToPet(observation, join, pod))];
    }

    /// <summary>The members of the LAN or the WAN gossip pool.</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="wan">True for the WAN pool, which the observation must have been told to ask for.</param>
    /// <returns>One row a member.</returns>
    public static IReadOnlyList<ConsulMember> ToMembers(this PetSetObservation observation, bool wan = false)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (observation.Consul is not { } consul)
        {
            return [];
        }

        var join = new PetJoin(observation);
        return [.. ToMembers(consul, wan).Select(member => member with
        {
            Namespace = observation.Workload.Namespace,
            Context = observation.Context,
            KubeConfig = observation.KubeConfig,
            PetSet = observation.Workload.Name,
            Pod = consul.Members.FirstOrDefault(lan => lan.Name == member.Name || (wan && lan.NodeId == member.NodeId)) is { } known ? join.Pod(known)?.Name : null,
        })];
    }

    /// <summary>The members as Consul alone tells them.</summary>
    /// <param name="consul">What Consul said.</param>
    /// <param name="wan">True for the WAN pool.</param>
    /// <returns>One row a member, without set and pod.</returns>
    public static IReadOnlyList<ConsulMember> ToMembers(ObservedConsul consul, bool wan = false)
    {
        ArgumentNullException.ThrowIfNull(consul);
        Dictionary<string, ObservedPeer>? peers = consul.Peers?.ToDictionary(static peer => peer.Id, StringComparer.Ordinal);
        return [.. ((wan ? consul.WanMembers : consul.Members) ?? []).OrderBy(static member => member.Name, PetNameOrder.Instance).Select(member =>
        {
            ObservedPeer? peer = member.NodeId is null ? null : peers?.GetValueOrDefault(member.NodeId);
            return new ConsulMember
            {
                Name = member.Name,
                Address = member.Address,
                Port = member.Port,
                Status = member.Status,
                Type = member.IsServer ? ConsulMemberType.Server : ConsulMemberType.Client,
                Build = member.Build,
                Protocol = member.Protocol,
                Datacenter = member.Datacenter,
                NodeId = member.NodeId,
                IsLeader = peers is null ? null : peer?.IsLeader ?? false,
                IsVoter = peers is null ? null : peer?.IsVoter ?? false,
                Tags = member.Tags,
            };
        })];
    }

    /// <summary>The raft peers.</summary>
    /// <param name="observation">The observation.</param>
    /// <returns>One row a peer; empty when raft could not be read.</returns>
    public static IReadOnlyList<ConsulRaftPeer> ToRaftPeers(this PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (observation.Consul is not { } consul)
        {
            return [];
        }

        var join = new PetJoin(observation);
        return [.. ToRaftPeers(consul).Select(peer => peer with
        {
            Namespace = observation.Workload.Namespace,
            Context = observation.Context,
            KubeConfig = observation.KubeConfig,
            PetSet = observation.Workload.Name,
            Pod = consul.Members.FirstOrDefault(member => member.NodeId == peer.NodeId) is { } member ? join.Pod(member)?.Name : null,
        })];
    }

    /// <summary>The raft peers as Consul alone tells them.</summary>
    /// <param name="consul">What Consul said.</param>
    /// <returns>One row a peer, without set and pod.</returns>
    public static IReadOnlyList<ConsulRaftPeer> ToRaftPeers(ObservedConsul consul)
    {
        ArgumentNullException.ThrowIfNull(consul);
        return [.. (consul.Peers ?? []).OrderBy(static peer => peer.Name, PetNameOrder.Instance).Select(peer => new ConsulRaftPeer
        {
            Name = peer.Name,
            NodeId = peer.Id,
            Address = peer.Address,
            IsLeader = peer.IsLeader,
            IsVoter = peer.IsVoter,
            ProtocolVersion = peer.ProtocolVersion,
            LastIndex = peer.LastIndex,
            Known = consul.Members.Any(member => member.NodeId == peer.Id),
        })];
    }

    private static ConsulPet ToPet(PetSetObservation observation, PetJoin join, ObservedPod pod)
    {
        ObservedWorkload workload = observation.Workload;
        ObservedMember? member = join.Member(pod);
        return new ConsulPet
        {
            Name = pod.Name,
            PetSet = workload.Name,
            Namespace = workload.Namespace,
            Context = observation.Context,
            KubeConfig = observation.KubeConfig,
            Ordinal = pod.OrdinalIn(workload),
            Phase = pod.Phase,
            Ready = pod.Ready,
            Restarts = pod.Restarts,
            Node = pod.Node,
            PodIP = pod.PodIP,
            NodeId = member?.NodeId,
            MemberStatus = member?.Status ?? ConsulMemberStatus.None,
            RaftRole = join.Role(member?.NodeId),
            StableSince = join.Health(member?.NodeId)?.StableSince,
            Version = member?.Build,
            Image = pod.Image,
            Revision = pod.Revision,
            UpToDate = PetSetHealth.IsUpToDate(workload, pod),
            Volume = DataClaim(workload, pod),
            Age = observation.Taken - pod.Created,
        };
    }

    // The claim of a template comes first: it is the one that the pet gets back. A pod may mount others.
    private static string? DataClaim(ObservedWorkload workload, ObservedPod pod) =>
        pod.Claims.FirstOrDefault(claim => workload.ClaimTemplates.Any(template => PetName.ClaimOrdinal(claim, template, workload.Name) is not null))
        ?? pod.Claims.FirstOrDefault();
}
