namespace ConsulPets.Sandbox.Pods;

/// <summary>How pods are run. The times are those of a real node; tests shorten them.</summary>
internal sealed record PodRuntimeOptions
{
    /// <summary>The folder for the pods' files. It belongs to one sandbox at a time, and what an earlier one left in it is cleared.</summary>
    public required string Folder { get; init; }

    /// <summary>How long the second restart of a container waits; each further one waits twice as long.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait before a restart or a pull.</summary>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a container has to run until its earlier failures are forgotten.</summary>
    public TimeSpan BackOffReset { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a container's start waits for a cluster name to mean something.</summary>
    public TimeSpan NameWait { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a node says that it is there.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a pod that lacks a volume or a container that lacks a setting waits before it looks again, when nothing that it names has changed.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The size at which a log is begun anew, in bytes. One earlier file is kept.</summary>
    public long LogSize { get; init; } = 10 * 1024 * 1024;

    /// <summary>Issues the token of a service account (namespace, name) for a projected volume; null when none are issued, and such a file is then left out.</summary>
    public Func<string, string, string?>? IssueToken { get; init; }
}
