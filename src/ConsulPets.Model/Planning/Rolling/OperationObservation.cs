using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>One look at a pet set, with all that an operation decides on.</summary>
public sealed record OperationObservation
{
    /// <summary>The set.</summary>
    public required PetSetObservation Set { get; init; }

    /// <summary>An earlier look, some seconds older: what is dead must be so in both. Null when there is none yet.</summary>
    public PetSetObservation? Earlier { get; init; }

    /// <summary>The hash of the pod template as it is stored now.</summary>
    public required string TemplateHash { get; init; }

    /// <summary>Whether the update strategy is OnDelete.</summary>
    public bool OnDelete { get; init; }

    /// <summary>What autopilot was told; null when it could not be read.</summary>
    public AutopilotSettings? Autopilot { get; init; }

    /// <summary>The operation under way, from the workload's annotation; null when there is none.</summary>
    public OperationState? State { get; init; }

    /// <summary>The other operator that holds the set's Lease; null when this one does.</summary>
    public string? LockedBy { get; init; }

    /// <summary>
    /// Whether the servers leave raft when they are stopped (<c>leave_on_terminate</c>, with a grace period that allows it); null when that is not known, which counts as no.
    /// </summary>
    public bool? LeavesGracefully { get; init; }

    /// <summary>Whether leadership can be moved by the API: false when Consul has answered that it knows no such call; null to go by the servers' version.</summary>
    public bool? CanTransferLeadership { get; init; }

    /// <summary>What of the specification an operation writes, as it is now.</summary>
    public WorkloadShape Shape => new(
        Set.Workload.Kind == PetSetKind.StatefulSet ? Set.Workload.Replicas : 0,
        OnDelete || Set.Workload.Kind == PetSetKind.DaemonSet ? 0 : Set.Workload.Partition,
        OnDelete,
        TemplateHash)
    { FirstOrdinal = Set.Workload.FirstOrdinal };
}
