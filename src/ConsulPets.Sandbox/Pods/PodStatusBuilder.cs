using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What a node knows of a pod.</summary>
/// <param name="HostAddress">The node's address.</param>
/// <param name="Address">The pod's address; null before it has its network.</param>
/// <param name="StartTime">When the node took the pod.</param>
/// <param name="InitContainers">The init containers, in order.</param>
/// <param name="Containers">The containers, in order.</param>
internal sealed record PodFacts(string HostAddress, string? Address, DateTimeOffset StartTime, IReadOnlyList<ContainerSnapshot> InitContainers, IReadOnlyList<ContainerSnapshot> Containers);

/// <summary>Makes a pod's <c>status</c> of what its node knows, as the kubelet does (k8s.io/kubernetes, pkg/kubelet/kubelet_pods.go and status/generate.go).</summary>
internal static class PodStatusBuilder
{
    private static readonly string[] OwnConditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

    /// <summary>Makes it.</summary>
    /// <param name="pod">The pod, with the status that it has.</param>
    /// <param name="facts">What the node knows.</param>
    /// <param name="now">The time.</param>
    /// <returns>The new status.</returns>
    public static JsonObject Build(JsonObject pod, PodFacts facts, DateTimeOffset now)
    {
        JsonObject before = pod.Part("status") ?? [];
        string phase = Phase(pod, facts);
        var status = new JsonObject { ["phase"] = phase, ["conditions"] = Conditions(pod, before, facts, phase, now), ["hostIP"] = facts.HostAddress, ["hostIPs"] = Addresses(facts.HostAddress) };
        if (facts.Address is not null)
        {
            status["podIP"] = facts.Address;
            status["podIPs"] = Addresses(facts.Address);
        }

        status["startTime"] = JsonText.Timestamp(facts.StartTime);
        if (facts.InitContainers.Count > 0)
        {
            status["initContainerStatuses"] = new JsonArray([.. facts.InitContainers.Select(static snapshot => (JsonNode)Container(snapshot))]);
        }

        status["containerStatuses"] = new JsonArray([.. facts.Containers.Select(static snapshot => (JsonNode)Container(snapshot))]);
        status["qosClass"] = before.Text("qosClass") ?? QualityOfService(pod);

        // What others have written there stays.
        foreach ((string name, JsonNode? value) in before.Where(pair => !status.ContainsKey(pair.Key) && pair.Key is not ("podIP" or "podIPs" or "message" or "reason")).ToArray())
        {
            status[name] = value?.DeepClone();
        }

        return status;
    }

    /// <summary>The phase (kubelet_pods.go, getPhase).</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="facts">What the node knows.</param>
    /// <returns><c>Pending</c>, <c>Running</c>, <c>Succeeded</c> or <c>Failed</c>.</returns>
    public static string Phase(JsonObject pod, PodFacts facts)
    {
        string policy = pod.Text("spec", "restartPolicy") ?? "Always";
        HashSet<string> sidecars = [.. pod.Items("spec", "initContainers").Where(IsSidecar).Select(static container => container.Text("name") ?? string.Empty)];
        foreach (ContainerSnapshot init in facts.InitContainers)
        {
            if (sidecars.Contains(init.Name) ? !init.IsStarted && !facts.Containers.All(HasEnded) : !init.HasSucceeded)
            {
                return policy == "Never" && init.State is ContainerState.Terminated { ExitCode: not 0 } ? "Failed" : "Pending";
            }
        }

        if (facts.Containers.All(HasEnded) && (policy != "Always" || pod.Text("metadata", "deletionTimestamp") is not null))
        {
            bool allWell = facts.Containers.All(static container => container.HasSucceeded);
            if (policy == "Never" || allWell || pod.Text("metadata", "deletionTimestamp") is not null)
            {
                return allWell ? "Succeeded" : "Failed";
            }
        }

        // One that waits for its first start holds the pod; one that waits for its next does not.
        return facts.Containers.Any(static container => container is { State: ContainerState.Waiting, LastState: null }) ? "Pending" : "Running";
    }

    /// <summary>Whether an init container goes on running beside the others.</summary>
    /// <param name="container">The container of the <c>spec</c>.</param>
    /// <returns>True for a sidecar.</returns>
    public static bool IsSidecar(JsonObject container) => container.Text("restartPolicy") == "Always";

    /// <summary>The pod's class of service (pkg/apis/core/v1/helper/qos).</summary>
    /// <param name="pod">The pod.</param>
    /// <returns><c>Guaranteed</c>, <c>Burstable</c> or <c>BestEffort</c>.</returns>
    public static string QualityOfService(JsonObject pod)
    {
        JsonObject[] containers = [.. pod.Items("spec", "containers"), .. pod.Items("spec", "initContainers")];
        if (containers.All(static container => Amounts(container, "requests").Count == 0 && Amounts(container, "limits").Count == 0))
        {
            return "BestEffort";
        }

        bool isGuaranteed = containers.All(static container =>
        {
            Dictionary<string, decimal?> limits = Amounts(container, "limits");
            Dictionary<string, decimal?> requests = Amounts(container, "requests");
            return limits.Count == 2 && limits.All(limit => !requests.TryGetValue(limit.Key, out decimal? request) || request == limit.Value);
        });
        return isGuaranteed ? "Guaranteed" : "Burstable";
    }

    /// <summary>A container's part of the status.</summary>
    /// <param name="snapshot">How it stands.</param>
    /// <returns>The status.</returns>
    public static JsonObject Container(ContainerSnapshot snapshot)
    {
        var status = new JsonObject
        {
            ["name"] = snapshot.Name,
            ["state"] = State(snapshot.State),
            ["lastState"] = snapshot.LastState is null ? new JsonObject() : State(snapshot.LastState),
            ["ready"] = snapshot.IsReady,
            ["restartCount"] = snapshot.RestartCount,
            ["image"] = snapshot.Image,
            ["imageID"] = snapshot.ImageId,
        };
        if (snapshot.ContainerId.Length > 0)
        {
            status["containerID"] = snapshot.ContainerId;
        }

        status["started"] = snapshot.IsStarted;
        return status;
    }

    private static Dictionary<string, decimal?> Amounts(JsonObject container, string kind) => container.Map("resources", kind)
        .Where(static pair => pair.Key is "cpu" or "memory" && Quantity.Parse(pair.Value) > 0)
        .ToDictionary(static pair => pair.Key, static pair => Quantity.Parse(pair.Value));

    private static bool HasEnded(ContainerSnapshot container) => container.State is ContainerState.Terminated;

    private static JsonArray Addresses(string address) => new(new JsonObject { ["ip"] = address });

    private static JsonObject State(ContainerState state)
    {
        switch (state)
        {
            case ContainerState.Waiting waiting:
                var about = new JsonObject { ["reason"] = waiting.Reason };
                if (waiting.Message is not null)
                {
                    about["message"] = waiting.Message;
                }

                return new JsonObject { ["waiting"] = about };
            case ContainerState.Running running:
                return new JsonObject { ["running"] = new JsonObject { ["startedAt"] = JsonText.Timestamp(running.StartedAt) } };
            case ContainerState.Terminated terminated:
                var end = new JsonObject { ["exitCode"] = terminated.ExitCode, ["reason"] = terminated.Reason };
                if (terminated.Message is not null)
                {
                    end["message"] = terminated.Message;
                }

                end["startedAt"] = terminated.StartedAt is { } started ? JsonText.Timestamp(started) : null;
                end["finishedAt"] = JsonText.Timestamp(terminated.FinishedAt);
                end["containerID"] = terminated.ContainerId;
                return new JsonObject { ["terminated"] = end };
            default:
                return [];
        }
    }

    private static JsonArray Conditions(JsonObject pod, JsonObject before, PodFacts facts, string phase, DateTimeOffset now)
    {
        bool isOver = phase is "Succeeded" or "Failed";
        string[] waitingInits = [.. facts.InitContainers.Where(init => !init.HasSucceeded && !init.IsStarted).Select(static init => init.Name)];
        string[] unready = [.. facts.Containers.Where(static container => !container.IsReady).Select(static container => container.Name)];
        string[] gates = [.. pod.Items("spec", "readinessGates").Select(static gate => gate.Text("conditionType") ?? string.Empty)
            .Where(gate => !before.Items("conditions").Any(condition => condition.Text("type") == gate && condition.Text("status") == "True"))];
        (bool isTrue, string? reason, string? message) containersReady = isOver
            ? (false, phase == "Succeeded" ? "PodCompleted" : "PodFailed", null)
            : unready.Length == 0 ? (true, null, null) : (false, "ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]");
        (bool isTrue, string? reason, string? message) ready = containersReady.isTrue && gates.Length > 0
            ? (false, "ReadinessGatesNotReady", string.Join("; ", gates.Select(static gate => $"corresponding condition of pod readiness gate \"{gate}\" does not exist.")))
            : containersReady;
        (bool isTrue, string? reason, string? message) initialized = waitingInits.Length == 0 || phase == "Succeeded"
            ? (true, phase == "Succeeded" ? "PodCompleted" : null, null)
            : (false, "ContainersNotInitialized", $"containers with incomplete status: [{string.Join(' ', waitingInits)}]");
        var conditions = new JsonArray();
        Add("PodReadyToStartContainers", (facts.Address is not null && !isOver, null, null));
        Add("Initialized", initialized);
        Add("Ready", ready);
        Add("ContainersReady", containersReady);
        Add("PodScheduled", (true, null, null));
        foreach (JsonObject other in before.Items("conditions").Where(static condition => !OwnConditions.Contains(condition.Text("type"))))
        {
            conditions.Add(other.DeepClone());
        }

        return conditions;

        void Add(string type, (bool IsTrue, string? Reason, string? Message) value)
        {
            JsonObject? known = before.Items("conditions").FirstOrDefault(condition => condition.Text("type") == type);
            string word = value.IsTrue ? "True" : "False";
            var condition = new JsonObject
            {
                ["type"] = type,
                ["status"] = word,
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = known?.Text("status") == word ? known["lastTransitionTime"]?.DeepClone() : JsonText.Timestamp(now),
            };
            if (value.Reason is not null)
            {
                condition["reason"] = value.Reason;
            }

            if (value.Message is not null)
            {
                condition["message"] = value.Message;
            }

            conditions.Add(condition);
        }
    }
}
