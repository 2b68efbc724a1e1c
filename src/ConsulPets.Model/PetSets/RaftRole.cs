namespace ConsulPets;

/// <summary>What a server is in raft.</summary>
public enum RaftRole
{
    /// <summary>Not in the raft configuration, or it could not be read.</summary>
    None,

    /// <summary>The leader, which is a voter too.</summary>
    Leader,

    /// <summary>Counts for the quorum.</summary>
    Voter,

    /// <summary>Receives the log, does not count: a returning server, until autopilot promotes it.</summary>
    NonVoter,
}
