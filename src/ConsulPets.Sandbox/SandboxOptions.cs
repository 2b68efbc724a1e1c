namespace ConsulPets.Sandbox;

/// <summary>How a sandbox is to be.</summary>
public sealed record SandboxOptions
{
    /// <summary>The folder for everything that it writes: claims, pods' files, logs, its kubeconfig. Made when missing; cleaned of an earlier run that crashed.</summary>
    public required string Folder { get; init; }

    /// <summary>The API server's port on 127.0.0.1; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>How many nodes it pretends to have.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>The Consul program to run; null to have it found.</summary>
    public string? ConsulProgram { get; init; }
}
