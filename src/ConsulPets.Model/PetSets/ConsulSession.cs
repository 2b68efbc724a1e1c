namespace ConsulPets;

/// <summary>How a session reaches the Consul agents of its pet set.</summary>
public enum ConsulRoute
{
    /// <summary>Through the API server's pod proxy, request by request. Needs the verbs of pods/proxy. The API server does not verify the certificate of a pod that serves HTTPS.</summary>
    ApiProxy,

    /// <summary>Through a port-forward of the API server to one pet, inside this process: no local port is opened. Needs the verbs get and create of pods/portforward.</summary>
    PortForward,

    /// <summary>Straight to the pets' IP addresses, which must be reachable from here: inside the cluster, or in a network that routes them.</summary>
    Direct,
}

/// <summary>A way to the Consul of one pet set that was opened with Connect-ConsulPetSet, as it is at the moment. The commands for that set use it until it is closed.</summary>
public sealed record ConsulSession : ClusterObject
{
    /// <summary>The session's number in this process.</summary>
    public required int Id { get; init; }

    /// <summary>The pet set.</summary>
    public required string PetSet { get; init; }

    /// <summary>How its agents are reached.</summary>
    public required ConsulRoute Via { get; init; }

    /// <summary>The pet whose agent answered last.</summary>
    public string? Pet { get; init; }

    /// <summary>Consul's datacenter; null when no agent told.</summary>
    public string? Datacenter { get; init; }

    /// <summary>Whether the session has an ACL token of its own. The token itself is nowhere to be read.</summary>
    public required bool HasToken { get; init; }

    /// <summary>Whether it is open. A closed one serves no command any more.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset Opened { get; init; }
}
