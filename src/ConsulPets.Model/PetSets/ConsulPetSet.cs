namespace ConsulPets;

/// <summary>A StatefulSet or DaemonSet that runs Consul servers, with what Consul says of it.</summary>
public sealed record ConsulPetSet : ClusterObject
{
    /// <summary>The workload's name.</summary>
    public required string Name { get; init; }

    /// <summary>StatefulSet or DaemonSet.</summary>
    public required PetSetKind Kind { get; init; }

    /// <summary>Wanted pets: the StatefulSet's replicas, or the nodes that the DaemonSet is scheduled on.</summary>
    public required int Replicas { get; init; }

    /// <summary>Pods that Kubernetes calls ready. Ready is not voter: see <see cref="HealthyVoters"/>.</summary>
    public required int Ready { get; init; }

    /// <summary>The image of the Consul container.</summary>
    public required string Image { get; init; }

    /// <summary>The Consul version of the leader (else of the oldest member alive); null when Consul did not answer.</summary>
    public string? Version { get; init; }

    /// <summary>The Consul datacenter; null when Consul did not answer.</summary>
    public string? Datacenter { get; init; }

    /// <summary>The raft leader's member name; null when there is none or Consul did not answer.</summary>
    public string? Leader { get; init; }

    /// <summary>Voters in the raft configuration; null when it could not be read.</summary>
    public int? Voters { get; init; }

    /// <summary>Voters that autopilot calls healthy; null when it could not be asked.</summary>
    public int? HealthyVoters { get; init; }

    /// <summary>Healthy voters that can be lost while a quorum remains; below 0 the quorum is lost; null when unknown.</summary>
    public int? FailureTolerance { get; init; }

    /// <summary>Stale members, raft peers and volumes at one look (<c>Find-StalePet</c> takes two); null when Consul did not answer.</summary>
    public int? Stale { get; init; }

    /// <summary>The state in one word.</summary>
    public required PetSetStatus Status { get; init; }

    /// <summary>Why <see cref="Status"/> is what it is; empty when the set is healthy.</summary>
    public required string Message { get; init; }

    /// <summary>Time since the workload was created.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>The name, as a string shows it.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
