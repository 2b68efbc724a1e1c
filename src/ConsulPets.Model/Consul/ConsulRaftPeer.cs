namespace ConsulPets;

/// <summary>A server in the raft configuration.</summary>
public sealed record ConsulRaftPeer : ClusterObject
{
    /// <summary>The member name that raft's leader has for it; <c>(unknown)</c> when gossip has no such member.</summary>
    public required string Name { get; init; }

    /// <summary>The raft ID, which is the node ID.</summary>
    public required string NodeId { get; init; }

    /// <summary>The raft address.</summary>
    public required string Address { get; init; }

    /// <summary>Whether it is the leader.</summary>
    public required bool IsLeader { get; init; }

    /// <summary>Whether it counts for the quorum.</summary>
    public required bool IsVoter { get; init; }

    /// <summary>The raft protocol version, or <c>unknown</c>.</summary>
    public required string ProtocolVersion { get; init; }

    /// <summary>The last log index; null on a Consul that does not say (before 1.14.8).</summary>
    public long? LastIndex { get; init; }

    /// <summary>Whether gossip knows a member with this ID. A peer that it does not know is stale.</summary>
    public required bool Known { get; init; }

    /// <summary>The pet set; null when read from a plain address.</summary>
    public string? PetSet { get; init; }

    /// <summary>The pod that runs it; null when there is none, or when read from a plain address.</summary>
    public string? Pod { get; init; }
}
