using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Controllers;

/// <summary>Objects that users would write.</summary>
internal static class Manifests
{
    public static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    public static JsonObject Namespace(string name) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/metadata.name"] = name } },
        ["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") },
        ["status"] = new JsonObject { ["phase"] = "Active" },
    };

    public static JsonObject StatefulSet(string name = "consul", int replicas = 3, string image = "consul:1", Action<JsonObject>? change = null)
    {
        JsonObject set = Parse(
            """
            {
              "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": { "generation": 1, "namespace": "pets", "uid": "set-uid" },
              "spec": {
                "podManagementPolicy": "OrderedReady", "revisionHistoryLimit": 10, "serviceName": "consul",
                "updateStrategy": { "type": "RollingUpdate", "rollingUpdate": { "partition": 0 } },
                "template": { "spec": { "containers": [ { "name": "consul", "ports": [ { "name": "http", "containerPort": 8500, "protocol": "TCP" } ] } ], "terminationGracePeriodSeconds": 30, "restartPolicy": "Always" } }
              }
            }
            """);
        set.Make("metadata")["name"] = name;
        set.Make("spec")["replicas"] = replicas;
        set.Make("spec", "selector", "matchLabels")["app"] = name;
        set.Make("spec", "template", "metadata", "labels")["app"] = name;
        SetImage(set, image);
        change?.Invoke(set);
        return set;
    }

    public static JsonObject DaemonSet(string name = "agent", string image = "agent:1", Action<JsonObject>? change = null)
    {
        JsonObject set = StatefulSet(name, 0, image);
        set["kind"] = "DaemonSet";
        JsonObject spec = set.Make("spec");
        spec.Remove("replicas");
        spec.Remove("serviceName");
        spec.Remove("podManagementPolicy");
        spec["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["maxUnavailable"] = 1, ["maxSurge"] = 0 } };
        change?.Invoke(set);
        return set;
    }

    public static void SetImage(JsonObject set, string image) => set.Items("spec", "template", "spec", "containers").First()["image"] = image;

    public static void SetPartition(JsonObject set, int partition) => set.Make("spec", "updateStrategy", "rollingUpdate")["partition"] = partition;

    public static void AddClaims(JsonObject set) => set.Make("spec")["volumeClaimTemplates"] = Parse(
        """
        { "items": [ { "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": { "name": "data" }, "spec": { "accessModes": [ "ReadWriteOnce" ], "resources": { "requests": { "storage": "1Gi" } } } } ] }
        """)["items"]!.DeepClone();

    public static void SetRetention(JsonObject set, string whenDeleted, string whenScaled) =>
        set.Make("spec")["persistentVolumeClaimRetentionPolicy"] = new JsonObject { ["whenDeleted"] = whenDeleted, ["whenScaled"] = whenScaled };

    public static JsonObject Claim(string name, string? storageClass = null)
    {
        JsonObject claim = Parse("""{ "metadata": {}, "spec": { "accessModes": [ "ReadWriteOnce" ], "volumeMode": "Filesystem", "resources": { "requests": { "storage": "1Gi" } } } }""");
        claim.Make("metadata")["name"] = name;
        if (storageClass is not null)
        {
            claim.Make("spec")["storageClassName"] = storageClass;
        }

        return claim;
    }

    public static JsonObject Service(string name, bool publishNotReady = false) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["type"] = "ClusterIP",
            ["clusterIP"] = "None",
            ["clusterIPs"] = new JsonArray("None"),
            ["selector"] = new JsonObject { ["app"] = name },
            ["publishNotReadyAddresses"] = publishNotReady,
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "http", ["port"] = 80, ["targetPort"] = "http", ["protocol"] = "TCP" }),
        },
    };

    public static JsonObject Budget(string name, string rule, JsonNode value) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { [rule] = value, ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "consul" } } },
    };
}
