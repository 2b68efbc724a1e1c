using System.Globalization;

namespace ConsulPets.Planning;

/// <summary>What New-ConsulPetSet is asked to make. Parts in JSON are what the Kubernetes API takes at their place.</summary>
public sealed record PetSetSpecification
{
    /// <summary>The image that is run when none is named: the official one, at the version that this release was tried with.</summary>
    public const string DefaultImage = "hashicorp/consul:1.21.4";

    /// <summary>The set's name.</summary>
    public required string Name { get; init; }

    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>StatefulSet or DaemonSet.</summary>
    public PetSetKind Kind { get; init; } = PetSetKind.StatefulSet;

    /// <summary>The servers wanted; for a DaemonSet, how many servers bootstrap together.</summary>
    public int Replicas { get; init; } = 3;

    /// <summary>The image.</summary>
    public string Image { get; init; } = DefaultImage;

    /// <summary>The Consul datacenter.</summary>
    public string Datacenter { get; init; } = "dc1";

    /// <summary>The size of each volume, as Kubernetes writes it.</summary>
    public string StorageSize { get; init; } = "10Gi";

    /// <summary>The storage class; null for the cluster's default.</summary>
    public string? StorageClass { get; init; }

    /// <summary>Whether the data is kept in the pod only, and lost with it.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>More Consul configuration, a JSON object; null for none. It wins over the module's own.</summary>
    public string? ServerConfigJson { get; init; }

    /// <summary>How far it is closed to strangers.</summary>
    public PetSetSecurity Security { get; init; }

    /// <summary>Resource requests and limits, JSON; null for the module's own.</summary>
    public string? ResourcesJson { get; init; }

    /// <summary>Tolerations, a JSON array; null for none.</summary>
    public string? TolerationsJson { get; init; }

    /// <summary>Labels that a node must have.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = new Dictionary<string, string>();

    /// <summary>More labels for all objects and pods.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Annotations for the pods.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The priority class; null for the cluster's default.</summary>
    public string? PriorityClass { get; init; }

    /// <summary>Secrets to pull the image with.</summary>
    public IReadOnlyList<string> ImagePullSecrets { get; init; } = [];
}

/// <summary>What can be said of a specification without asking a cluster.</summary>
public static class PetSetSpecificationRules
{
    // A pod's name is a host name, at most 63 characters; the longest thing that is added is a controller's hash and "-client".
    private const int LongestName = 52;

    /// <summary>Why a name cannot be a pet set's.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The reason; null when it can.</returns>
    public static PlanRefusal? NameRefusal(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string? problem =
            name.Length is 0 or > LongestName ? string.Create(CultureInfo.InvariantCulture, $"it has {name.Length} characters, and 1 to {LongestName} are allowed")
            : name.Any(static character => character is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')) ? "only a to z, 0 to 9 and '-' are allowed"
            : !char.IsAsciiLetterLower(name[0]) ? "it must begin with a letter"
            : name[^1] == '-' ? "it must not end with '-'"
            : null;
        return problem is null ? null : new PlanRefusal(
            "NameInvalid",
            $"'{name}' cannot be the name of a pet set, since DNS forbids it as a host name: {problem}.",
            "Choose a name such as 'consul' or 'consul-east'");
    }

    /// <summary>Why a number of servers is refused.</summary>
    /// <param name="replicas">The number.</param>
    /// <param name="force">Whether an even number is wanted all the same.</param>
    /// <returns>The reason; null when it is allowed.</returns>
    public static PlanRefusal? ReplicasRefusal(int replicas, bool force)
    {
        if (replicas < 1)
        {
            return new PlanRefusal("ReplicasInvalid", "A pet set has at least one server.", "Give -Replicas 3, or 5");
        }

        return replicas % 2 == 0 && !force
            ? new PlanRefusal(
                "EvenReplicas",
                string.Create(CultureInfo.InvariantCulture, $"{replicas} servers tolerate the loss of {Quorum.RaftQuorum.Tolerance(replicas, replicas)}, no more than {replicas - 1} do, and one more can fail."),
                string.Create(CultureInfo.InvariantCulture, $"Give -Replicas {replicas - 1} or {replicas + 1}, or insist with -Force"))
            : null;
    }
}
