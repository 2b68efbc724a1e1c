namespace ConsulPets.Planning;

/// <summary>The part of a workload's specification that an operation writes. If it is not what the run wrote last, somebody else was there.</summary>
/// <param name="Replicas">The wanted pods; 0 for a DaemonSet, whose nodes decide.</param>
/// <param name="Partition">The rolling update's partition: a number of pods, counted from the first ordinal. 0 with <paramref name="OnDelete"/>.</param>
/// <param name="OnDelete">Whether the update strategy is OnDelete, which knows no partition.</param>
/// <param name="TemplateHash">The hash of the pod template.</param>
public sealed record WorkloadShape(int Replicas, int Partition, bool OnDelete, string TemplateHash)
{
    /// <summary>The number of the first pet: with another one the set gives up other pets than the operation named.</summary>
    public int FirstOrdinal { get; init; }
}

/// <summary>
/// The state of an operation. It is an annotation of the workload, written by the same request that changes the workload, so there is no moment at which one is true and the other
/// is not: a run that was killed goes on from it, whoever goes on.
/// </summary>
public sealed record OperationState
{
    /// <summary>The annotation's name.</summary>
    public const string AnnotationName = "consulpets.io/operation";

    /// <summary>What is being done.</summary>
    public required RollingKind Kind { get; init; }

    /// <summary>The invocation that began it.</summary>
    public required string Run { get; init; }

    /// <summary>What the run wrote last.</summary>
    public required WorkloadShape Written { get; init; }

    /// <summary>The template to be rolled; null for an operation that rolls none.</summary>
    public string? TemplateHash { get; init; }

    /// <summary>Pods when the operation began; for a suspend those to come back to, for a resize the most that it gives up pets of.</summary>
    public int FromReplicas { get; init; }

    /// <summary>Pods when it has ended.</summary>
    public int TargetReplicas { get; init; }

    /// <summary>What becomes of volumes.</summary>
    public VolumePolicy Volumes { get; init; }

    /// <summary>Whether the set's update strategy was OnDelete before, and is to be again.</summary>
    public bool RestoreOnDelete { get; init; }

    /// <summary>Whether the servers leave raft when they stop, as far as it was known when the operation began. Nobody can be asked once all have stopped.</summary>
    public bool LeavesGracefully { get; init; }

    /// <summary>
    /// The unique IDs of the pods that are to be replaced (restart, DaemonSet): a pod with another ID has been replaced, by whomever. IDs and not times: the API server's clock and this machine's
    /// need not agree, and a creation time has whole seconds only. Empty where the revision tells.
    /// </summary>
    public IReadOnlyList<string> FormerPods { get; init; } = [];

    /// <summary>The names of the pets that a restart was asked for; null for all, and for what is no restart.</summary>
    public IReadOnlyList<string>? Pets { get; init; }

    /// <summary>The node IDs of the pets' servers when the operation began: only what is among them is ever removed from raft by it.</summary>
    public IReadOnlyList<string> FormerServers { get; init; } = [];

    /// <summary>The pet for whose sake the strategy is OnDelete at present; null when it is not, or is for the whole run (DaemonSet).</summary>
    public string? Window { get; init; }

    /// <summary>The canary that a run stopped after; null when none did.</summary>
    public string? StoppedAfter { get; init; }

    /// <summary>The invocation that stopped there: the same one stays stopped, the next goes on.</summary>
    public string? StoppedBy { get; init; }
}
