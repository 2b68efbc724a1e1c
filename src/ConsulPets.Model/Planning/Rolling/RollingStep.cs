namespace ConsulPets.Planning;

/// <summary>All that an operation ever writes. Each is one request; whatever is done twice after a crash does no harm the second time.</summary>
public enum RollingStepKind
{
    /// <summary>Writes the operation's annotation and nothing else: a run begins, or stops at its canary.</summary>
    AnnotateOperation,

    /// <summary>Sets the partition so that the controller replaces no pod: before a template is written, or to take an order back that it has not carried out yet.</summary>
    FreezePartition,

    /// <summary>Writes the template.</summary>
    WriteTemplate,

    /// <summary>
    /// Sets the strategy RollingUpdate and the partition <see cref="RollingStep.Number"/>, written also when it is 0: the controller replaces the pet of that place, or the roll is finished with 0.
    /// A DaemonSet gets the strategy alone.
    /// </summary>
    SetPartition,

    /// <summary>Sets the strategy OnDelete: the controller replaces nothing by itself, and a pod that is deleted comes back with the newest template whatever its ordinal.</summary>
    SetOnDelete,

    /// <summary>Deletes the pod <see cref="RollingStep.Target"/>, only if its unique ID is <see cref="RollingStep.Uid"/>.</summary>
    DeletePod,

    /// <summary>Moves the leadership to the server <see cref="RollingStep.Id"/>.</summary>
    TransferLeadership,

    /// <summary>Sets the number of pets to <see cref="RollingStep.Number"/>.</summary>
    SetReplicas,

    /// <summary>Sets autopilot's MinQuorum to <see cref="RollingStep.Number"/>, leaving its other values alone.</summary>
    SetMinQuorum,

    /// <summary>
    /// Lets the pet <see cref="RollingStep.Target"/> tell the gossip pool once more that it is there: another agent calls it leaving though it runs, and never corrects that by itself.
    /// </summary>
    JoinGossip,

    /// <summary>Makes the dead member <see cref="RollingStep.Target"/> leave the gossip pool, and forgets it.</summary>
    ForceLeave,

    /// <summary>Removes the dead peer <see cref="RollingStep.Id"/> from the raft configuration.</summary>
    RemoveRaftPeer,

    /// <summary>Deletes the volume claim <see cref="RollingStep.Target"/>, only if its unique ID is <see cref="RollingStep.Uid"/>.</summary>
    DeleteClaim,

    /// <summary>Takes the operation's annotation away. The operation is then done: do not ask the planner again.</summary>
    ReleaseOperation,
}

/// <summary>One write.</summary>
/// <param name="Kind">What is written.</param>
/// <param name="Target">What it is done to: a pet, a member, a claim, or the set.</param>
/// <param name="Reason">Why, in words for the user.</param>
public sealed record RollingStep(RollingStepKind Kind, string Target, string Reason)
{
    /// <summary>
    /// The annotation to be written by the same request; null when the step does not write the workload, or takes the annotation away. A write of the workload must name the resource version that
    /// was read for this decision (409 means: look again), else an edit of somebody else in between would be written over without being seen.
    /// </summary>
    public OperationState? State { get; init; }

    /// <summary>The partition, the replicas, or MinQuorum; null where there is no number.</summary>
    public int? Number { get; init; }

    /// <summary>The unique ID that the object must have; null when it is not known, or none is deleted.</summary>
    public string? Uid { get; init; }

    /// <summary>Whether a pod is deleted without asking the disruption budget.</summary>
    public bool PassesOverBudget { get; init; }

    /// <summary>The raft ID of the server; null where none is meant.</summary>
    public string? Id { get; init; }
}
