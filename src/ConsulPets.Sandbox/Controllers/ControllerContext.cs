using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>What controllers share.</summary>
internal sealed record ControllerContext
{
    /// <summary>The objects.</summary>
    public required ObjectRegistry Registry { get; init; }

    /// <summary>Where events are written.</summary>
    public required EventRecorder Events { get; init; }

    /// <summary>The authority that signed the API server's certificate, as PEM: it is given to every namespace and every token.</summary>
    public required string AuthorityPem { get; init; }

    /// <summary>Where volumes are made.</summary>
    public required IVolumeFolders Folders { get; init; }

    /// <summary>What the pretended nodes say of themselves.</summary>
    public NodeHeartbeats Heartbeats { get; init; } = new();

    /// <summary>How many nodes to pretend.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>The images that nodes claim to hold.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>How long a node may be silent before it is called unknown (kube-controller-manager, --node-monitor-grace-period).</summary>
    public TimeSpan NodeMonitorGracePeriod { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>How long a pod may be bound to a node that does not exist before it is removed.</summary>
    public TimeSpan MissingNodeQuarantine { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>How many events a namespace keeps; the oldest go first.</summary>
    public int EventsPerNamespace { get; init; } = 2000;

    /// <summary>How many events are kept in all namespaces together.</summary>
    public int EventsInAll { get; init; } = 20_000;

    /// <summary>Where controllers tell of what went wrong.</summary>
    public Action<string> Log { get; init; } = static _ => { };
}
