using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Security;
using ConsulPets.Planning;
using ConsulPets.Quorum;

namespace ConsulPets.Engine.Manifests;

/// <summary>An object to apply, with the fields that an older cluster may not know.</summary>
/// <param name="Resource">Its kind.</param>
/// <param name="Json">The object.</param>
/// <param name="Optional">Paths of fields that may be left out where the cluster's schema has no such field.</param>
public sealed record ManifestObject(KubernetesResource Resource, JsonObject Json, IReadOnlyList<string> Optional);

/// <summary>What New-ConsulPetSet makes (docs/architecture.md lists why each part is as it is).</summary>
public static class PetSetManifest
{
    /// <summary>The objects, in the order in which they are applied: what a pod needs comes before the workload.</summary>
    /// <param name="specification">What was asked for.</param>
    /// <param name="policyVersion">The policy version that the cluster serves; null when it serves none.</param>
    /// <returns>The objects.</returns>
    public static IReadOnlyList<ManifestObject> Build(PetSetSpecification specification, string? policyVersion)
    {
        ArgumentNullException.ThrowIfNull(specification);
        var objects = new List<ManifestObject>
        {
            Plain(KubernetesResource.ServiceAccounts, specification, specification.Name, new JsonObject { ["automountServiceAccountToken"] = false }),
            Plain(KubernetesResource.ConfigMaps, specification, ConfigMapName(specification.Name), new JsonObject { ["data"] = new JsonObject { ["server.json"] = ServerConfiguration.Build(specification) } }),
            Plain(KubernetesResource.Services, specification, specification.Name, HeadlessService(specification)),
            Plain(KubernetesResource.Services, specification, ClientServiceName(specification.Name), ClientService(specification)),
        };

        // A budget counts against a controller's scale, which a DaemonSet has not; drains pass DaemonSets over anyway.
        if (policyVersion is not null && specification.Kind == PetSetKind.StatefulSet)
        {
            objects.Add(Plain(KubernetesResource.DisruptionBudgets(policyVersion), specification, specification.Name, new JsonObject
            {
                ["spec"] = new JsonObject { ["maxUnavailable"] = 1, ["selector"] = new JsonObject { ["matchLabels"] = Labels(PetSetLabels.Selector(specification.Name)) } },
            }));
        }

        objects.Add(Workload(specification));
        return objects;
    }

    /// <summary>The config map with the certificates of a set's authority, for who is to trust its servers.</summary>
    /// <param name="specification">What was asked for.</param>
    /// <param name="certificate">The certificates, in PEM.</param>
    /// <returns>The object.</returns>
    internal static ManifestObject AuthorityMap(PetSetSpecification specification, string certificate) =>
        Plain(KubernetesResource.ConfigMaps, specification, SetNames.Authority(specification.Name), new JsonObject { ["data"] = new JsonObject { [SetNames.AuthorityEntry] = certificate } });

    /// <summary>The config map's name.</summary>
    /// <param name="set">The set's name.</param>
    /// <returns>The name.</returns>
    public static string ConfigMapName(string set) => $"{set}-server";

    /// <summary>The name of the service for clients.</summary>
    /// <param name="set">The set's name.</param>
    /// <returns>The name.</returns>
    public static string ClientServiceName(string set) => $"{set}-client";

    private static ManifestObject Workload(PetSetSpecification specification)
    {
        bool isStatefulSet = specification.Kind == PetSetKind.StatefulSet;
        var spec = new JsonObject
        {
            ["selector"] = new JsonObject { ["matchLabels"] = Labels(PetSetLabels.Selector(specification.Name)) },
            ["minReadySeconds"] = 15,
            ["template"] = PodTemplate.Build(specification),
            ["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate" },
        };
        if (isStatefulSet)
        {
            spec["serviceName"] = specification.Name;
            spec["replicas"] = specification.Replicas;

            // Servers find each other by name and elect once enough are there, in any order; one that cannot start must not hold up the others.
            spec["podManagementPolicy"] = "Parallel";

            // The partition is written although 0 is its default: without it an older controller makes a lost pod again from the old template as long as
            // the roll has not reached it (kubernetes 1.20, pkg/controller/statefulset, newVersionedStatefulSetPod), so a bad image could not be corrected.
            spec["updateStrategy"]!["rollingUpdate"] = new JsonObject { ["partition"] = 0 };
            if (!specification.Ephemeral)
            {
                spec["volumeClaimTemplates"] = new JsonArray(ClaimTemplate(specification));
                spec["persistentVolumeClaimRetentionPolicy"] = new JsonObject { ["whenDeleted"] = "Retain", ["whenScaled"] = "Retain" };
            }
        }

        JsonObject workload = Object(KubernetesResource.Of(specification.Kind), specification, specification.Name, new JsonObject { ["spec"] = spec });
        JsonObject annotations = [];
        if (specification.Security.Acl)
        {
            annotations[SetNames.TokenAnnotation] = SetNames.Token(specification.Name);
        }

        if (specification.Security.Tls)
        {
            annotations[SetNames.AuthorityAnnotation] = SetNames.Authority(specification.Name);
        }

        if (annotations.Count > 0)
        {
            workload["metadata"]!["annotations"] = annotations;
        }

        // minReadySeconds is StatefulSet's since Kubernetes 1.22, the retention policy since 1.23: asked of the cluster when it is applied.
        return new ManifestObject(
            KubernetesResource.Of(specification.Kind),
            workload,
            isStatefulSet ? ["spec.minReadySeconds", "spec.persistentVolumeClaimRetentionPolicy"] : []);
    }

    private static JsonObject ClaimTemplate(PetSetSpecification specification)
    {
        var spec = new JsonObject
        {
            ["accessModes"] = new JsonArray("ReadWriteOnce"),
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = specification.StorageSize } },
        };
        if (specification.StorageClass is not null)
        {
            spec["storageClassName"] = specification.StorageClass;
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolumeClaim",
            ["metadata"] = new JsonObject { ["name"] = PodTemplate.DataVolume },
            ["spec"] = spec,
        };
    }

    // Servers must find each other before they are ready, since ready means that there is a leader.
    private static JsonObject HeadlessService(PetSetSpecification specification) => new()
    {
        ["spec"] = new JsonObject
        {
            ["clusterIP"] = "None",
            ["publishNotReadyAddresses"] = true,
            ["selector"] = Labels(PetSetLabels.Selector(specification.Name)),
            ["ports"] = new JsonArray([.. PodTemplate.Ports(specification.Security).Select(static port => (JsonNode)ServicePort(port.Name, port.Number, port.Protocol, port.Name))]),
        },
    };

    private static JsonObject ClientService(PetSetSpecification specification) => new()
    {
        ["spec"] = new JsonObject
        {
            ["type"] = "ClusterIP",
            ["selector"] = Labels(PetSetLabels.Selector(specification.Name)),
            ["ports"] = new JsonArray(
                specification.Security.Tls ? ServicePort("https", 8501, "TCP", "https") : ServicePort("http", 8500, "TCP", "http"),
                ServicePort("dns-tcp", 53, "TCP", "dns-tcp"),
                ServicePort("dns-udp", 53, "UDP", "dns-udp")),
        },
    };

    private static JsonObject ServicePort(string name, int number, string protocol, string target) =>
        new() { ["name"] = name, ["port"] = number, ["protocol"] = protocol, ["targetPort"] = target };

    private static ManifestObject Plain(KubernetesResource resource, PetSetSpecification specification, string name, JsonObject content) =>
        new(resource, Object(resource, specification, name, content), []);

    /// <summary>An object of a set.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="specification">The set.</param>
    /// <param name="name">Its name.</param>
    /// <param name="content">What is in it, beside its metadata.</param>
    /// <returns>The object.</returns>
    internal static JsonObject Object(KubernetesResource resource, PetSetSpecification specification, string name, JsonObject content)
    {
        var json = new JsonObject
        {
            ["apiVersion"] = resource.ApiVersion,
            ["kind"] = resource.Kind,
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = specification.Namespace, ["labels"] = AllLabels(specification) },
        };
        foreach (KeyValuePair<string, JsonNode?> part in content.ToArray())
        {
            content.Remove(part.Key);
            json[part.Key] = part.Value;
        }

        return json;
    }

    private static JsonObject AllLabels(PetSetSpecification specification)
    {
        JsonObject labels = Labels(specification.Labels);
        foreach (KeyValuePair<string, string> label in PetSetLabels.Selector(specification.Name))
        {
            labels[label.Key] = label.Value;
        }

        labels[PetSetLabels.ManagedBy] = PetSetLabels.Manager;
        return labels;
    }

    /// <summary>A map of labels as JSON.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>The object.</returns>
    internal static JsonObject Labels(IEnumerable<KeyValuePair<string, string>> labels) =>
        new(labels.Select(static label => new KeyValuePair<string, JsonNode?>(label.Key, label.Value)));
}
