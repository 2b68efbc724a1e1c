using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Patching;

/// <summary>
/// Which lists of the kinds served are maps, by which keys, which are sets, and which objects are one value: for server-side apply and for strategic merge patches.
/// What is not named here is as the API says by default: objects have fields of their own, lists are one value.
/// </summary>
/// <remarks>The markers are those of Kubernetes 1.31 (<c>+listType</c>, <c>+listMapKey</c>, <c>+mapType</c>, <c>+structType</c>, <c>patchMergeKey</c> in k8s.io/api, types.go).</remarks>
internal static class ListSchema
{
    private static readonly ValueSchema Atomic = new(ValueShape.Atomic);
    private static readonly ValueSchema Zero = ValueSchema.Unknown with { Default = "0" };
    private static readonly ValueSchema Empty = ValueSchema.Unknown with { Default = "\"\"" };

    // Always written: a struct that is no pointer.
    private static readonly ValueSchema Present = ValueSchema.Unknown with { Default = "{}" };

    private static readonly ValueSchema Conditions = Keyed("type", Struct());

    private static readonly ValueSchema Metadata = Struct(
        ("finalizers", new ValueSchema(ValueShape.Set) { IsPatchMerged = true }),
        ("ownerReferences", Keyed("uid", Atomic))) with
    { Default = "{}" };

    private static readonly ValueSchema Resources = Struct(("claims", new ValueSchema(ValueShape.KeyedList) { Keys = ["name"] })) with { Default = "{}" };

    private static readonly ValueSchema Port = Struct(("protocol", ValueSchema.Unknown with { Default = "\"TCP\"" }));

    private static readonly ValueSchema Container = Struct(
        ("env", Keyed("name", Struct(("valueFrom", Struct(("configMapKeyRef", Atomic), ("fieldRef", Atomic), ("resourceFieldRef", Atomic), ("secretKeyRef", Atomic)))))),
        ("ports", Keyed("containerPort", Port) with { Keys = ["containerPort", "protocol"] }),
        ("resources", Resources),
        ("volumeDevices", Keyed("devicePath", Struct())),
        ("volumeMounts", Keyed("mountPath", Struct())));

    private static readonly ValueSchema ClaimSpec = Struct(
        ("dataSource", Atomic),
        ("resources", Present),
        ("selector", Atomic)) with
    { Default = "{}" };

    private static readonly ValueSchema VolumeWithSecret = Struct(("secretRef", Atomic));

    private static readonly ValueSchema Volume = Struct(
        ("cephfs", VolumeWithSecret),
        ("cinder", VolumeWithSecret),
        ("csi", Struct(("nodePublishSecretRef", Atomic))),
        ("ephemeral", Struct(("volumeClaimTemplate", Struct(("metadata", Metadata), ("spec", ClaimSpec))))),
        ("flexVolume", VolumeWithSecret),
        ("iscsi", VolumeWithSecret),
        ("rbd", VolumeWithSecret),
        ("scaleIO", VolumeWithSecret),
        ("storageos", VolumeWithSecret));

    private static readonly ValueSchema PodSpec = Struct(
        ("affinity", Struct(("nodeAffinity", Struct(("requiredDuringSchedulingIgnoredDuringExecution", Atomic))))),
        ("containers", Keyed("name", Container) with { Default = "null" }),
        ("ephemeralContainers", Keyed("name", Container)),
        ("hostAliases", Keyed("ip", Struct())),
        ("imagePullSecrets", Keyed("name", Atomic)),
        ("initContainers", Keyed("name", Container)),
        ("nodeSelector", Atomic),
        ("resourceClaims", Keyed("name", Struct())),
        ("schedulingGates", Keyed("name", Struct())),
        ("topologySpreadConstraints", Keyed("topologyKey", Struct(("labelSelector", Atomic))) with { Keys = ["topologyKey", "whenUnsatisfiable"] }),
        ("volumes", Keyed("name", Volume))) with
    { Default = "{}" };

    private static readonly ValueSchema PodTemplate = Struct(("metadata", Metadata), ("spec", PodSpec)) with { Default = "{}" };

    private static readonly ValueSchema PodStatus = Struct(
        ("conditions", Conditions),
        ("podIPs", Keyed("ip", Struct())),
        ("resourceClaimStatuses", Keyed("name", Struct()))) with
    { Default = "{}" };

    private static readonly ValueSchema NodeStatus = Struct(
        ("addresses", Keyed("type", Struct())),
        ("conditions", Conditions),
        ("daemonEndpoints", Struct(("kubeletEndpoint", Struct(("Port", Zero)) with { Default = "{}" })) with { Default = "{}" }),
        ("nodeInfo", Struct(
            ("architecture", Empty),
            ("bootID", Empty),
            ("containerRuntimeVersion", Empty),
            ("kernelVersion", Empty),
            ("kubeProxyVersion", Empty),
            ("kubeletVersion", Empty),
            ("machineID", Empty),
            ("operatingSystem", Empty),
            ("osImage", Empty),
            ("systemUUID", Empty)) with
        { Default = "{}" })) with
    { Default = "{}" };

    private static readonly ValueSchema ServiceStatus = Struct(("conditions", Conditions), ("loadBalancer", Present)) with { Default = "{}" };

    private static readonly ValueSchema Binding = Struct(("metadata", Metadata), ("roleRef", Atomic with { Default = "{}" }));

    private static readonly ValueSchema PlainKind = Struct(("metadata", Metadata));

    private static readonly Dictionary<string, ValueSchema> Kinds = new(StringComparer.Ordinal)
    {
        ["Namespace"] = Kind(Present, Struct(("conditions", Conditions)) with { Default = "{}" }),
        ["Node"] = Kind(
            Struct(("podCIDRs", new ValueSchema(ValueShape.Set) { IsPatchMerged = true }), ("configSource", Struct(("configMap", Struct())))) with { Default = "{}" },
            NodeStatus),
        ["Pod"] = Kind(PodSpec, PodStatus),
        ["Service"] = Kind(Struct(("ports", Keyed("port", Port) with { Keys = ["port", "protocol"] }), ("selector", Atomic)) with { Default = "{}" }, ServiceStatus),
        ["Endpoints"] = PlainKind,
        ["EndpointSlice"] = Struct(("metadata", Metadata), ("addressType", Empty), ("endpoints", ValueSchema.Unknown with { Default = "null" }), ("ports", ValueSchema.Unknown with { Default = "null" })),
        ["ConfigMap"] = PlainKind,
        ["Secret"] = PlainKind,
        ["ServiceAccount"] = Struct(("metadata", Metadata), ("secrets", Keyed("name", Atomic))),
        ["PersistentVolumeClaim"] = Kind(ClaimSpec, Struct(("conditions", Conditions)) with { Default = "{}" }),
        ["PersistentVolume"] = Kind(
            Struct(
                ("cephfs", VolumeWithSecret),
                ("cinder", VolumeWithSecret),
                ("csi", Struct(
                    ("controllerExpandSecretRef", Atomic),
                    ("controllerPublishSecretRef", Atomic),
                    ("nodeExpandSecretRef", Atomic),
                    ("nodePublishSecretRef", Atomic),
                    ("nodeStageSecretRef", Atomic))),
                ("flexVolume", VolumeWithSecret),
                ("iscsi", VolumeWithSecret),
                ("nodeAffinity", Struct(("required", Atomic))),
                ("rbd", VolumeWithSecret),
                ("scaleIO", VolumeWithSecret),
                ("storageos", VolumeWithSecret)) with
            { Default = "{}" },
            Present),
        ["Event"] = Struct(
            ("metadata", Metadata),
            ("involvedObject", Atomic with { Default = "{}" }),
            ("related", Atomic),
            ("reportingComponent", Empty),
            ("reportingInstance", Empty),
            ("source", Present)),
        ["StatefulSet"] = Kind(
            Struct(("selector", Atomic), ("serviceName", Empty), ("template", PodTemplate), ("updateStrategy", Present)) with { Default = "{}" },
            Struct(("availableReplicas", Zero), ("conditions", Conditions), ("replicas", Zero)) with { Default = "{}" }),
        ["DaemonSet"] = Kind(
            Struct(("selector", Atomic), ("template", PodTemplate), ("updateStrategy", Present)) with { Default = "{}" },
            Struct(("conditions", Conditions), ("currentNumberScheduled", Zero), ("desiredNumberScheduled", Zero), ("numberMisscheduled", Zero), ("numberReady", Zero)) with { Default = "{}" }),
        ["ControllerRevision"] = Struct(("metadata", Metadata), ("data", Atomic), ("revision", Zero)),
        ["PodDisruptionBudget"] = Kind(
            Struct(("selector", Atomic)) with { Default = "{}" },
            Struct(("conditions", Conditions), ("currentHealthy", Zero), ("desiredHealthy", Zero), ("disruptionsAllowed", Zero), ("expectedPods", Zero)) with { Default = "{}" }),
        ["StorageClass"] = Struct(("metadata", Metadata), ("provisioner", Empty)),
        ["Lease"] = Struct(("metadata", Metadata), ("spec", Present)),
        ["PriorityClass"] = Struct(("metadata", Metadata), ("value", Zero)),
        ["Role"] = Struct(("metadata", Metadata), ("rules", ValueSchema.Unknown with { Default = "null" })),
        ["ClusterRole"] = Struct(("metadata", Metadata), ("rules", ValueSchema.Unknown with { Default = "null" })),
        ["RoleBinding"] = Binding,
        ["ClusterRoleBinding"] = Binding,
    };

    /// <summary>What is known of a kind's objects.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The schema of the whole object.</returns>
    public static ValueSchema Of(ResourceKind kind) => Kinds.GetValueOrDefault(kind.Kind, PlainKind);

    private static ValueSchema Struct(params (string Name, ValueSchema Schema)[] fields) =>
        ValueSchema.Unknown with { Fields = fields.ToDictionary(static field => field.Name, static field => field.Schema, StringComparer.Ordinal) };

    // A list that both ways of patching tell apart by the same field.
    private static ValueSchema Keyed(string key, ValueSchema items) =>
        new(ValueShape.KeyedList) { Keys = [key], PatchKey = key, IsPatchMerged = true, Items = items };

    private static ValueSchema Kind(ValueSchema spec, ValueSchema status) => Struct(("metadata", Metadata), ("spec", spec), ("status", status));
}
