using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>What a new cluster holds before anybody asked for anything. What is there already stays as it is.</summary>
internal static class Bootstrap
{
    /// <summary>The name of the storage class that claims get that name none.</summary>
    public const string StandardClass = "standard";

    /// <summary>Writes it: namespaces, nodes, the storage class, the priority classes, the service of the API.</summary>
    /// <param name="context">What controllers share.</param>
    /// <param name="apiAddress">The address at which pods reach the API server.</param>
    /// <param name="apiPort">Its port.</param>
    public static void Write(ControllerContext context, string apiAddress, int apiPort)
    {
        ObjectRegistry registry = context.Registry;
        foreach (string name in (ReadOnlySpan<string>)["default", "kube-node-lease", "kube-public", "kube-system"])
        {
            Ensure(registry, ResourceKinds.Namespaces, string.Empty, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/metadata.name"] = name } },
                ["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") },
                ["status"] = new JsonObject { ["phase"] = "Active" },
            });
        }

        for (int number = 1; number <= context.Nodes; number++)
        {
            Ensure(registry, ResourceKinds.Nodes, string.Empty, NodeRules.Node(number, context.Images, registry.Clock.GetUtcNow()));
        }

        Ensure(registry, ResourceKinds.StorageClasses, string.Empty, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = StandardClass, ["annotations"] = new JsonObject { [ClaimRules.DefaultClass] = "true" } },
            ["provisioner"] = ClaimRules.Provisioner,
            ["reclaimPolicy"] = "Delete",
            ["volumeBindingMode"] = "Immediate",
            ["allowVolumeExpansion"] = false,
        });
        Ensure(registry, ResourceKinds.PriorityClasses, string.Empty, Priority("system-cluster-critical", 2_000_000_000, "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."));
        Ensure(registry, ResourceKinds.PriorityClasses, string.Empty, Priority("system-node-critical", 2_000_001_000, "Used for system critical pods that must not be moved from their current node."));
        WriteService(registry, apiAddress, apiPort);
    }

    private static JsonObject Priority(string name, long value, string description) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["value"] = value,
        ["description"] = description,
        ["preemptionPolicy"] = "PreemptLowerPriority",
    };

    private static void WriteService(ObjectRegistry registry, string address, int port)
    {
        JsonObject Labels() => new() { ["component"] = "apiserver", ["provider"] = "kubernetes" };
        Ensure(registry, ResourceKinds.Services, "default", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "kubernetes", ["labels"] = Labels() },
            ["spec"] = new JsonObject
            {
                ["internalTrafficPolicy"] = "Cluster",
                ["ipFamilies"] = new JsonArray("IPv4"),
                ["ipFamilyPolicy"] = "SingleStack",
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = 443, ["protocol"] = "TCP", ["targetPort"] = port }),
                ["sessionAffinity"] = "None",
                ["type"] = "ClusterIP",
            },
            ["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() },
        });
        JsonObject endpoints = new()
        {
            ["metadata"] = new JsonObject { ["name"] = "kubernetes", ["labels"] = new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" } },
            ["subsets"] = new JsonArray(new JsonObject
            {
                ["addresses"] = new JsonArray(new JsonObject { ["ip"] = address }),
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = port, ["protocol"] = "TCP" }),
            }),
        };
        Ensure(registry, ResourceKinds.Endpoints, "default", endpoints);
        Ensure(registry, ResourceKinds.EndpointSlices, "default", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "kubernetes", ["labels"] = new JsonObject { ["kubernetes.io/service-name"] = "kubernetes" } },
            ["addressType"] = "IPv4",
            ["endpoints"] = new JsonArray(new JsonObject { ["addresses"] = new JsonArray(address), ["conditions"] = new JsonObject { ["ready"] = true } }),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = port, ["protocol"] = "TCP" }),
        });
    }

    private static void Ensure(ObjectRegistry registry, ResourceKind kind, string place, JsonObject json)
    {
        if (registry.Find(kind, place, json.Text("metadata", "name")!) is null)
        {
            registry.Create(kind, place, json, WriteRequest.Controller);
        }
    }
}
