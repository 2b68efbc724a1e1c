using System.Text.Json.Nodes;
using ConsulPets.Engine.Security;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Manifests;

/// <summary>The pod of a Consul server.</summary>
internal static class PodTemplate
{
    /// <summary>The data volume's name; the claims are called <c>data-&lt;set&gt;-&lt;ordinal&gt;</c>.</summary>
    public const string DataVolume = "data";

    /// <summary>Where the official image's entry point has the agent keep its data.</summary>
    public const string DataFolder = "/consul/data";

    private const string ConfigVolume = "config";
    private const string ConfigFolder = "/consul/config";
    private const string SecretsVolume = "secrets";

    // 0440 in octal, which C# does not write.
    private const int OwnerAndGroupRead = 288;

    /// <summary>Where the servers find what is secret.</summary>
    public const string SecretsFolder = "/consul/secrets";

    /// <summary>Consul's ports. Gossip needs both protocols on the same number.</summary>
    /// <param name="security">How far the set is closed: with TLS the HTTP API is served over it only.</param>
    /// <returns>Name, number and protocol of each.</returns>
    public static IReadOnlyList<(string Name, int Number, string Protocol)> Ports(PetSetSecurity security) =>
    [
        security.Tls ? ("https", 8501, "TCP") : ("http", 8500, "TCP"),
        ("server", 8300, "TCP"),
        ("serf-lan-tcp", 8301, "TCP"),
        ("serf-lan-udp", 8301, "UDP"),
        ("serf-wan-tcp", 8302, "TCP"),
        ("serf-wan-udp", 8302, "UDP"),
        ("dns-tcp", 8600, "TCP"),
        ("dns-udp", 8600, "UDP"),
    ];

    /// <summary>Builds the template.</summary>
    /// <param name="specification">What was asked for.</param>
    /// <returns>The template.</returns>
    public static JsonObject Build(PetSetSpecification specification)
    {
        JsonObject labels = PetSetManifest.Labels(specification.Labels);
        foreach (KeyValuePair<string, string> label in PetSetLabels.Selector(specification.Name))
        {
            labels[label.Key] = label.Value;
        }

        var metadata = new JsonObject { ["labels"] = labels };
        if (specification.Annotations.Count > 0)
        {
            metadata["annotations"] = PetSetManifest.Labels(specification.Annotations);
        }

        return new JsonObject { ["metadata"] = metadata, ["spec"] = PodSpec(specification) };
    }

    private static JsonObject PodSpec(PetSetSpecification specification)
    {
        var spec = new JsonObject
        {
            ["serviceAccountName"] = specification.Name,
            ["automountServiceAccountToken"] = false,

            // A graceful leave takes 6 to 15 s: leave, drain, wait to be out of raft (hashicorp/consul, agent/consul/server.go, Leave).
            ["terminationGracePeriodSeconds"] = 30,
            ["securityContext"] = new JsonObject
            {
                ["runAsNonRoot"] = true,
                ["runAsUser"] = 100,
                ["runAsGroup"] = 1000,
                ["fsGroup"] = 1000,
            },
            ["containers"] = new JsonArray(Container(specification)),
            ["volumes"] = Volumes(specification),
        };
        if (specification.Kind == PetSetKind.StatefulSet)
        {
            spec["affinity"] = SpreadOverNodes(specification.Name);
        }

        Add("nodeSelector", specification.NodeSelector.Count == 0 ? null : PetSetManifest.Labels(specification.NodeSelector));
        Add("tolerations", Parse(specification.TolerationsJson));
        Add("priorityClassName", specification.PriorityClass);
        Add("imagePullSecrets", specification.ImagePullSecrets.Count == 0
            ? null
            : new JsonArray([.. specification.ImagePullSecrets.Select(static secret => (JsonNode)new JsonObject { ["name"] = secret })]));
        return spec;

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                spec[name] = value;
            }
        }
    }

    private static JsonObject Container(PetSetSpecification specification) => new()
    {
        ["name"] = "consul",
        ["image"] = specification.Image,

        // The image's entry point adds -data-dir and -config-dir for "agent".
        ["args"] = new JsonArray([.. Arguments(specification).Select(static argument => (JsonNode)argument)]),
        ["env"] = new JsonArray([.. Environment(specification)]),
        ["ports"] = new JsonArray([.. Ports(specification.Security).Select(static port => (JsonNode)new JsonObject { ["name"] = port.Name, ["containerPort"] = port.Number, ["protocol"] = port.Protocol })]),
        ["resources"] = Parse(specification.ResourcesJson) ?? new JsonObject
        {
            ["requests"] = new JsonObject { ["cpu"] = "100m", ["memory"] = "128Mi" },
        },
        ["readinessProbe"] = ReadinessProbe(specification),
        ["securityContext"] = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["readOnlyRootFilesystem"] = true,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
        },
        ["volumeMounts"] = new JsonArray([.. Mounts(specification.Security).Select(static mount => (JsonNode)new JsonObject { ["name"] = mount.Volume, ["mountPath"] = mount.Folder })]),
    };

    private static string[] Arguments(PetSetSpecification specification)
    {
        string[] always = ["agent", "-server", "-advertise=$(POD_IP)", "-bind=$(POD_IP)"];
        return specification.Security.IsAny ? [.. always, $"-config-file={SecretsFolder}/{SetNames.ConfigurationEntry}"] : always;
    }

    // The name that Consul's servers verify of each other.
    private static string ServerName(PetSetSpecification specification) => $"server.{specification.Datacenter}.consul";

    private static IEnumerable<JsonNode> Environment(PetSetSpecification specification)
    {
        yield return new JsonObject { ["name"] = "POD_IP", ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "status.podIP" } } };

        // The entry point would otherwise try to take ownership of its folders, which it may not as an ordinary user.
        yield return new JsonObject { ["name"] = "CONSUL_DISABLE_PERM_MGMT", ["value"] = "true" };
        if (specification.Security.Tls)
        {
            // For who runs the consul command in the pod.
            yield return new JsonObject { ["name"] = "CONSUL_HTTP_ADDR", ["value"] = "https://localhost:8501" };
            yield return new JsonObject { ["name"] = "CONSUL_CACERT", ["value"] = $"{SecretsFolder}/{SetNames.AuthorityEntry}" };
            yield return new JsonObject { ["name"] = "CONSUL_TLS_SERVER_NAME", ["value"] = ServerName(specification) };
        }
    }

    private static (string Volume, string Folder)[] Mounts(PetSetSecurity security)
    {
        (string, string)[] always = [(DataVolume, DataFolder), (ConfigVolume, ConfigFolder), ("tmp", "/tmp")];
        return security.IsAny ? [.. always, (SecretsVolume, SecretsFolder)] : always;
    }

    // /v1/status/leader answers 200 with "" when there is no leader, so the body decides. wget is in the Alpine image, curl in the UBI one.
    // Over TLS it is curl, which both images have: the small wget of Alpine verifies nothing, and may agree on no cipher with Consul.
    private static JsonObject ReadinessProbe(PetSetSpecification specification) => new()
    {
        ["exec"] = new JsonObject
        {
            ["command"] = new JsonArray(
                "/bin/sh",
                "-ec",
                specification.Security.Tls
                    ? $"curl -s --cacert {SecretsFolder}/{SetNames.AuthorityEntry} --resolve {ServerName(specification)}:8501:127.0.0.1 https://{ServerName(specification)}:8501/v1/status/leader | grep -E '\".+\"'"
                    : "(wget -q -O - http://127.0.0.1:8500/v1/status/leader 2>/dev/null || curl -s http://127.0.0.1:8500/v1/status/leader) | grep -E '\".+\"'"),
        },
        ["initialDelaySeconds"] = 2,
        ["periodSeconds"] = 3,
        ["timeoutSeconds"] = 5,
        ["failureThreshold"] = 2,
        ["successThreshold"] = 1,
    };

    private static JsonArray Volumes(PetSetSpecification specification)
    {
        var volumes = new JsonArray(
            new JsonObject { ["name"] = ConfigVolume, ["configMap"] = new JsonObject { ["name"] = PetSetManifest.ConfigMapName(specification.Name) } },
            new JsonObject { ["name"] = "tmp", ["emptyDir"] = new JsonObject() });
        if (specification.Security.IsAny)
        {
            volumes.Add(new JsonObject { ["name"] = SecretsVolume, ["secret"] = new JsonObject { ["secretName"] = SetNames.ServerSecrets(specification.Name), ["defaultMode"] = OwnerAndGroupRead } });
        }

        if (specification.Ephemeral || specification.Kind == PetSetKind.DaemonSet)
        {
            volumes.Add(new JsonObject { ["name"] = DataVolume, ["emptyDir"] = new JsonObject() });
        }

        return volumes;
    }

    // Soft: on a cluster with fewer nodes than servers a hard rule would leave servers out; Test-ConsulPetSet's ground is to say so.
    private static JsonObject SpreadOverNodes(string set) => new()
    {
        ["podAntiAffinity"] = new JsonObject
        {
            ["preferredDuringSchedulingIgnoredDuringExecution"] = new JsonArray(new JsonObject
            {
                ["weight"] = 100,
                ["podAffinityTerm"] = new JsonObject
                {
                    ["topologyKey"] = "kubernetes.io/hostname",
                    ["labelSelector"] = new JsonObject { ["matchLabels"] = PetSetManifest.Labels(PetSetLabels.Selector(set)) },
                },
            }),
        },
    };

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);
}
