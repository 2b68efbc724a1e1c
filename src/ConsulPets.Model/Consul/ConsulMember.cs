namespace ConsulPets;

/// <summary>A member of a Consul gossip pool, with its place in raft and its pod.</summary>
public sealed record ConsulMember : ClusterObject
{
    /// <summary>The member's node name.</summary>
    public required string Name { get; init; }

    /// <summary>The advertised address.</summary>
    public required string Address { get; init; }

    /// <summary>The serf port.</summary>
    public required int Port { get; init; }

    /// <summary>The serf status.</summary>
    public required ConsulMemberStatus Status { get; init; }

    /// <summary>Server or client.</summary>
    public required ConsulMemberType Type { get; init; }

    /// <summary>The Consul version that the member runs; empty when it does not say.</summary>
    public required string Build { get; init; }

    /// <summary>The gossip protocol version in use.</summary>
    public required int Protocol { get; init; }

    /// <summary>The datacenter; empty when the member does not say.</summary>
    public required string Datacenter { get; init; }

    /// <summary>The node ID, which is the raft ID; null when the member does not say.</summary>
    public string? NodeId { get; init; }

    /// <summary>Whether it is the raft leader; null when raft could not be read.</summary>
    public bool? IsLeader { get; init; }

    /// <summary>Whether it votes; null when raft could not be read.</summary>
    public bool? IsVoter { get; init; }

    /// <summary>The pet set; null when read from a plain address.</summary>
    public string? PetSet { get; init; }

    /// <summary>The pod that runs it; null when there is none, or when read from a plain address.</summary>
    public string? Pod { get; init; }

    /// <summary>All serf tags.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>The name, as a string shows it.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
