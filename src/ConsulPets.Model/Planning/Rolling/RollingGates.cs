using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>The gates between steps. Each answers null when it is open, else why it is closed.</summary>
internal static class RollingGates
{
    /// <summary>How far apart two looks must be to prove that something is dead.</summary>
    public static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3);

    /// <summary>All that must hold before a healthy pet is taken down, or the size is changed.</summary>
    public static RollingDecision? ForHealthyPet(RollingView view) => Known(view) ?? Pods(view) ?? Voters(view) ?? Stable(view);

    /// <summary>
    /// What must hold before the last pet is given up. One that is no healthy voter costs nothing: the others must be whole, and it need not be. It may be one that never joined, and that could not
    /// be taken back otherwise.
    /// </summary>
    public static RollingDecision? ForLastPet(RollingView view)
    {
        ObservedPod? last = view.LastPet;
        if (last is not null && view.IsHealthyVoter(last))
        {
            return ForHealthyPet(view);
        }

        string name = RollingView.Say($"{view.Workload.Name}-{view.Workload.FirstOrdinal + view.Workload.Replicas - 1}");
        string? id = (last is null ? null : view.IdOf(last)) ?? view.Consul?.Members.FirstOrDefault(member => member.Name == name)?.NodeId;
        return Known(view) ?? Pods(view, name) ?? Voters(view, name, id) ?? Stable(view, id);
    }

    /// <summary>
    /// What must hold before a sick pet is replaced. That is the cure, so the set need not be whole, but one that runs may vote all the same, and one that has crashed may be back and vote in
    /// the next moment: then nobody else may be on the way. One that is stuck, and is to be freed, costs nothing, and may be what the others wait for: without a leader no pet is ready.
    /// </summary>
    public static RollingDecision? ForSickPet(RollingView view, ObservedPod pet)
    {
        bool isStuck = view.CostsNothing(pet);
        RollingDecision? closed = isStuck ? null : Known(view);
        if (closed is not null || !view.Guards(RollingGate.Pods))
        {
            return closed;
        }

        if (view.Set.Pods.FirstOrDefault(pod => pod.Deleting && pod.Name != pet.Name) is { } leaving)
        {
            return RollingDecision.Hold(RollingGate.Pods, $"{leaving.Name} is stopping");
        }

        return isStuck ? null
            : view.Pets.FirstOrDefault(pod => pod.Name != pet.Name && !view.IsOutdated(pod) && (!pod.Ready || !view.IsHealthyVoter(pod))) is { } coming
                ? RollingDecision.Hold(RollingGate.Pods, $"{coming.Name} is not back as a healthy voter yet")
                : view.Pets.Count != view.Workload.Replicas ? RollingDecision.Hold(RollingGate.Pods, RollingView.Say($"{view.Pets.Count} of {view.Workload.Replicas} pods are there")) : null;
    }

    /// <summary>Consul answers, has a leader and hides nothing. What will not mend itself is refused, what may is waited for.</summary>
    public static RollingDecision? Known(RollingView view) =>
        !view.Guards(RollingGate.KnownState) || ConsulGate.Refusal(view.Set) is not { } refusal ? null
        : refusal.ErrorId is "ConsulViewFiltered" or "ConsulPermissionDenied" ? RollingDecision.Refuse(refusal)
        : RollingDecision.Hold(RollingGate.KnownState, refusal.Message);

    /// <summary>The controller has seen what was written: before that its status speaks of the past.</summary>
    public static RollingDecision? Controller(RollingView view) =>
        view.Guards(RollingGate.Controller) && !view.Workload.ControllerIsCurrent
            ? RollingDecision.Hold(RollingGate.Controller, "the controller has not seen the newest specification yet")
            : null;

    /// <summary>Raft's configuration could be read.</summary>
    public static RollingDecision? Raft(RollingView view) =>
        view.Guards(RollingGate.Voters) && view.Quorum.Voters is null ? RollingDecision.Hold(RollingGate.Voters, "raft could not be read") : null;

    /// <summary>Every wanted pod is there and ready, and none is on its way out; one may be excepted.</summary>
    public static RollingDecision? Pods(RollingView view, string? except = null)
    {
        if (!view.Guards(RollingGate.Pods))
        {
            return null;
        }

        ObservedPod? waiting = view.Set.Pods.FirstOrDefault(pod => pod.Deleting && pod.Name != except) ?? view.Pets.FirstOrDefault(pod => (!pod.Ready || !pod.Running) && pod.Name != except);
        int wanted = view.Workload.Replicas - (except is null ? 0 : 1);
        int there = view.Pets.Count(pod => pod.Name != except);
        return waiting is not null
            ? RollingDecision.Hold(RollingGate.Pods, waiting.Deleting ? $"{waiting.Name} is stopping" : $"{waiting.Name} is not ready ({waiting.Phase}{(waiting.PhaseDetail is null ? string.Empty : $": {waiting.PhaseDetail}")})")
            : there != wanted
                ? RollingDecision.Hold(RollingGate.Pods, RollingView.Say($"{there} of {wanted} pods are there"))
                : null;
    }

    /// <summary>Every pet votes, every voter is healthy, and sets of three or more can lose one. A pet that is no healthy voter may be excepted, by its name and the ID of its server.</summary>
    public static RollingDecision? Voters(RollingView view, string? except = null, string? exceptId = null)
    {
        if (!view.Guards(RollingGate.Voters))
        {
            return null;
        }

        foreach (ObservedPod pet in view.Pets.Where(pod => pod.Name != except))
        {
            ObservedMember? member = view.Join.Member(pet);
            string? missing = member is not { Status: ConsulMemberStatus.Alive } ? "is not alive in gossip"
                : view.Join.Role(member.NodeId) is RaftRole.None or RaftRole.NonVoter ? "is not a voter yet"
                : !view.IsHealthyVoter(pet) ? "is not healthy"
                : null;
            if (missing is not null)
            {
                return RollingDecision.Hold(RollingGate.Voters, $"{pet.Name} {missing}");
            }
        }

        if (Raft(view) is { } unread)
        {
            return unread;
        }

        // The excepted one is none of the healthy, and what it takes along when it goes is nothing that could be missed.
        int excepted = view.Consul!.Peers!.Count(peer => peer.IsVoter && peer.Id == exceptId);
        int voters = view.Quorum.Voters!.Value - excepted;
        int healthy = view.Quorum.HealthyVoters ?? 0;
        return healthy < voters ? RollingDecision.Hold(RollingGate.Voters, RollingView.Say($"{healthy} of {voters} voters are healthy; what is stale shows Find-StalePet"))
            : except is null && view.Workload.Replicas >= 3 && RaftQuorum.Tolerance(voters, healthy) < 1 ? RollingDecision.Hold(RollingGate.Voters, RollingView.Say($"no voter can be missed: {healthy} of {voters} are healthy"))
            : null;
    }

    /// <summary>
    /// Every voter has been healthy for as long as autopilot wants of a new voter. A server that came back is promoted after that time
    /// (hashicorp/raft-autopilot), and one that flaps starts again.
    /// </summary>
    public static RollingDecision? Stable(RollingView view, string? exceptId = null)
    {
        if (!view.Guards(RollingGate.Stable))
        {
            return null;
        }

        if (view.Observation.Autopilot is not { } autopilot)
        {
            return RollingDecision.Hold(RollingGate.Stable, "autopilot did not tell its ServerStabilizationTime");
        }

        foreach (ObservedPeer voter in view.Consul?.Peers?.Where(peer => peer.IsVoter && peer.Id != exceptId) ?? [])
        {
            if (view.Join.Health(voter.Id)?.StableSince is not { } since)
            {
                return RollingDecision.Hold(RollingGate.Stable, $"autopilot does not say since when {voter.Name} is stable");
            }

            TimeSpan stable = view.Set.Taken - since;
            if (stable < autopilot.ServerStabilizationTime)
            {
                return RollingDecision.Hold(RollingGate.Stable, RollingView.Say($"{voter.Name} has been stable for {Math.Max(0, stable.TotalSeconds):0} of {autopilot.ServerStabilizationTime.TotalSeconds:0} s"));
            }
        }

        return null;
    }

    /// <summary>
    /// Whether a quorum stands without a pet. It must for an abrupt stop, whatever was promised; only the configuration of two has no other way than a graceful one. The only
    /// server of a set of one goes when asked: there is no quorum to keep.
    /// </summary>
    public static PlanRefusal? Quorum(RollingView view, ObservedPod pet)
    {
        bool isHealthy = view.IsHealthyVoter(pet);
        if (!view.Guards(RollingGate.Quorum) || view.CostsNothing(pet) || view.Workload.Replicas == 1)
        {
            return null;
        }

        var others = HealthyOthers(view, pet);
        int voters = view.Quorum.Voters ?? 0;
        bool stands = view.Quorum.Voters is not null
            && (others >= RaftQuorum.Size(voters) || (voters == 2 && isHealthy && others == 1 && view.Observation.LeavesGracefully == true));
        return stands ? null : ConsulGate.QuorumWouldBeLost($"stopping '{pet.Name}'", view.Quorum);
    }

    /// <summary>The servers that the operation may remove, and that are dead: no pod bears the name or ID, gossip calls them failed or left or does not know them, at two looks.</summary>
    public static IReadOnlyList<StalePet> DeadServers(RollingView view)
    {
        if (view.Consul is not { Peers: { } peers } consul)
        {
            return [];
        }

        if (!view.Guards(RollingGate.DeadServer))
        {
            return [.. consul.Members.Where(member => IsFormer(member.NodeId) && !view.Pets.Any(pod => pod.Name == member.Name)).Select(member => new StalePet
            {
                Name = member.Name, PetSet = view.Workload.Name, Kind = StalePetKind.Member, NodeId = member.NodeId, Reason = "away", Evidence = "none", MemberStatus = member.Status,
            })];
        }

        IReadOnlyList<StalePet> found = view.Observation.Earlier is { } earlier && view.Set.Taken - earlier.Taken >= BetweenLooks
            ? StaleRules.Confirm(earlier, view.Set)
            : [];
        return [.. found.Where(stale => stale.Kind is StalePetKind.Member or StalePetKind.RaftPeer && IsFormer(stale.NodeId))];

        bool IsFormer(string? id) => id is not null && view.State.FormerServers.Contains(id);
    }

    /// <summary>A server that the operation has taken away and that raft or gossip still has, dead or alive; null when none is left.</summary>
    public static string? Remains(RollingView view)
    {
        if (view.Consul is not { } consul)
        {
            return null;
        }

        var gone = view.State.FormerServers.Except(view.Set.Pods.Select(view.IdOf).OfType<string>(), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        return consul.Members.FirstOrDefault(member => member.NodeId is { } id && gone.Contains(id))?.Name
            ?? consul.Peers?.FirstOrDefault(peer => gone.Contains(peer.Id))?.Name;
    }

    /// <summary>
    /// Voters that are healthy and stay: without the pet, and without those whose pods stop or have just stopped, which gossip and autopilot notice only later. A running pod that no member
    /// is known for may be any voter that no pod was found for, and is taken for one.
    /// </summary>
    public static int HealthyOthers(RollingView view, ObservedPod pet)
    {
        if (view.Consul is not { Peers: { } peers } consul)
        {
            return 0;
        }

        var healthy = new HashSet<string>(peers.Where(peer => peer.IsVoter && QuorumView.IsHealthy(peer.Id, consul)).Select(static peer => peer.Id), StringComparer.Ordinal);
        foreach (ObservedPod pod in view.Set.Pods.Where(pod => pod.Name == pet.Name || pod.Deleting || !pod.Running))
        {
            if (view.IdOf(pod) is { } id)
            {
                healthy.Remove(id);
            }
        }

        bool mayBeAnother = pet.Running && view.IdOf(pet) is null && healthy.Any(id => !view.Set.Pods.Any(pod => view.IdOf(pod) == id));
        return healthy.Count - (mayBeAnother ? 1 : 0);
    }
}
