namespace ConsulPets.Sandbox.Store;

/// <summary>All kinds that are served.</summary>
public static class ResourceKinds
{
    /// <summary>Namespaces.</summary>
    public static readonly ResourceKind Namespaces = ClusterWide(string.Empty, "namespaces", "Namespace", ["ns"], ["status", "finalize"]);

    /// <summary>Nodes.</summary>
    public static readonly ResourceKind Nodes = ClusterWide(string.Empty, "nodes", "Node", ["no"], ["status", "proxy"]);

    /// <summary>Pods.</summary>
    public static readonly ResourceKind Pods = Namespaced(
        string.Empty, ["v1"], "pods", "Pod", ["po"], ["status", "log", "eviction", "proxy", "portforward", "exec", "attach", "binding"], hasGeneration: false);

    /// <summary>Services.</summary>
    public static readonly ResourceKind Services = Namespaced(string.Empty, ["v1"], "services", "Service", ["svc"], ["status", "proxy"], hasGeneration: false);

    /// <summary>Endpoints.</summary>
    public static readonly ResourceKind Endpoints = Namespaced(string.Empty, ["v1"], "endpoints", "Endpoints", ["ep"], [], hasGeneration: false);

    /// <summary>EndpointSlices.</summary>
    public static readonly ResourceKind EndpointSlices = Namespaced("discovery.k8s.io", ["v1", "v1beta1"], "endpointslices", "EndpointSlice", [], [], hasGeneration: true);

    /// <summary>Config maps.</summary>
    public static readonly ResourceKind ConfigMaps = Namespaced(string.Empty, ["v1"], "configmaps", "ConfigMap", ["cm"], [], hasGeneration: false);

    /// <summary>Secrets.</summary>
    public static readonly ResourceKind Secrets = Namespaced(string.Empty, ["v1"], "secrets", "Secret", [], [], hasGeneration: false);

    /// <summary>Service accounts.</summary>
    public static readonly ResourceKind ServiceAccounts = Namespaced(string.Empty, ["v1"], "serviceaccounts", "ServiceAccount", ["sa"], ["token"], hasGeneration: false);

    /// <summary>Volume claims.</summary>
    public static readonly ResourceKind Claims = Namespaced(string.Empty, ["v1"], "persistentvolumeclaims", "PersistentVolumeClaim", ["pvc"], ["status"], hasGeneration: false);

    /// <summary>Volumes.</summary>
    public static readonly ResourceKind Volumes = ClusterWide(string.Empty, "persistentvolumes", "PersistentVolume", ["pv"], ["status"]);

    /// <summary>Events, also served under their newer group.</summary>
    public static readonly ResourceKind Events = Namespaced(string.Empty, ["v1"], "events", "Event", ["ev"], [], hasGeneration: false);

    /// <summary>StatefulSets.</summary>
    public static readonly ResourceKind StatefulSets = Namespaced("apps", ["v1"], "statefulsets", "StatefulSet", ["sts"], ["status", "scale"], hasGeneration: true);

    /// <summary>DaemonSets.</summary>
    public static readonly ResourceKind DaemonSets = Namespaced("apps", ["v1"], "daemonsets", "DaemonSet", ["ds"], ["status"], hasGeneration: true);

    /// <summary>The earlier templates of a workload.</summary>
    public static readonly ResourceKind ControllerRevisions = Namespaced("apps", ["v1"], "controllerrevisions", "ControllerRevision", [], [], hasGeneration: false);

    /// <summary>Disruption budgets.</summary>
    public static readonly ResourceKind DisruptionBudgets = Namespaced("policy", ["v1", "v1beta1"], "poddisruptionbudgets", "PodDisruptionBudget", ["pdb"], ["status"], hasGeneration: true);

    /// <summary>Storage classes.</summary>
    public static readonly ResourceKind StorageClasses = new("storage.k8s.io", ["v1"], "storageclasses", "StorageClass", false, ["sc"], [], false);

    /// <summary>Leases.</summary>
    public static readonly ResourceKind Leases = Namespaced("coordination.k8s.io", ["v1"], "leases", "Lease", [], [], hasGeneration: false);

    /// <summary>Priority classes, which pods may name.</summary>
    public static readonly ResourceKind PriorityClasses = new("scheduling.k8s.io", ["v1"], "priorityclasses", "PriorityClass", false, ["pc"], [], false);

    /// <summary>Roles.</summary>
    public static readonly ResourceKind Roles = Namespaced("rbac.authorization.k8s.io", ["v1"], "roles", "Role", [], [], hasGeneration: false);

    /// <summary>Role bindings.</summary>
    public static readonly ResourceKind RoleBindings = Namespaced("rbac.authorization.k8s.io", ["v1"], "rolebindings", "RoleBinding", [], [], hasGeneration: false);

    /// <summary>Roles of the whole cluster.</summary>
    public static readonly ResourceKind ClusterRoles = new("rbac.authorization.k8s.io", ["v1"], "clusterroles", "ClusterRole", false, [], [], false);

    /// <summary>Role bindings of the whole cluster.</summary>
    public static readonly ResourceKind ClusterRoleBindings = new("rbac.authorization.k8s.io", ["v1"], "clusterrolebindings", "ClusterRoleBinding", false, [], [], false);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ResourceKind> All { get; } =
    [
        Namespaces, Nodes, Pods, Services, Endpoints, ConfigMaps, Secrets, ServiceAccounts, Claims, Volumes, Events,
        StatefulSets, DaemonSets, ControllerRevisions, EndpointSlices, DisruptionBudgets, StorageClasses, Leases, PriorityClasses,
        Roles, RoleBindings, ClusterRoles, ClusterRoleBindings,
    ];

    /// <summary>The kind that a path or a key names.</summary>
    /// <param name="group">The API group.</param>
    /// <param name="plural">The plural.</param>
    /// <returns>The kind, or null.</returns>
    public static ResourceKind? Find(string group, string plural) => All.FirstOrDefault(kind => kind.Group == group && kind.Plural == plural);

    /// <summary>The kind that a manifest or an owner reference names.</summary>
    /// <param name="apiVersion">Its <c>apiVersion</c>; any version of the group will do.</param>
    /// <param name="kindName">Its <c>kind</c>.</param>
    /// <returns>The kind, or null.</returns>
    public static ResourceKind? OfManifest(string? apiVersion, string? kindName)
    {
        string group = apiVersion?.Contains('/', StringComparison.Ordinal) == true ? apiVersion[..apiVersion.IndexOf('/', StringComparison.Ordinal)] : string.Empty;
        return All.FirstOrDefault(kind => kind.Group == group && kind.Kind == kindName);
    }

    private static ResourceKind Namespaced(
        string group, string[] versions, string plural, string kind, string[] shortNames, string[] subresources, bool hasGeneration) =>
        new(group, versions, plural, kind, true, shortNames, subresources, hasGeneration);

    private static ResourceKind ClusterWide(string group, string plural, string kind, string[] shortNames, string[] subresources) =>
        new(group, ["v1"], plural, kind, false, shortNames, subresources, false);
}
