namespace ConsulPets.Engine.Kubernetes;

/// <summary>A kind of object that the API server keeps.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version asked for.</param>
/// <param name="Plural">The resource's name in a path and in a right: <c>statefulsets</c>.</param>
/// <param name="Kind">The kind in a manifest: <c>StatefulSet</c>.</param>
/// <param name="IsNamespaced">False for cluster-wide kinds.</param>
public sealed record KubernetesResource(string Group, string Version, string Plural, string Kind, bool IsNamespaced = true)
{
    /// <summary>StatefulSets.</summary>
    public static readonly KubernetesResource StatefulSets = new("apps", "v1", "statefulsets", "StatefulSet");

    /// <summary>DaemonSets.</summary>
    public static readonly KubernetesResource DaemonSets = new("apps", "v1", "daemonsets", "DaemonSet");

    /// <summary>The templates that the controllers of StatefulSets and DaemonSets keep.</summary>
    public static readonly KubernetesResource ControllerRevisions = new("apps", "v1", "controllerrevisions", "ControllerRevision");

    /// <summary>Pods.</summary>
    public static readonly KubernetesResource Pods = new(string.Empty, "v1", "pods", "Pod");

    /// <summary>Volume claims.</summary>
    public static readonly KubernetesResource Claims = new(string.Empty, "v1", "persistentvolumeclaims", "PersistentVolumeClaim");

    /// <summary>Services.</summary>
    public static readonly KubernetesResource Services = new(string.Empty, "v1", "services", "Service");

    /// <summary>Endpoints, which every supported cluster serves.</summary>
    public static readonly KubernetesResource Endpoints = new(string.Empty, "v1", "endpoints", "Endpoints");

    /// <summary>EndpointSlices (Kubernetes 1.21 and later serve v1).</summary>
    public static readonly KubernetesResource EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice");

    /// <summary>Config maps.</summary>
    public static readonly KubernetesResource ConfigMaps = new(string.Empty, "v1", "configmaps", "ConfigMap");

    /// <summary>Secrets.</summary>
    public static readonly KubernetesResource Secrets = new(string.Empty, "v1", "secrets", "Secret");

    /// <summary>Service accounts.</summary>
    public static readonly KubernetesResource ServiceAccounts = new(string.Empty, "v1", "serviceaccounts", "ServiceAccount");

    /// <summary>Namespaces.</summary>
    public static readonly KubernetesResource Namespaces = new(string.Empty, "v1", "namespaces", "Namespace", IsNamespaced: false);

    /// <summary>Nodes.</summary>
    public static readonly KubernetesResource Nodes = new(string.Empty, "v1", "nodes", "Node", IsNamespaced: false);

    /// <summary>Storage classes.</summary>
    public static readonly KubernetesResource StorageClasses = new("storage.k8s.io", "v1", "storageclasses", "StorageClass", IsNamespaced: false);

    /// <summary>Leases.</summary>
    public static readonly KubernetesResource Leases = new("coordination.k8s.io", "v1", "leases", "Lease");

    /// <summary>Disruption budgets, in a version that the cluster serves.</summary>
    /// <param name="version">The version: v1 from Kubernetes 1.21 on, v1beta1 up to 1.24.</param>
    /// <returns>The resource.</returns>
    public static KubernetesResource DisruptionBudgets(string version) => new("policy", version, "poddisruptionbudgets", "PodDisruptionBudget");

    /// <summary>The workload resource of a kind of pet set.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>StatefulSets or DaemonSets.</returns>
    public static KubernetesResource Of(PetSetKind kind) => kind == PetSetKind.StatefulSet ? StatefulSets : DaemonSets;

    /// <summary>The <c>apiVersion</c> of a manifest.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The resource as rights and kubectl name it: <c>statefulsets.apps</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The path of the collection, or of one object.</summary>
    /// <param name="namespaceName">The namespace; null for all namespaces, or a cluster-wide kind.</param>
    /// <param name="name">The object; null for the collection.</param>
    /// <returns>A path without a leading slash.</returns>
    public string Path(string? namespaceName, string? name = null)
    {
        string root = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        string scope = IsNamespaced && namespaceName is not null ? $"/namespaces/{Uri.EscapeDataString(namespaceName)}" : string.Empty;
        string last = name is null ? string.Empty : $"/{Uri.EscapeDataString(name)}";
        return $"{root}{scope}/{Plural}{last}";
    }
}
