using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>
/// What is stale, and with what proof. A member is stale when its status is failed or left, no pod of the set bears its name or node ID,
/// and its name is one that this set gives but no longer wants: an ordinal beyond the size, or the random name of a DaemonSet's pod.
/// A pet that is restarting has a name that the set wants, so it is never named here, however long it is away.
/// Servers and clients with other names (a virtual machine that joined, another set) are not this set's to judge.
/// </summary>
public static class StaleRules
{
    /// <summary>What looks stale in one observation. Proof needs a second one: <see cref="Confirm"/>.</summary>
    /// <param name="observation">The observation.</param>
    /// <returns>The candidates, members first; empty when Consul did not answer, has no leader to ask for peers, or its ACLs hid something.</returns>
    public static IReadOnlyList<StalePet> Find(PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var found = new List<StalePet>();
        if (observation.Consul is { FilteredByAcls: false } consul)
        {
            var join = new PetJoin(observation);
            IEnumerable<StalePet> members = consul.Members
                .Where(member => IsStale(member, observation, join))
                .Select(member => ToStale(observation, StalePetKind.Member, member, NoPod(member)));
            found.AddRange(members);
            found.AddRange(StalePeers(observation, consul, join));
            found.AddRange(StaleWanMembers(observation, consul));
        }

        found.AddRange(OrphanVolumes(observation));
        return found;
    }

    /// <summary>What two observations agree on.</summary>
    /// <param name="first">The earlier one.</param>
    /// <param name="second">The later one.</param>
    /// <returns>What is stale in both, with the evidence of both.</returns>
    public static IReadOnlyList<StalePet> Confirm(PetSetObservation first, PetSetObservation second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Workload.Uid != second.Workload.Uid)
        {
            return [];
        }

        IReadOnlyList<StalePet> before = Find(first);
        double seconds = Math.Round((second.Taken - first.Taken).TotalSeconds);
        string evidence = FormattableString.Invariant($"2 looks, {seconds:0} s apart");
        return [.. Find(second)
            .Where(now => before.Any(then => IsSame(then, now)))
            .Select(now => now with { Evidence = evidence })];
    }

    /// <summary>Whether two findings are of the same thing: same kind, name and node ID.</summary>
    /// <param name="one">The one.</param>
    /// <param name="other">The other.</param>
    /// <returns>True when they are.</returns>
    public static bool IsSame(StalePet one, StalePet other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Kind == other.Kind && one.Name == other.Name && one.NodeId == other.NodeId;
    }

    private static bool IsStale(ObservedMember member, PetSetObservation observation, PetJoin join) =>
        member.IsServer
        && member.Status is ConsulMemberStatus.Failed or ConsulMemberStatus.Left
        && join.Pod(member) is null
        && !observation.Pods.Any(pod => pod.Name == member.Name || (pod.AgentNodeId is not null && pod.AgentNodeId == member.NodeId))
        && IsUnwantedName(member.Name, observation.Workload);

    private static bool IsUnwantedName(string name, ObservedWorkload workload) => workload.Kind switch
    {
        // With the host's network a member is named after its node, which a DaemonSet may yet come back to.
        PetSetKind.DaemonSet => !workload.HostNetwork && PetName.IsFromDaemonSet(name, workload.Name),
        _ => PetName.Ordinal(name, workload.Name) is { } ordinal && !workload.Wants(ordinal),
    };

    // The raft leader removes such peers itself once autopilot sees them, as long as MinQuorum allows (raft-autopilot, reconcile.go);
    // what is still there at two looks is there to stay. Consul's own word for it is the name "(unknown)".
    private static IEnumerable<StalePet> StalePeers(PetSetObservation observation, ObservedConsul consul, PetJoin join)
    {
        if (consul.Leader is null || consul.PeersAreStale)
        {
            return [];
        }

        return consul.Peers!
            .Where(peer => !peer.IsLeader
                && !consul.Members.Any(member => member.NodeId == peer.Id)
                && join.Health(peer.Id) is not { Healthy: true }
                && !observation.Pods.Any(pod => pod.AgentNodeId == peer.Id)
                && !observation.Pods.Any(pod => pod.Running && join.Member(pod) is null))
            .Select(peer => new StalePet
            {
                // The old ID of a pet that came back without its data bears the pet's name: shown by that name it would look like the pet.
                Name = !peer.IsNamed || observation.Pods.Any(pod => pod.Name == peer.Name) || !IsUnwantedName(peer.Name, observation.Workload) ? peer.Id : peer.Name,
                PetSet = observation.Workload.Name,
                Namespace = observation.Workload.Namespace,
                Context = observation.Context,
                KubeConfig = observation.KubeConfig,
                Kind = StalePetKind.RaftPeer,
                NodeId = peer.Id,
                Address = peer.Address,
                Reason = "in raft, and gossip knows no such member",
                Evidence = OneLook,
                MemberStatus = ConsulMemberStatus.None,
            });
    }

    // Removing a LAN member takes its WAN entry along, so only an entry without a LAN member is listed by itself.
    private static IEnumerable<StalePet> StaleWanMembers(PetSetObservation observation, ObservedConsul consul)
    {
        string datacenter = consul.Members.FirstOrDefault(static member => member.IsServer)?.Datacenter ?? string.Empty;
        string suffix = "." + datacenter;
        return (consul.WanMembers ?? [])
            .Where(member => member.Status is ConsulMemberStatus.Failed or ConsulMemberStatus.Left
                && datacenter.Length > 0
                && member.Name.EndsWith(suffix, StringComparison.Ordinal))
            .Where(member => LanName(member, suffix) is var name
                && IsUnwantedName(name, observation.Workload)
                && !consul.Members.Any(lan => lan.Name == name || (member.NodeId is not null && lan.NodeId == member.NodeId))
                && !observation.Pods.Any(pod => pod.Name == name))
            .Select(member => ToStale(observation, StalePetKind.WanMember, member, $"{NoPod(member)}; the LAN pool has forgotten it"));
    }

    private static string LanName(ObservedMember member, string suffix) => member.Name[..^suffix.Length];

    // A set that is scaled to zero wants none of its volumes today and all of them when it resumes.
    private static IEnumerable<StalePet> OrphanVolumes(PetSetObservation observation) => observation.Claims
        .Where(claim => observation.Workload.Replicas > 0 && claim is { Ordinal: not null, Deleting: false }
            && !observation.Workload.Wants(claim.Ordinal.Value)
            && !observation.Pods.Any(pod => pod.Claims.Contains(claim.Name)))
        .Select(claim => new StalePet
        {
            Name = claim.Name,
            PetSet = observation.Workload.Name,
            Namespace = observation.Workload.Namespace,
            Context = observation.Context,
            KubeConfig = observation.KubeConfig,
            Kind = StalePetKind.Volume,
            Reason = FormattableString.Invariant($"the set does not want ordinal {claim.Ordinal}, and no pod mounts it"),
            Evidence = OneLook,
            MemberStatus = ConsulMemberStatus.None,
        });

    private static StalePet ToStale(PetSetObservation observation, StalePetKind kind, ObservedMember member, string reason) => new()
    {
        Name = member.Name,
        PetSet = observation.Workload.Name,
        Namespace = observation.Workload.Namespace,
        Context = observation.Context,
        KubeConfig = observation.KubeConfig,
        Kind = kind,
        NodeId = member.NodeId,
        Address = FormattableString.Invariant($"{member.Address}:{member.Port}"),
        Reason = reason,
        Evidence = OneLook,
        MemberStatus = member.Status,
    };

    private const string OneLook = "1 look";

    private static string NoPod(ObservedMember member) =>
        $"{(member.Status == ConsulMemberStatus.Left ? "left" : "failed")}, and no pod has its name";
}
