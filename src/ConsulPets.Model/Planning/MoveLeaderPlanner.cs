using System.Buffers;
using System.Globalization;
using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>A planned move of the leader.</summary>
/// <param name="Plan">The plan: one step; none when the target leads already; or a refusal.</param>
/// <param name="From">The raft peer that leads; null when refused before it was known.</param>
/// <param name="To">The raft peer that is to lead; null when refused.</param>
public sealed record LeaderMove(ConsulPetPlan Plan, ObservedPeer? From, ObservedPeer? To);

/// <summary>Decides whether the leader may be moved, and to whom.</summary>
public static class MoveLeaderPlanner
{
    /// <summary>The first Consul whose API can move the leader (hashicorp/consul, pull request 14132).</summary>
    public static readonly Version FirstVersion = new(1, 15);

    private static readonly SearchValues<char> OfVersions = SearchValues.Create("0123456789.");

    /// <summary>Plans the move.</summary>
    /// <param name="to">The pet that is to lead; null for the most current of the healthy voters.</param>
    /// <param name="observation">A fresh observation.</param>
    /// <returns>The move.</returns>
    public static LeaderMove Plan(string? to, PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ObservedWorkload workload = observation.Workload;
        string target = $"{workload.Namespace}/{workload.Name}";
        if (ConsulGate.Refusal(observation) is { } gate)
        {
            return Refuse(gate);
        }

        ObservedConsul consul = observation.Consul!;
        ObservedPeer leader = consul.Leader!;
        var join = new PetJoin(observation);
        ObservedPod? pod = null;
        if (to is not null)
        {
            pod = observation.Pods.FirstOrDefault(candidate => string.Equals(candidate.Name, to, StringComparison.OrdinalIgnoreCase));
            if (pod is null)
            {
                return Refuse(new PlanRefusal("PetNotFound", $"'{workload.Name}' has no pet '{to}'.", $"List them with: Get-ConsulPet -PetSet {workload.Name}"));
            }

            if (join.Member(pod)?.NodeId == leader.Id)
            {
                return new LeaderMove(new ConsulPetPlan(target, []), leader, leader);
            }
        }

        if (TooOld(consul) is { } old)
        {
            return Refuse(new PlanRefusal(
                "LeaderTransferUnsupported",
                $"'{old.Name}' runs Consul {old.Build}, and the leader can be moved by the API from Consul {FirstVersion} on, on all servers.",
                $"Restart the leader, and the others elect another one: Restart-ConsulPet {PodOf(leader, observation, join)?.Name ?? leader.Name} -PetSet {workload.Name}"));
        }

        QuorumView quorum = QuorumView.Of(consul);
        if (quorum.Tolerance is not >= 0)
        {
            return Refuse(ConsulGate.QuorumWouldBeLost($"an election in '{workload.Name}'", quorum));
        }

        ObservedPeer? heir = pod is null ? Heir(observation, join) : join.Peer(join.Member(pod)?.NodeId);
        if (pod is not null && WhyNot(pod, heir, observation) is { } reason)
        {
            return Refuse(new PlanRefusal(
                "PetCannotLead",
                $"'{pod.Name}' cannot lead: {reason}.",
                $"Wait with: Wait-ConsulPetSet {workload.Name} -For Stable; or name another pet: Get-ConsulPet -PetSet {workload.Name}"));
        }

        if (heir is null)
        {
            return Refuse(new PlanRefusal(
                "NoOtherVoter",
                $"'{workload.Name}' has no other healthy voter than its leader '{leader.Name}'.",
                $"See which pets are away or not yet voters: Get-ConsulPet -PetSet {workload.Name}"));
        }

        return new LeaderMove(
            new ConsulPetPlan(target, [new ConsulPetStep
            {
                Order = 1,
                Action = $"move the leader from {leader.Name} to",
                Target = heir.Name,
                Reason = to is not null ? "asked for" : "the most current healthy voter",
                VotersBefore = quorum.Voters,
                VotersAfter = quorum.Voters,
                ToleranceBefore = quorum.Tolerance,
                ToleranceAfter = quorum.Tolerance,
            }]),
            leader,
            heir);

        LeaderMove Refuse(PlanRefusal refusal) => new(new ConsulPetPlan(target, [], refusal), null, null);
    }

    /// <summary>The version in a member's build tag, without what follows the numbers: <c>1.15.0-beta1</c> and <c>1.15.0+ent</c> are 1.15.0.</summary>
    /// <param name="build">The build.</param>
    /// <returns>The version; null when the tag has none.</returns>
    public static Version? VersionOf(string build)
    {
        ArgumentNullException.ThrowIfNull(build);
        int end = build.AsSpan().IndexOfAnyExcept(OfVersions);
        return Version.TryParse(end < 0 ? build : build[..end], out Version? version) ? version : null;
    }

    /// <summary>
    /// A server that keeps the leader from being moved by the API: the request goes to any server and on to the leader, and Consul refuses it unless every server knows it. Who does not tell its version
    /// is asked.
    /// </summary>
    /// <param name="consul">What an agent said.</param>
    /// <returns>The server; null when none is known to be too old.</returns>
    internal static ObservedMember? TooOld(ObservedConsul consul) => consul.Members
        .Where(static member => member is { IsServer: true, Status: ConsulMemberStatus.Alive })
        .FirstOrDefault(static member => VersionOf(member.Build) is { } version && version < FirstVersion);

    private static ObservedPeer? Heir(PetSetObservation observation, PetJoin join) => observation.Consul!.Peers!
        .Where(peer => !peer.IsLeader && PodOf(peer, observation, join) is var pod && WhyNot(pod, peer, observation) is null)
        .OrderByDescending(static peer => peer.LastIndex ?? 0)
        .ThenBy(static peer => peer.Name, PetNameOrder.Instance)
        .FirstOrDefault();

    private static ObservedPod? PodOf(ObservedPeer peer, PetSetObservation observation, PetJoin join) =>
        observation.Pods.FirstOrDefault(pod => join.Member(pod)?.NodeId == peer.Id);

    // A server outside of the set has no pod, and can lead all the same.
    private static string? WhyNot(ObservedPod? pod, ObservedPeer? peer, PetSetObservation observation) => (pod, peer) switch
    {
        ({ Deleting: true }, _) => "it is being taken down",
        ({ Running: false }, _) => string.Create(CultureInfo.InvariantCulture, $"its Consul does not run ({pod.Phase})"),
        (_, null) => "it is not in the raft configuration",
        (_, { IsVoter: false }) => "it is no voter yet",
        _ when !QuorumView.IsHealthy(peer.Id, observation.Consul!) => "autopilot calls it unhealthy",
        _ when !observation.Consul!.Members.Any(member => member.NodeId == peer.Id && member.Status == ConsulMemberStatus.Alive) => "gossip does not see it alive",
        _ => null,
    };
}
