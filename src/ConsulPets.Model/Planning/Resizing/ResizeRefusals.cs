using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>Why a resize, a suspend or a resume cannot be done at all: waiting would not help.</summary>
internal static class ResizeRefusals
{
    /// <summary>What is refused before anything is asked of Consul.</summary>
    /// <param name="view">The operation, and a look at its set.</param>
    /// <param name="goal">What it is to reach.</param>
    /// <returns>Null when nothing stands in the way.</returns>
    public static PlanRefusal? Of(RollingView view, ResizeGoal goal) => view.Operation.Kind switch
    {
        RollingKind.Suspend => OfVolumes(view, goal),
        RollingKind.Resume => OfOtherSize(view),
        _ => OfZero(view) ?? PetSetSpecificationRules.ReplicasRefusal(goal.Target, view.Operation.Force) ?? OfVolumes(view, goal) ?? OfClaims(view, goal) ?? OfLoneServers(view, goal),
    };

    /// <summary>What is refused for the way in which the servers stop.</summary>
    /// <param name="view">The operation, and a look at its set.</param>
    /// <param name="goal">What it is to reach.</param>
    /// <returns>Null when nothing stands in the way.</returns>
    public static PlanRefusal? OfLeaving(RollingView view, ResizeGoal goal)
    {
        int now = view.Workload.Replicas;
        if (!view.Guards(RollingGate.Quorum) || goal.LeavesGracefully == true || goal.Target >= now)
        {
            return null;
        }

        if (view.Operation.Kind == RollingKind.Resize && goal.Target == 1)
        {
            return new PlanRefusal(
                "QuorumWouldBeLost",
                $"The quorum would be lost on the way from {PetCount.Of(now)} to 1: the last but one is half of two voters, and {(goal.LeavesGracefully is null ? "it is not known that its server leaves raft when it stops" : "its server does not leave raft when it stops")}.",
                RollingView.Say($"Set leave_on_terminate in the servers' configuration (Update-ConsulPetSet {view.Workload.Name} -ServerConfig @{{ leave_on_terminate = $true }}), or stay at {now}"));
        }

        // Those that leave keep another raft configuration on each disk when they are stopped together, and those that stay lose the quorum when they are stopped one by one.
        return view.Operation.Kind == RollingKind.Suspend && goal.LeavesGracefully is null && now > 1
            ? new PlanRefusal(
                "LeavingUnknown",
                $"It is not known whether the servers of '{view.Workload.Name}' leave raft when they stop, and that decides how they can be stopped.",
                "Give a token with the permission agent:read (-Token), or see with -Verbose why a pet did not say it")
            : null;
    }

    /// <summary>A set that is scaled to zero.</summary>
    /// <param name="view">The operation, and a look at its set.</param>
    /// <returns>Null for one that has pets.</returns>
    public static PlanRefusal? OfZero(RollingView view) => view.IsStatefulSet && view.Workload.Replicas == 0
        ? new PlanRefusal("PetSetIsSuspended", $"'{view.Workload.Name}' is scaled to zero.", $"Bring it back with: Resume-ConsulPetSet {view.Workload.Name}")
        : null;

    private static PlanRefusal? OfOtherSize(RollingView view) =>
        view.Observation.State is { Kind: RollingKind.Suspend } state && view.Operation.Replicas is { } asked && asked != state.FromReplicas
            ? new PlanRefusal(
                "SuspendedSizeDiffers",
                RollingView.Say($"'{view.Workload.Name}' had {state.FromReplicas} pets when it was suspended, and not {asked}."),
                RollingView.Say($"Leave -Replicas away; when it is back: Resize-ConsulPetSet {view.Workload.Name} {asked}"))
            : null;

    private static PlanRefusal? OfVolumes(RollingView view, ResizeGoal goal)
    {
        string set = view.Workload.Name;
        return goal.Target >= view.Workload.Replicas ? null
            : view.Operation.Kind == RollingKind.Suspend && view.Workload.ClaimTemplates.Count == 0
                ? new PlanRefusal(
                    "PetSetHasNoVolumes",
                    $"'{set}' has no volumes: suspended, it would lose all that Consul has stored.",
                    "Save it first (consul snapshot save), delete the set with Remove-ConsulPetSet, and restore it into a new one")
            : view.Workload.DeletesClaimsWhenScaled && view.Operation.Volumes == VolumePolicy.Retain
                ? new PlanRefusal(
                    "VolumesGoWhenScaled",
                    $"'{set}' tells Kubernetes to delete the volumes of pets that it no longer wants (persistentVolumeClaimRetentionPolicy.whenScaled), so they would not stay.",
                    $"kubectl patch statefulset {set} -n {view.Workload.Namespace} --type merge -p '{{\"spec\":{{\"persistentVolumeClaimRetentionPolicy\":{{\"whenScaled\":\"Retain\"}}}}}}'")
            : null;
    }

    private static PlanRefusal? OfClaims(RollingView view, ResizeGoal goal)
    {
        string[] others = view.Operation.AgreedClaims is { } agreed ? [.. goal.DoomedClaims(view).Except(agreed, StringComparer.Ordinal)] : [];
        return others.Length == 0
            ? null
            : new PlanRefusal(
                "SizeChangedMeanwhile",
                $"'{view.Workload.Name}' has another size than when you were asked: {string.Join(", ", others)} would be deleted too.",
                $"Look with Get-ConsulPetSet {view.Workload.Name}, then run the command again");
    }

    // With bootstrap_expect 1 a server without data begins a cluster of its own, though it finds the others, and is never taken as a peer ("Two nodes are in bootstrap mode": hashicorp/consul,
    // agent/consul/leader.go, joinConsulServer; seen on 1.8.7). The tag is what such a server says of itself.
    private static PlanRefusal? OfLoneServers(RollingView view, ResizeGoal goal) =>
        goal.Target > view.Workload.Replicas && (view.Consul?.Members ?? []).Any(static member => member is { IsServer: true, Status: ConsulMemberStatus.Alive } && member.Tags.GetValueOrDefault("bootstrap") == "1")
            ? new PlanRefusal(
                "ServersBootstrapAlone",
                $"The servers of '{view.Workload.Name}' have bootstrap_expect 1: a new one would begin a cluster of its own and not join.",
                RollingView.Say($"Change that first; the data stays: Update-ConsulPetSet {view.Workload.Name} -ServerConfig @{{ bootstrap_expect = {goal.Target} }}"))
            : null;
}
