using ConsulPets.Sandbox.Tests.Admission;

namespace ConsulPets.Cluster.Tests;

/// <summary>Where the sandbox (Kubernetes 1.31) differs from the real cluster of the tests (1.20), and why that is meant.</summary>
internal static class MeantDifferences
{
    /// <summary>Events that depend on the moment: a probe or a try that came too early, a budget that was there before its pods.</summary>
    public static readonly IReadOnlySet<string> Events = new HashSet<string> { "Unhealthy", "FailedScheduling", "FailedMount", "BackOff", "NoPods" };

    /// <summary>
    /// What a StatefulSet controller says that made a pod again which its cache did not show yet: "exists already" becomes this where a name was generated, and the pod of a set counts as one
    /// (kubernetes 1.20, pkg/registry CheckGeneratedNameError). A busy machine makes it so.
    /// </summary>
    public const string MadeTwice = "The POST operation against Pod could not be completed at this time";

    private const string Newer = "newer than 1.20";

    /// <summary>Fields of objects, and what events tell.</summary>
    public static IReadOnlyList<AllowedDifference> Objects { get; } =
    [
        new("statefulsets/consul", "spec.minReadySeconds", $"{Newer} (1.22)", "15"),
        new("statefulsets/consul", "spec.persistentVolumeClaimRetentionPolicy", $"{Newer} (1.23)", """{"whenDeleted":"Retain","whenScaled":"Retain"}"""),
        new("statefulsets/consul", "status.availableReplicas", $"{Newer} (1.22)", "3"),
        new("daemonsets/cattle", "spec.updateStrategy.rollingUpdate.maxSurge", $"{Newer} (1.21)", "0"),
        new("*/cattle-*", "metadata.labels.controller-revision-hash", "the hash is over a template that has newer defaults"),
        new("pods/consul-*", "metadata.labels.apps.kubernetes.io/pod-index", $"{Newer} (1.28)"),
        new("pods/consul-*", "spec.tolerations[*].tolerationSeconds", "the real cluster of the tests is told to give 15 s instead of 300, which is the default", "300"),
        new("pods/*", "status.conditions.PodReadyToStartContainers", $"{Newer} (1.29)"),
        new("pods/*", "status.containerStatuses[0].image", "what a container runtime makes of the name"),
        new("pods/*", "status.containerStatuses[0].imageID", "the sandbox has no images"),
        new("pods/*", "status.hostIPs", $"{Newer} (1.28)", """[{"ip":"ADDRESS"}]"""),
        new("services/*", "spec.internalTrafficPolicy", $"{Newer} (1.21)", "\"Cluster\""),
        new("services/*", "spec.ipFamilies", $"{Newer} (written for all services since 1.23)", """["IPv4"]"""),
        new("services/*", "spec.ipFamilyPolicy", $"{Newer} (written for all services since 1.23)", "\"SingleStack\""),
        new("endpoints/*", "subsets[0].addresses[*].targetRef.resourceVersion", "since 1.21 it is left out, so that endpoints change less often", "null"),
        new("configmaps/kube-root-ca.crt", "metadata.annotations", $"{Newer} (1.21)"),
        new("serviceaccounts/*", "secrets", "since 1.24 accounts have no tokens of their own", "null"),
        new("persistentvolumeclaims/data-consul-*", "metadata.annotations.volume.*kubernetes.io/storage-provisioner", "each has its own; the name without beta is newer (1.23)"),
        new("poddisruptionbudgets/consul", "status.conditions", $"{Newer} (1.22)"),
        new("events", "PersistentVolumeClaim * ProvisioningSucceeded: *", "said by another provisioner"),
    ];

    /// <summary>Fields of refusals.</summary>
    public static IReadOnlyList<AllowedDifference> Refusals { get; } =
    [
        new("pod with changed spec", "message", "newer servers let more fields change, and the real one shows how its value lies in memory"),
        new("pod with changed spec", "details.causes[0].message", "newer servers let more fields change, and the real one shows how its value lies in memory"),
    ];
}
