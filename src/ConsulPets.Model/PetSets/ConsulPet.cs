namespace ConsulPets;

/// <summary>One server of a pet set: its pod, Consul member, raft peer and volume in one row.</summary>
public sealed record ConsulPet : ClusterObject
{
    /// <summary>The pod's name.</summary>
    public required string Name { get; init; }

    /// <summary>The pet set that it belongs to.</summary>
    public required string PetSet { get; init; }

    /// <summary>The StatefulSet ordinal; null in a DaemonSet.</summary>
    public int? Ordinal { get; init; }

    /// <summary>The pod's phase, or the reason that its container waits for (ImagePullBackOff, CrashLoopBackOff), or Terminating.</summary>
    public required string Phase { get; init; }

    /// <summary>Whether Kubernetes calls the pod ready.</summary>
    public required bool Ready { get; init; }

    /// <summary>Restarts of the Consul container in this pod.</summary>
    public required int Restarts { get; init; }

    /// <summary>The Kubernetes node; null while the pod is not scheduled.</summary>
    public string? Node { get; init; }

    /// <summary>The pod's IP; null before it has one. It changes with every pod, and need not be the address that Consul advertises.</summary>
    public string? PodIP { get; init; }

    /// <summary>Consul's node ID, which is the raft ID; null when no member was found for this pod.</summary>
    public string? NodeId { get; init; }

    /// <summary>The member's serf status; None when no member was found for this pod.</summary>
    public required ConsulMemberStatus MemberStatus { get; init; }

    /// <summary>The pet's role in raft.</summary>
    public required RaftRole RaftRole { get; init; }

    /// <summary>Since when autopilot sees the server in its present health; null when unknown.</summary>
    public DateTimeOffset? StableSince { get; init; }

    /// <summary>The running Consul version; null when no member was found for this pod.</summary>
    public string? Version { get; init; }

    /// <summary>The image of the Consul container.</summary>
    public required string Image { get; init; }

    /// <summary>The controller revision of the pod's template; null when the controller has not labelled it.</summary>
    public string? Revision { get; init; }

    /// <summary>Whether the pod runs the newest revision; null when that cannot be told.</summary>
    public bool? UpToDate { get; init; }

    /// <summary>The claim of the data volume; null when the pet keeps its data in the pod.</summary>
    public string? Volume { get; init; }

    /// <summary>Time since the pod was created.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>The name, as a string shows it.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
