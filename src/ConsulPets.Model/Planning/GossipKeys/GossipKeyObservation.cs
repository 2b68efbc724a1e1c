using ConsulPets.Observing;

namespace ConsulPets.Planning.GossipKeys;

/// <summary>The keys of one gossip pool, as Consul's keyring call tells them.</summary>
/// <param name="IsWan">Whether it is the WAN pool.</param>
/// <param name="Datacenter">The datacenter.</param>
/// <param name="Nodes">How many members were asked.</param>
/// <param name="Keys">How many of them have each key. Secret.</param>
/// <param name="PrimaryKeys">How many of them encrypt with each key (Consul 1.8 and later); null when this version does not tell. Secret.</param>
/// <param name="Problem">What members answered instead; null when all answered.</param>
public sealed record GossipPool(bool IsWan, string Datacenter, int Nodes, IReadOnlyDictionary<string, int> Keys, IReadOnlyDictionary<string, int>? PrimaryKeys, string? Problem)
{
    /// <summary>Whether every member has a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>True when all have it.</returns>
    public bool AllHave(string key) => Keys.GetValueOrDefault(key) >= Nodes;

    /// <summary>Whether every member encrypts with a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>True when all do.</returns>
    public bool AllUse(string key) => PrimaryKeys is not null && PrimaryKeys.GetValueOrDefault(key) >= Nodes;

    /// <summary>Its name for a user.</summary>
    public string Name => IsWan ? "the WAN pool" : "the LAN pool";
}

/// <summary>The keys that the set's Secret holds. What a server starts with is the current one; a turn that is under way is in the other two.</summary>
/// <param name="Current">The key that servers start with.</param>
/// <param name="Next">The key that is to be the current one; null when no turn is before that point.</param>
/// <param name="Former">The key that is to be removed; null when no turn is behind that point.</param>
public sealed record KeptGossipKeys(string Current, string? Next, string? Former);

/// <summary>One look at all that a turn of the gossip key decides on.</summary>
/// <param name="Set">The set.</param>
/// <param name="Pools">The pools.</param>
/// <param name="Kept">What the Secret holds.</param>
public sealed record GossipKeyObservation(PetSetObservation Set, IReadOnlyList<GossipPool> Pools, KeptGossipKeys Kept);
