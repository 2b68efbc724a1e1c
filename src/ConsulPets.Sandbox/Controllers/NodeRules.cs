using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>The pretended nodes, and what silence means for them and their pods (Kubernetes source, pkg/controller/nodelifecycle and tainteviction).</summary>
internal static class NodeRules
{
    private static readonly (string Type, string Reason, string Message, bool Good)[] Signs =
    [
        ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available", false),
        ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", false),
        ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available", false),
        ("Ready", "KubeletReady", "kubelet is posting ready status", true),
    ];

    /// <summary>A node.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="images">The images that it claims to hold.</param>
    /// <param name="now">The time.</param>
    /// <returns>The object to create.</returns>
    public static JsonObject Node(int number, IReadOnlyList<string> images, DateTimeOffset now)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"sandbox-{number}");
        JsonObject Amounts() => new()
        {
            ["cpu"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["ephemeral-storage"] = "100Gi",
            ["memory"] = string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024}Ki"),
            ["pods"] = "110",
        };
        string architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";
        var node = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject
                {
                    ["beta.kubernetes.io/arch"] = architecture,
                    ["beta.kubernetes.io/os"] = "linux",
                    ["kubernetes.io/arch"] = architecture,
                    ["kubernetes.io/hostname"] = name,
                    ["kubernetes.io/os"] = "linux",
                    ["topology.kubernetes.io/region"] = "sandbox",
                    ["topology.kubernetes.io/zone"] = $"zone-{(char)('a' + ((number - 1) % 26))}",
                },
                ["annotations"] = new JsonObject { ["node.alpha.kubernetes.io/ttl"] = "0" },
            },
            ["spec"] = new JsonObject(),
            ["status"] = new JsonObject
            {
                ["capacity"] = Amounts(),
                ["allocatable"] = Amounts(),
                ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = "127.0.0.1" }, new JsonObject { ["type"] = "Hostname", ["address"] = name }),
                ["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = 10250 } },
                ["nodeInfo"] = new JsonObject
                {
                    ["machineID"] = $"sandbox{number:d25}",
                    ["systemUUID"] = $"sandbox{number:d25}",
                    ["bootID"] = Guid.NewGuid().ToString(),
                    ["kernelVersion"] = Environment.OSVersion.Version.ToString(),
                    ["osImage"] = "ConsulPets sandbox",
                    ["containerRuntimeVersion"] = "process://1.0.0",
                    ["kubeletVersion"] = "v1.31.0",
                    ["kubeProxyVersion"] = "v1.31.0",
                    ["operatingSystem"] = "linux",
                    ["architecture"] = architecture,
                },
                ["images"] = new JsonArray([.. images.Select(static image => (JsonNode)new JsonObject { ["names"] = new JsonArray(image), ["sizeBytes"] = 1 })]),
            },
        };
        SetAlive(node, now);
        return node;
    }

    /// <summary>A node speaks: its conditions are well.</summary>
    /// <param name="node">The node; changed in place.</param>
    /// <param name="now">When it spoke.</param>
    /// <returns>Whether any condition changed, besides the time of the last sign.</returns>
    public static bool SetAlive(JsonObject node, DateTimeOffset now)
    {
        bool isChanged = false;
        foreach ((string type, string reason, string message, bool good) in Signs)
        {
            string status = good ? "True" : "False";
            isChanged |= PodState.Condition(node, type).Text("status") != status;
            PodState.SetCondition(node, Sign(type, status, reason, message, JsonText.Timestamp(now)), now);
        }

        return isChanged;
    }

    /// <summary>A node has been silent for too long: nobody knows how it is.</summary>
    /// <param name="node">The node; changed in place.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether any condition changed.</returns>
    public static bool SetUnknown(JsonObject node, DateTimeOffset now)
    {
        bool isChanged = false;
        foreach ((string type, _, _, _) in Signs)
        {
            JsonObject? known = PodState.Condition(node, type);
            if (known.Text("status") != "Unknown")
            {
                isChanged = true;
                PodState.SetCondition(node, Sign(type, "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.", known.Text("lastHeartbeatTime") ?? JsonText.Timestamp(now)), now);
            }
        }

        return isChanged;
    }

    /// <summary>The taints that a node's conditions and its cordon ask for.</summary>
    /// <param name="node">The node; changed in place.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether that changed the node.</returns>
    public static bool SetTaints(JsonObject node, DateTimeOffset now)
    {
        string? ready = PodState.Condition(node, "Ready").Text("status");
        bool isChanged = Taints.Set(node, Taints.Unschedulable, "NoSchedule", node.Truth("spec", "unschedulable") == true, now);
        foreach (string effect in (ReadOnlySpan<string>)["NoSchedule", "NoExecute"])
        {
            isChanged |= Taints.Set(node, Taints.Unreachable, effect, ready == "Unknown", now);
            isChanged |= Taints.Set(node, Taints.NotReady, effect, ready == "False", now);
        }

        return isChanged;
    }

    /// <summary>When a pod has to leave its node.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="node">The node.</param>
    /// <param name="now">The time, for a taint that does not say since when it is there.</param>
    /// <returns>The moment; null for never.</returns>
    public static DateTimeOffset? Eviction(JsonObject pod, JsonObject node, DateTimeOffset now)
    {
        DateTimeOffset? earliest = null;
        foreach (JsonObject taint in Taints.Of(node).Where(static taint => taint.Text("effect") == "NoExecute"))
        {
            DateTimeOffset since = PodState.Moment(taint.Text("timeAdded")) ?? now;
            JsonObject[] meant = [.. pod.Items("spec", "tolerations").Where(toleration => Taints.Tolerates(toleration, taint))];
            long[] seconds = [.. meant.Select(static toleration => toleration.Number("tolerationSeconds")).OfType<long>()];
            if (meant.Length > 0 && seconds.Length == 0)
            {
                continue;
            }

            DateTimeOffset moment = since.AddSeconds(meant.Length == 0 ? 0 : Math.Max(0, seconds.Min()));
            earliest = earliest is null || moment < earliest ? moment : earliest;
        }

        return earliest;
    }

    private static JsonObject Sign(string type, string status, string reason, string message, string heartbeat) =>
        new() { ["type"] = type, ["status"] = status, ["lastHeartbeatTime"] = heartbeat, ["reason"] = reason, ["message"] = message };
}
