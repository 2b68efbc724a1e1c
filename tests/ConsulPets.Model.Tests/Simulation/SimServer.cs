namespace ConsulPets.Model.Tests.Simulation;

/// <summary>A Consul server: what is on its disk, and its process while one runs. Times are seconds from the start.</summary>
internal sealed class SimServer(string name, string id)
{
    public string Name { get; } = name;

    public string Id { get; } = id;

    public Dictionary<string, string> Tags { get; } = new() { ["role"] = "consul", ["dc"] = "dc1", ["id"] = id, ["build"] = "1.21.4" };

    public bool IsAlive { get; set; }

    public bool IsHung => HungUntil > 0;

    public int HungUntil { get; set; }

    /// <summary>Since when the process is alive and answers.</summary>
    public int UpSince { get; set; }

    /// <summary>What gossip says; null when it has never heard of it.</summary>
    public ConsulMemberStatus? Serf { get; set; }

    /// <summary>When gossip notices that it is there or gone.</summary>
    public int SerfNotices { get; set; }

    /// <summary>The address that gossip has for it.</summary>
    public string Address { get; set; } = string.Empty;

    /// <summary>The address of the pod that its process runs in.</summary>
    public string OwnAddress { get; set; } = string.Empty;

    public int DoubtedUntil { get; set; }

    public bool IsInRaft { get; set; }

    public bool IsVoter { get; set; }

    /// <summary>Whether it came back at another address, so that the leader takes it in anew.</summary>
    public bool IsNewAddress { get; set; }

    public int JoinedAt { get; set; }

    public bool AutopilotHealthy { get; set; }

    public int AutopilotSince { get; set; }

    /// <summary>The last moment at which it was a healthy voter whose pod was not stopping.</summary>
    public int LastGood { get; set; } = -1000;

    /// <summary>Since when it has been one without a break.</summary>
    public int GoodSince { get; set; } = -1000;

    public bool Answers => IsAlive && !IsHung;
}

/// <summary>A pod.</summary>
internal sealed class SimPod(string name, int place, string uid, string revision, SimServer server)
{
    public string Name { get; } = name;

    public int Place { get; } = place;

    public string Uid { get; } = uid;

    public string Revision { get; } = revision;

    public SimServer Server { get; } = server;

    /// <summary>Whether it can never run: its image is not there.</summary>
    public bool IsStuck { get; init; }

    public string Address { get; init; } = string.Empty;

    public bool IsReady { get; set; }

    public bool IsRunning { get; set; }

    public bool IsDeleting { get; set; }

    public int DeletedAt { get; set; }

    /// <summary>When its process starts, or starts again.</summary>
    public int StartsAt { get; set; }

    public int GoneAt { get; set; }

    public int CreatedAt { get; init; }

    /// <summary>When its process first ran.</summary>
    public int RanAt { get; set; } = 1_000_000;
}
