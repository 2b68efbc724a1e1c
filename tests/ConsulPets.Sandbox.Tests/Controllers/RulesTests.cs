using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Controllers;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Controllers;

public sealed class RulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Solid", false, "Keep")]
    [InlineData("Absent", false, "DeleteInBackground")]
    [InlineData("Absent Solid", false, "DropReferences")]
    [InlineData("WaitsForDependants Solid", true, "DropReferences")]
    [InlineData("WaitsForDependants", true, "DeleteInForeground")]
    [InlineData("WaitsForDependants", false, "DeleteInBackground")]
    public void Garbage_is_what_no_owner_is_left_for(string owners, bool hasDependants, string verdict) =>
        Assert.Equal(verdict, GarbageRules.Judge([.. owners.Split(' ').Select(Enum.Parse<OwnerState>)], hasDependants).ToString());

    [Theory]
    [InlineData("minAvailable", "2", 3, 1, 2, 3)]
    [InlineData("minAvailable", "2", 2, 0, 2, 3)]
    [InlineData("minAvailable", "\"50%\"", 3, 1, 2, 3)]
    [InlineData("maxUnavailable", "1", 3, 1, 2, 3)]
    [InlineData("maxUnavailable", "0", 3, 0, 3, 3)]
    [InlineData("maxUnavailable", "\"34%\"", 3, 2, 1, 3)]
    [InlineData("maxUnavailable", "5", 3, 3, 0, 3)]
    public void A_budget_allows_what_is_healthy_beyond_what_is_wanted(string rule, string value, int ready, int allowed, int desired, int expected)
    {
        JsonObject[] pods = [.. Enumerable.Range(0, 3).Select(number => Pod($"consul-{number}", isReady: number < ready))];
        JsonObject status = BudgetRules.Decide(Manifests.Budget("consul", rule, JsonNode.Parse(value)!), pods, static _ => ("set", 3), Now).Status;
        Assert.Equal(
            ((long?)allowed, (long?)ready, (long?)desired, (long?)expected),
            (status.Number("disruptionsAllowed"), status.Number("currentHealthy"), status.Number("desiredHealthy"), status.Number("expectedPods")));
    }

    [Fact]
    public void An_eviction_that_was_allowed_counts_for_two_minutes()
    {
        JsonObject budget = Manifests.Budget("consul", "minAvailable", 1);
        budget["status"] = new JsonObject { ["disruptedPods"] = new JsonObject { ["consul-0"] = JsonText.Timestamp(Now) } };
        JsonObject[] pods = [Pod("consul-0"), Pod("consul-1")];
        (JsonObject status, TimeSpan? recheck) = BudgetRules.Decide(budget, pods, static _ => null, Now.AddSeconds(30));
        Assert.Equal((1L, TimeSpan.FromSeconds(90)), (status.Number("currentHealthy"), recheck));
        Assert.Equal(2, BudgetRules.Decide(budget, pods, static _ => null, Now.AddSeconds(121)).Status.Number("currentHealthy"));
    }

    [Theory]
    [InlineData("1Gi", 1073741824)]
    [InlineData("500M", 500000000)]
    [InlineData("1e3", 1000)]
    [InlineData("12", 12)]
    public void Amounts_are_read_in_their_units(string text, long bytes) => Assert.Equal(bytes, Quantity.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("many")]
    public void What_is_no_amount_is_none(string text) => Assert.Null(Quantity.Parse(text));

    [Theory]
    [InlineData("..")]
    [InlineData("../other")]
    [InlineData("a/b")]
    [InlineData("")]
    public void A_volumes_folder_never_leads_elsewhere(string name) => Assert.Throws<ArgumentException>(() => new VolumeFolders(Path.GetTempPath()).Delete(name));

    [Fact]
    public void A_volumes_folder_is_made_and_deleted_with_what_is_in_it()
    {
        string root = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var folders = new VolumeFolders(root);
            string path = folders.Create("pvc-1");
            File.WriteAllText(Path.Combine(path, "raft"), "data");
            Assert.Equal(path, folders.Create("pvc-1"));
            folders.Delete("pvc-1");
            folders.Delete("pvc-1");
            Assert.False(Directory.Exists(path));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void Pods_that_keep_apart_get_a_node_each_and_the_next_is_refused_in_the_real_words()
    {
        JsonObject[] nodes = [.. Enumerable.Range(1, 3).Select(static number => NodeRules.Node(number, [], Now))];
        nodes[2].Make("spec")["unschedulable"] = true;
        JsonObject Apart(string name, string? node)
        {
            JsonObject pod = Pod(name, node: node);
            pod.Make("spec", "affinity", "podAntiAffinity")["requiredDuringSchedulingIgnoredDuringExecution"] = Manifests.Parse(
                """{ "terms": [ { "labelSelector": { "matchLabels": { "app": "consul" } }, "topologyKey": "kubernetes.io/hostname" } ] }""")["terms"]!.DeepClone();
            return pod;
        }

        JsonObject first = Apart("consul-0", "sandbox-1");
        Assert.Equal("sandbox-2", Placement.Choose(Apart("consul-1", null), nodes, [first], []).Node);
        (string? node, string why) = Placement.Choose(Apart("consul-2", null), nodes, [first, Apart("consul-1", "sandbox-2")], []);
        Assert.Null(node);
        Assert.Equal("0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match pod anti-affinity rules.", why);
    }

    [Theory]
    [InlineData("maxUnavailable", "1", "agent-sandbox-1")]
    [InlineData("maxUnavailable", "2", "agent-sandbox-1 agent-sandbox-2")]
    [InlineData("maxUnavailable", "\"100%\"", "agent-sandbox-1 agent-sandbox-2 agent-sandbox-3")]
    public void A_daemon_rolls_as_many_nodes_at_once_as_allowed(string rule, string value, string deleted)
    {
        JsonObject set = Manifests.DaemonSet(change: json => json.Make("spec", "updateStrategy", "rollingUpdate")[rule] = JsonNode.Parse(value));
        JsonObject[] nodes = [.. Enumerable.Range(1, 3).Select(static number => NodeRules.Node(number, [], Now))];
        JsonObject[] pods = [.. nodes.Select(static node => node.Text("metadata", "name")!).Select(static name => Pod($"agent-{name}", node: name))];
        WorkloadPlan plan = DaemonSetRules.Decide(set, nodes, pods, [], static _ => default, Now);
        Assert.Equal(deleted, string.Join(' ', plan.Actions.OfType<DeletePod>().Select(static action => action.Name)));
        Assert.Equal((3L, 3L, null), (plan.Status!.Number("desiredNumberScheduled"), plan.Status.Number("numberAvailable"), plan.Status.Number("updatedNumberScheduled")));
    }

    [Fact]
    public void A_daemon_leaves_nodes_that_it_does_not_tolerate_and_counts_them()
    {
        JsonObject[] nodes = [.. Enumerable.Range(1, 2).Select(static number => NodeRules.Node(number, [], Now))];
        Taints.Set(nodes[0], "only", "NoSchedule", true, Now);
        Taints.Set(nodes[1], "only", "NoExecute", true, Now);
        JsonObject[] pods = [Pod("agent-1", node: "sandbox-1"), Pod("agent-2", node: "sandbox-2")];
        WorkloadPlan plan = DaemonSetRules.Decide(Manifests.DaemonSet(change: static set => set.Make("spec", "updateStrategy")["type"] = "OnDelete"), nodes, pods, [], static _ => default, Now);
        Assert.Equal("agent-2", Assert.Single(plan.Actions.OfType<DeletePod>()).Name);
        Assert.Equal((0L, 2L), (plan.Status!.Number("desiredNumberScheduled"), plan.Status.Number("numberMisscheduled")));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(300L, 300)]
    [InlineData(-1L, null)]
    public void A_pod_leaves_a_silent_node_when_its_toleration_ends(long? seconds, int? after)
    {
        JsonObject node = NodeRules.Node(1, [], Now);
        NodeRules.SetUnknown(node, Now);
        NodeRules.SetTaints(node, Now);
        JsonObject pod = Pod("consul-0", node: "sandbox-1");
        if (seconds is not null)
        {
            var toleration = new JsonObject { ["key"] = Taints.Unreachable, ["operator"] = "Exists", ["effect"] = "NoExecute" };
            if (seconds >= 0)
            {
                toleration["tolerationSeconds"] = seconds;
            }

            pod.Make("spec")["tolerations"] = new JsonArray(toleration);
        }

        Assert.Equal(after is null ? null : Now.AddSeconds(after.Value), NodeRules.Eviction(pod, node, Now));
    }

    [Theory]
    [InlineData(false, 1, 1)]
    [InlineData(true, 2, 0)]
    public void Pods_that_are_not_ready_are_published_only_when_asked(bool publishes, int ready, int notReady)
    {
        JsonObject[] pods = [Pod("consul-0"), Pod("consul-1", isReady: false)];
        JsonArray subsets = EndpointRules.Subsets(Manifests.Service("consul", publishes), pods);
        Assert.Equal((ready, notReady), (subsets[0].Items("addresses").Count(), subsets[0].Items("notReadyAddresses").Count()));
    }

    [Fact]
    public void A_volume_is_matched_by_class_mode_and_size_and_the_smallest_is_taken()
    {
        JsonObject Volume(string name, string size, string storageClass) => new()
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject { ["capacity"] = new JsonObject { ["storage"] = size }, ["accessModes"] = new JsonArray("ReadWriteOnce"), ["storageClassName"] = storageClass },
        };
        JsonObject[] volumes = [Volume("large", "10Gi", "disk"), Volume("fitting", "1Gi", "disk"), Volume("small", "500Mi", "disk"), Volume("other", "1Gi", "tape")];
        Assert.Equal("fitting", ClaimRules.Match(Manifests.Claim("data", "disk"), volumes).Text("metadata", "name"));
        Assert.Null(ClaimRules.Match(Manifests.Claim("data", "none"), volumes));
    }

    private static JsonObject Pod(string name, bool isReady = true, string? node = null)
    {
        JsonObject pod = Manifests.Parse(
            """{ "metadata": { "namespace": "pets", "labels": { "app": "consul" } }, "spec": { "containers": [ { "name": "consul", "ports": [ { "name": "http", "containerPort": 8500, "protocol": "TCP" } ] } ] }, "status": { "phase": "Running" } }""");
        pod.Make("metadata")["name"] = name;
        pod.Make("metadata")["uid"] = name;
        pod.Make("status")["podIP"] = $"10.0.0.{name[^1]}";
        PodState.SetCondition(pod, new JsonObject { ["type"] = "Ready", ["status"] = isReady ? "True" : "False" }, Now);
        if (node is not null)
        {
            pod.Make("spec")["nodeName"] = node;
        }

        return pod;
    }
}
