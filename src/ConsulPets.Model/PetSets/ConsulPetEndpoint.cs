namespace ConsulPets;

/// <summary>An address behind the headless service of a pet set, ready or not.</summary>
public sealed record ConsulPetEndpoint : ClusterObject
{
    /// <summary>The pod's name; null when the service's endpoint points at something that is not a pod.</summary>
    public string? Name { get; init; }

    /// <summary>The pet set.</summary>
    public required string PetSet { get; init; }

    /// <summary>The headless service.</summary>
    public required string Service { get; init; }

    /// <summary>The stable DNS name inside the cluster, without the cluster's own domain; null for a pod without a host name of its own.</summary>
    public string? DnsName { get; init; }

    /// <summary>The address that DNS answers with.</summary>
    public required string IP { get; init; }

    /// <summary>The service's ports, as <c>name:number</c>.</summary>
    public required string[] Ports { get; init; }

    /// <summary>Whether the pod is ready. A service that publishes not-ready addresses resolves to it all the same.</summary>
    public required bool Ready { get; init; }

    /// <summary>The Kubernetes node; null when the endpoint names none.</summary>
    public string? Node { get; init; }
}
