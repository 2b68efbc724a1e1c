namespace ConsulPets;

/// <summary>What a stale pet left behind.</summary>
public enum StalePetKind
{
    /// <summary>A member of the LAN gossip pool that failed or left, and that no pod will come back as.</summary>
    Member,

    /// <summary>A server in the raft configuration that gossip does not know.</summary>
    RaftPeer,

    /// <summary>A member of the WAN gossip pool whose LAN member is gone.</summary>
    WanMember,

    /// <summary>A volume claim of an ordinal that the set no longer wants.</summary>
    Volume,
}

/// <summary>Something that a pet of the set left behind, with the proof that no pet will come back for it.</summary>
public sealed record StalePet : ClusterObject
{
    /// <summary>The member's or claim's name; for a raft peer that no member bears, its raft ID.</summary>
    public required string Name { get; init; }

    /// <summary>The pet set that it was found in.</summary>
    public required string PetSet { get; init; }

    /// <summary>Member, RaftPeer, WanMember or Volume.</summary>
    public required StalePetKind Kind { get; init; }

    /// <summary>Consul's node ID (the raft ID); null for a volume, or when the member carries none.</summary>
    public string? NodeId { get; init; }

    /// <summary>The address that Consul has for it; null for a volume.</summary>
    public string? Address { get; init; }

    /// <summary>Why it is stale, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>What was looked at, and how often.</summary>
    public required string Evidence { get; init; }

    /// <summary>The member's serf status; None for a raft peer that gossip does not know, and for a volume.</summary>
    public required ConsulMemberStatus MemberStatus { get; init; }

    /// <summary>The name, as a string shows it.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
