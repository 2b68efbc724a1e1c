namespace ConsulPets.Sandbox.Tests.Admission;

/// <summary>Where the sandbox (Kubernetes 1.31) is meant to answer otherwise than the real server that was recorded (1.20.2).</summary>
public static class AllowedDifferences
{
    private const string Newer = "newer than 1.20";
    private const string Decoder = "the JSON reader of 1.23 and later has other words";
    private const string Memory = "the real one shows how its value lies in memory";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<AllowedDifference> All { get; } =
    [
        // Fields.
        new("*/statefulset-*", "spec.persistentVolumeClaimRetentionPolicy", $"{Newer} (1.23, on by default since 1.27)", """{"whenDeleted":"Retain","whenScaled":"Retain"}"""),
        new("Good/*-statefulset", "spec.persistentVolumeClaimRetentionPolicy", $"{Newer} (1.23, on by default since 1.27)", """{"whenDeleted":"Retain","whenScaled":"Retain"}"""),
        new("*statefulset*", "status.availableReplicas", $"{Newer} (1.22)", "0"),
        new("Good/module-statefulset", "spec.minReadySeconds", $"{Newer} (1.22)", "15"),
        new("Good/*daemonset*", "spec.updateStrategy.rollingUpdate.maxSurge", $"{Newer} (1.21)", "0"),
        new("Good/helm-client-daemonset", "spec.template.spec.containers[0].ports[1].hostPort", "since 1.28 only pods get host ports by default, templates do not"),
        new("Good/*service*", "spec.internalTrafficPolicy", $"{Newer} (1.21)", "\"Cluster\""),
        new("Good/*service*", "spec.ipFamilies", $"{Newer} (written for all services since 1.23)", """["IPv4"]"""),
        new("Good/*service*", "spec.ipFamilyPolicy", $"{Newer} (written for all services since 1.23)", "\"SingleStack\""),
        new("Good/*service*", "spec.clusterIP", "1.20 gives no address in a dry run", "\"127.0.200.1\""),
        new("Good/*service*", "spec.clusterIPs", "1.20 gives no address in a dry run", """["127.0.200.1"]"""),
        new("Good/service-load-balancer", "spec.allocateLoadBalancerNodePorts", $"{Newer} (on by default since 1.22)", "true"),
        new("Good/service-*", "spec.ports[*].nodePort", "1.20 gives numbers beyond its range in a dry run"),
        new("Good/namespace", "metadata.labels.kubernetes.io/metadata.name", $"{Newer} (1.21)", "\"admission-other\""),
        new("Good/*-budget", "apiVersion", "the store shows the preferred version; the API shows the one asked for", "\"policy/v1\""),
        new("Good/pod-with-token", "spec.*ontainers[*].volumeMounts[0].name", "since 1.22 the token is projected: kube-api-access-xxxxx"),
        new("Good/pod-with-token", "spec.volumes[0].*", "since 1.22 the token is projected: kube-api-access-xxxxx"),
        new("Good/pod-tolerations", "metadata.annotations", "1.20 still writes seccomp's annotation, which 1.27 does not", "null"),

        // What other parts of the sandbox leave out.
        new("Good/claim-*", "metadata.finalizers", "no claim is protected while a pod uses it", "null"),
        new("Good/volume", "metadata.finalizers", "no volume is protected while a claim uses it", "null"),
        new("Good/node", "spec.taints", "the sandbox's nodes are ready as soon as they are there", "null"),
        new("Good/priority-class", "metadata.generation", "nobody reads it"),

        // Refusals when reading.
        new("Bad/*-text", "message", Decoder, "\"StatefulSet in version \\u0022v1\\u0022 cannot be handled as a StatefulSet: json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32\""),
        new("Bad/env-value-bool", "message", Decoder, "\"Pod in version \\u0022v1\\u0022 cannot be handled as a Pod: json: cannot unmarshal bool into Go struct field EnvVar.spec.containers.env.value of type string\""),
        new("Bad/args-not-a-list", "message", Decoder, "\"Pod in version \\u0022v1\\u0022 cannot be handled as a Pod: json: cannot unmarshal string into Go struct field Container.spec.containers.args of type []string\""),
        new("Bad/data-not-text", "message", Decoder, "\"ConfigMap in version \\u0022v1\\u0022 cannot be handled as a ConfigMap: json: cannot unmarshal object into Go struct field ConfigMap.data of type string\""),
        new("Bad/label-number", "message", Decoder, "\"ConfigMap in version \\u0022v1\\u0022 cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string\""),
        new("Bad/secret-not-base64", "message", Decoder, "\"Secret in version \\u0022v1\\u0022 cannot be handled as a Secret: illegal base64 data at input byte 3\""),
        new("Bad/quantity-nonsense", "message", Decoder),

        // Words of refusals.
        new("Bad/namespace-name", "causes.metadata.name FieldValueInvalid[0]", $"{Newer} (1.22)", "\"Invalid value: \\u0022a.b\\u0022: must not contain dots\""),
        new("Bad/pod-port-name-digits", "causes.*ports[0].name FieldValueInvalid[0]", "1.20 says letter or number, but means letter"),
        new("Bad/pod-limit-below-request", "causes.spec.containers[0].resources.requests FieldValueInvalid[*]", "says the limit too since 1.28"),
        new("Bad/pod-lifecycle", "causes.spec.initContainers[0].*", "init containers that stay may have them since 1.28"),
        new("Bad/pod-env-field", "causes.spec.containers[0].env[0].valueFrom.fieldRef.fieldPath FieldValueNotSupported[0]", $"{Newer} (status.hostIPs, 1.28)"),
        new("Bad/pod-security", "causes.spec.containers[0].securityContext FieldValueInvalid[0]", Memory),
        new("Bad/pod-security", "causes.spec.securityContext.sysctls[0].name FieldValueInvalid[0]", "may have slashes since 1.23"),
        new("Bad/pod-resource-names", "causes.*[example.com/gpu] FieldValueInvalid[0]", Memory),
        new("Bad/budget-both", "causes.spec FieldValueInvalid[0]", Memory),
        new("Bad/statefulset-on-delete-with-partition", "causes.spec.updateStrategy.rollingUpdate FieldValueInvalid[0]", $"{Newer} (maxUnavailable, 1.24)"),
        new("Bad/daemonset-unavailable-zero", "causes.spec.updateStrategy.rollingUpdate.maxUnavailable *", $"{Newer} (maxSurge, 1.21)"),
        new("Bad/claim-values", "causes.spec.accessModes FieldValueNotSupported[0]", $"{Newer} (ReadWriteOncePod, 1.22)"),
        new("Bad/lease-numbers", "causes.spec.leaseTransitions FieldValueInvalid[0]", "a slip of the pen in 1.20", "\"Invalid value: -1: must be greater than or equal to 0\""),
        new("Bad/secret-docker", "causes.data[.dockerconfigjson] FieldValueInvalid[0]", "the JSON reader's own words"),
        new("Bad/endpoints-values", "causes.subsets[0].addresses[0].ip FieldValueInvalid", "the sandbox's pods have loopback addresses", "null"),
        new("Bad/endpoints-values", "causes.subsets[0].addresses[1].ip FieldValueInvalid[*]", "1.20 says it twice"),
        new("Bad/service-cluster-ip-outside", "*", "1.20 does not allocate in a dry run, so it does not see that the address is outside its range"),

        // Changes.
        new("Change/statefulset-service-name", "causes.spec FieldValueForbidden[0]", $"{Newer} (ordinals, retention policy, minReadySeconds)"),
        new("Change/pod-command", "causes.spec FieldValueForbidden[0]", "more may change, and the difference is shown in the real one's own format"),
        new("Change/claim-*", "causes.spec FieldValueForbidden[0]", "more may change, and the difference is shown in the real one's own format"),
        new("Change/service-address-kept", "*", "since 1.21 a service that is replaced without its address keeps it"),
        new("Change/service-address-changed", "causes.spec.clusterIPs*", "since 1.21 the list follows the single address"),
    ];
}
