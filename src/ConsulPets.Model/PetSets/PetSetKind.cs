namespace ConsulPets;

/// <summary>The Kubernetes workload that runs the Consul servers.</summary>
public enum PetSetKind
{
    /// <summary>Pets: each pod has a stable name, ordinal and volume, and comes back as the same Consul member.</summary>
    StatefulSet,

    /// <summary>Cattle: one pod a node with a random name; a pod that is replaced is a new Consul member.</summary>
    DaemonSet,
}
