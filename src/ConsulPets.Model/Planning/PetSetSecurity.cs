namespace ConsulPets.Planning;

/// <summary>How far a set is closed to strangers.</summary>
/// <param name="GossipEncryption">Whether gossip is encrypted: nobody without the key joins, or reads along.</param>
/// <param name="Tls">Whether servers and clients prove themselves by certificates, and the HTTP API is served over TLS only.</param>
/// <param name="Acl">Whether nothing is allowed without a token.</param>
public readonly record struct PetSetSecurity(bool GossipEncryption, bool Tls, bool Acl)
{
    /// <summary>Whether any of the three is wanted.</summary>
    public bool IsAny => GossipEncryption || Tls || Acl;
}
