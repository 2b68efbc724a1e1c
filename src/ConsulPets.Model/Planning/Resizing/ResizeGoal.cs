using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>What a resize, a suspend or a resume is to reach, with what an unfinished one knew. One place, so that what is told before and what is done are the same.</summary>
/// <param name="Target">The number of pets at the end.</param>
/// <param name="From">The pets that there were: for a suspend those to come back to; for a resize the most that it gives up pets of, an unfinished resize before it included.</param>
/// <param name="LeavesGracefully">Whether the servers leave raft when they stop; null when nobody can say.</param>
internal sealed record ResizeGoal(int Target, int From, bool? LeavesGracefully)
{
    /// <summary>The goal.</summary>
    /// <param name="view">The operation, and a look at its set.</param>
    /// <returns>Null when nothing says how many pets a set has that is to come back.</returns>
    public static ResizeGoal? Of(RollingView view)
    {
        int now = view.Workload.Replicas;
        RollingOperation operation = view.Operation;
        OperationState? resting = view.Observation.State is { Kind: RollingKind.Suspend or RollingKind.Resume } state ? state : null;
        int? remembered = resting is null ? null : resting.Kind == RollingKind.Suspend ? resting.FromReplicas : resting.TargetReplicas;

        // Nobody can be asked once all have stopped, and only some may have come back yet.
        bool? leaves = resting?.LeavesGracefully ?? view.Observation.LeavesGracefully;
        switch (operation.Kind)
        {
            case RollingKind.Suspend:
                return new ResizeGoal(0, remembered ?? now, leaves);
            case RollingKind.Resume when resting is null && now > 0:
                return new ResizeGoal(now, now, leaves);
            case RollingKind.Resume:
                // What came back by other hands meanwhile stays: a resume stops nobody.
                return (operation.Replicas ?? remembered) is { } wanted ? new ResizeGoal(Math.Max(now, wanted), now, leaves) : null;
            default:
                int given = view.Observation.State is { Kind: RollingKind.Resize } unfinished ? unfinished.FromReplicas : 0;
                return new ResizeGoal(operation.Replicas ?? now, Math.Max(now, given), leaves);
        }
    }

    /// <summary>The claims whose data a resize deletes: of the ordinals that it gives up, and no others.</summary>
    /// <param name="view">The operation, and a look at its set.</param>
    /// <returns>Their names; none unless the policy says so.</returns>
    public IReadOnlyList<string> DoomedClaims(RollingView view) => view.Operation is { Kind: RollingKind.Resize, Volumes: VolumePolicy.Delete }
        ? [.. view.Set.Claims
            .Where(claim => claim is { Deleting: false, Ordinal: { } ordinal } && ordinal >= view.Workload.FirstOrdinal + Target && ordinal < view.Workload.FirstOrdinal + From)
            .Select(static claim => claim.Name)]
        : [];
}
