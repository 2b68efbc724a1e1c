namespace ConsulPets;

/// <summary>The state of a pet set in one word; <see cref="ConsulPetSet.Message"/> has the reason.</summary>
public enum PetSetStatus
{
    /// <summary>The servers start for the first time: raft has no configuration yet.</summary>
    Bootstrapping,

    /// <summary>A leader, and every wanted pet is a healthy voter.</summary>
    Healthy,

    /// <summary>A leader, but fewer healthy voters or ready pets than wanted.</summary>
    Degraded,

    /// <summary>Consul answers and has no leader: nothing can be written.</summary>
    NoLeader,

    /// <summary>Some pets still run an older revision of the pod template.</summary>
    Updating,

    /// <summary>Scaled to zero.</summary>
    Suspended,

    /// <summary>No pet's Consul agent answered.</summary>
    Unreachable,
}
