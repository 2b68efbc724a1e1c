namespace ConsulPets;

/// <summary>
/// What every object of the module says of the cluster it was read from. The names equal the parameters that take them, so that an
/// object that is piped to another cmdlet is looked for in the cluster, and by the account, that it came from.
/// </summary>
public abstract record ClusterObject
{
    /// <summary>The Kubernetes namespace; null for an object that was read from a plain Consul address.</summary>
    public string? Namespace { get; init; }

    /// <summary>The kubeconfig context; null for the in-cluster account, or for a plain Consul address.</summary>
    public string? Context { get; init; }

    /// <summary>The kubeconfig file that was named with -KubeConfig; null when the default files were used.</summary>
    public string? KubeConfig { get; init; }
}
