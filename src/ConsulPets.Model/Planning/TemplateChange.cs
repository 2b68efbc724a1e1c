namespace ConsulPets.Planning;

/// <summary>What an update changes of the pods. Everything that is null stays as it is.</summary>
public sealed record TemplateChange
{
    /// <summary>The Consul container's image; null to keep it.</summary>
    public string? Image { get; init; }

    /// <summary>Consul configuration, a JSON object that is merged over the servers' own; null to keep that.</summary>
    public string? ServerConfigJson { get; init; }

    /// <summary>The Consul container's requests and limits, a JSON object in place of the former one; null to keep it.</summary>
    public string? ResourcesJson { get; init; }

    /// <summary>Labels that a node must have, in place of the former ones; empty for none, null to keep them.</summary>
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Tolerations, a JSON array in place of the former one; null to keep it.</summary>
    public string? TolerationsJson { get; init; }

    /// <summary>Labels of the pods, added to those that they have; a value of null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Labels { get; init; } = new Dictionary<string, string?>();

    /// <summary>Annotations of the pods, added to those that they have; a value of null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Annotations { get; init; } = new Dictionary<string, string?>();

    /// <summary>The priority class; empty for the cluster's default, null to keep it.</summary>
    public string? PriorityClass { get; init; }

    /// <summary>Secrets to pull the image with, in place of the former ones; empty for none, null to keep them.</summary>
    public IReadOnlyList<string>? ImagePullSecrets { get; init; }
}
