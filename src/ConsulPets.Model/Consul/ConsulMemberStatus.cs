namespace ConsulPets;

/// <summary>Serf's status of a member, with serf's numbers (hashicorp/serf, serf/serf.go, MemberStatus).</summary>
public enum ConsulMemberStatus
{
    /// <summary>Unknown.</summary>
    None = 0,

    /// <summary>Answers probes.</summary>
    Alive = 1,

    /// <summary>Has said that it leaves.</summary>
    Leaving = 2,

    /// <summary>Left on purpose, was forced to leave, or autopilot removed it. The entry lingers for 72 hours.</summary>
    Left = 3,

    /// <summary>Stopped answering.</summary>
    Failed = 4,
}

/// <summary>Whether a member is a server or a client agent.</summary>
public enum ConsulMemberType
{
    /// <summary>A server: takes part in raft.</summary>
    Server,

    /// <summary>A client agent.</summary>
    Client,
}
