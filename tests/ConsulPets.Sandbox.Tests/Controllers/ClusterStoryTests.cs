using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Controllers;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Controllers;

public sealed class ClusterStoryTests
{
    [Fact]
    public async Task A_daemon_runs_on_every_node_cordoned_or_not_and_rolls()
    {
        await using var cluster = new TestCluster();
        cluster.Registry.Update(
            ResourceKinds.Nodes,
            string.Empty,
            "sandbox-2",
            static json =>
            {
                json.Make("spec")["unschedulable"] = true;
                return json;
            },
            new WriteRequest("test"));
        cluster.Create(ResourceKinds.DaemonSets, Manifests.DaemonSet());
        await cluster.Until(() => cluster.Get(ResourceKinds.DaemonSets, "agent").Number("status", "numberAvailable") == 3, "three run");
        Assert.Equal(["sandbox-1", "sandbox-2", "sandbox-3"], cluster.List(ResourceKinds.Pods).Select(static pod => PodState.Node(pod.Json)).Order());
        Assert.All(cluster.List(ResourceKinds.Pods), static pod => Assert.Matches("^agent-[a-z0-9]{5}$", pod.Name));

        string lost = cluster.List(ResourceKinds.Pods)[0].Name;
        cluster.Delete(ResourceKinds.Pods, lost);
        await cluster.Until(() => cluster.Find(ResourceKinds.Pods, lost) is null && cluster.Get(ResourceKinds.DaemonSets, "agent").Number("status", "numberReady") == 3, "the lost one was replaced");
        Assert.Contains($"SuccessfulCreate: Created pod: {lost}", cluster.Events("agent"));

        cluster.Change(ResourceKinds.DaemonSets, "agent", static set => Manifests.SetImage(set, "agent:2"));
        await cluster.Until(
            () => cluster.Get(ResourceKinds.DaemonSets, "agent") is var set && set.Number("status", "observedGeneration") == 2 && set.Number("status", "updatedNumberScheduled") == 3 && set.Number("status", "numberAvailable") == 3,
            "all are new");
        Assert.All(cluster.List(ResourceKinds.Pods), pod => Assert.Equal("agent:2", cluster.Image(pod.Name)));
    }

    [Fact]
    public async Task A_pod_that_fits_nowhere_says_why_and_is_bound_when_a_node_is_free_again()
    {
        await using var cluster = new TestCluster();
        void Cordon(bool isCordoned)
        {
            foreach (StoredObject node in cluster.Registry.List(ResourceKinds.Nodes))
            {
                cluster.Registry.Update(
                    ResourceKinds.Nodes,
                    string.Empty,
                    node.Name,
                    json =>
                    {
                        json.Make("spec")["unschedulable"] = isCordoned;
                        return json;
                    },
                    new WriteRequest("test"));
            }
        }

        Cordon(true);
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet(replicas: 1));
        await cluster.Until(() => cluster.Events("consul-0").Any(), "the refusal is told");
        Assert.Equal(["FailedScheduling: 0/3 nodes are available: 3 node(s) were unschedulable."], cluster.Events("consul-0"));
        Assert.Equal("Unschedulable", PodState.Condition(cluster.Get(ResourceKinds.Pods, "consul-0"), "PodScheduled").Text("reason"));
        Cordon(false);
        await cluster.Until(() => cluster.IsReady("consul-0"), "the pod runs");
        string node = PodState.Node(cluster.Get(ResourceKinds.Pods, "consul-0"))!;
        await cluster.Until(() => cluster.Events("consul-0").Contains($"Scheduled: Successfully assigned pets/consul-0 to {node}"), "the binding is told");
        await cluster.Until(() => !cluster.Registry.List(ResourceKinds.Nodes).Any(static item => Taints.Of(item.Json).Any()), "the taints are gone");
    }

    [Fact]
    public async Task Deleting_a_namespace_deletes_what_is_in_it()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.Services, Manifests.Service("consul"));
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet(change: Manifests.AddClaims));
        await cluster.Until(() => cluster.IsRolled("consul"), "it runs");
        cluster.Registry.Delete(ResourceKinds.Namespaces, string.Empty, TestCluster.Place, new DeleteRequest());
        await cluster.Until(() => cluster.Registry.Find(ResourceKinds.Namespaces, string.Empty, TestCluster.Place) is null, "the namespace is gone");
        Assert.All(ResourceKinds.All.Where(static kind => kind.IsNamespaced && kind != ResourceKinds.Events), kind => Assert.Empty(cluster.List(kind)));
        await cluster.Until(() => cluster.Folders.Names.IsEmpty && cluster.Registry.List(ResourceKinds.Volumes).Count == 0, "the volumes are gone");
    }

    [Fact]
    public async Task A_foreground_deletion_waits_for_what_blocks_it()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet());
        await cluster.Until(() => cluster.IsRolled("consul"), "it runs");
        string node = PodState.Node(cluster.Get(ResourceKinds.Pods, "consul-1"))!;
        cluster.DeadNodes[node] = true;
        cluster.Delete(ResourceKinds.StatefulSets, "consul", "Foreground");
        await cluster.Until(() => cluster.List(ResourceKinds.Pods) is [{ IsBeingDeleted: true }], "only the pod that nobody ends is left");
        Assert.NotNull(cluster.Find(ResourceKinds.StatefulSets, "consul"));
        cluster.Registry.Delete(ResourceKinds.Pods, TestCluster.Place, "consul-1", new DeleteRequest(GracePeriodSeconds: 0));
        await cluster.Until(() => cluster.Find(ResourceKinds.StatefulSets, "consul") is null, "the set is gone");
    }

    [Fact]
    public async Task Endpoints_follow_the_pods()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.Services, Manifests.Service("consul"));
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet());
        await cluster.Until(() => cluster.Find(ResourceKinds.Endpoints, "consul")?.Json.Items("subsets").SelectMany(static subset => subset.Items("addresses")).Count() == 3, "three addresses are there");
        JsonObject endpoints = cluster.Get(ResourceKinds.Endpoints, "consul");
        Assert.Equal("", endpoints.Text("metadata", "labels", "service.kubernetes.io/headless"));
        JsonObject subset = Assert.Single(endpoints.Items("subsets"));
        Assert.Equal(8500, Assert.Single(subset.Items("ports")).Number("port"));
        Assert.Equal(["consul-0", "consul-1", "consul-2"], subset.Items("addresses").Select(static item => item.Text("hostname")).Order());
        await cluster.Until(() => cluster.List(ResourceKinds.EndpointSlices) is [{ } slice] && slice.Json.Items("endpoints").Count() == 3, "the slice is there");
        cluster.Delete(ResourceKinds.Services, "consul");
        await cluster.Until(() => cluster.Find(ResourceKinds.Endpoints, "consul") is null && cluster.List(ResourceKinds.EndpointSlices).Count == 0, "they go with the service");
    }

    [Fact]
    public async Task A_budget_counts_what_may_go()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.DisruptionBudgets, Manifests.Budget("consul", "maxUnavailable", 1));
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet());
        await cluster.Until(() => cluster.Get(ResourceKinds.DisruptionBudgets, "consul").Number("status", "disruptionsAllowed") == 1, "one may go");
        JsonObject status = cluster.Get(ResourceKinds.DisruptionBudgets, "consul").Part("status")!;
        Assert.Equal((3, 3, 2), (status.Number("expectedPods"), status.Number("currentHealthy"), status.Number("desiredHealthy")));
        Assert.Equal("SufficientPods", Assert.Single(status.Items("conditions")).Text("reason"));
        cluster.DeadNodes[PodState.Node(cluster.Get(ResourceKinds.Pods, "consul-0"))!] = true;
        cluster.Delete(ResourceKinds.Pods, "consul-0");
        await cluster.Until(() => cluster.Get(ResourceKinds.DisruptionBudgets, "consul").Number("status", "disruptionsAllowed") == 0, "none may go");
    }

    [Fact]
    public async Task Claims_of_a_missing_class_wait_and_say_so_and_released_volumes_stay_when_asked()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.Claims, Manifests.Claim("lost", "gold"));
        await cluster.Until(() => cluster.Events("lost").Contains("ProvisioningFailed: storageclass.storage.k8s.io \"gold\" not found"), "the failure is told");
        Assert.Equal("Pending", cluster.Get(ResourceKinds.Claims, "lost").Text("status", "phase"));

        JsonObject gold = Manifests.Parse("""{ "metadata": { "name": "gold" }, "provisioner": "consulpets.local/folder", "reclaimPolicy": "Retain", "volumeBindingMode": "Immediate" }""");
        cluster.Registry.Create(ResourceKinds.StorageClasses, string.Empty, gold, new WriteRequest("test"));
        await cluster.Until(() => cluster.Get(ResourceKinds.Claims, "lost").Text("status", "phase") == "Bound", "the claim is bound");
        string volume = cluster.Get(ResourceKinds.Claims, "lost").Text("spec", "volumeName")!;
        Assert.Equal($"pvc-{cluster.Find(ResourceKinds.Claims, "lost")!.Uid}", volume);
        cluster.Delete(ResourceKinds.Claims, "lost");
        await cluster.Until(() => cluster.Registry.Find(ResourceKinds.Volumes, string.Empty, volume)?.Json.Text("status", "phase") == "Released", "the volume is released");
        Assert.True(cluster.Folders.Names.ContainsKey(volume));
    }

    [Fact]
    public async Task A_class_that_waits_for_a_pod_binds_with_the_pods_node()
    {
        await using var cluster = new TestCluster();
        JsonObject late = Manifests.Parse("""{ "metadata": { "name": "late" }, "provisioner": "consulpets.local/folder", "reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer" }""");
        cluster.Registry.Create(ResourceKinds.StorageClasses, string.Empty, late, new WriteRequest("test"));
        cluster.Create(ResourceKinds.Claims, Manifests.Claim("data-consul-0", "late"));
        await cluster.Until(() => cluster.Events("data-consul-0").Contains("WaitForFirstConsumer: waiting for first consumer to be created before binding"), "it waits");
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet(replicas: 1, change: Manifests.AddClaims));
        await cluster.Until(() => cluster.IsReady("consul-0"), "the pod runs");
        Assert.Equal(PodState.Node(cluster.Get(ResourceKinds.Pods, "consul-0")), cluster.Get(ResourceKinds.Claims, "data-consul-0").Text("metadata", "annotations", "volume.kubernetes.io/selected-node"));
        cluster.Delete(ResourceKinds.Claims, "data-consul-0");
        Assert.True(cluster.Find(ResourceKinds.Claims, "data-consul-0")!.IsBeingDeleted);
    }

    [Fact]
    public async Task A_silent_node_becomes_unknown_its_pods_not_ready_and_are_sent_away_and_it_comes_back()
    {
        var clock = new ManualClock();
        await using var cluster = new TestCluster(clock);
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet(change: static set => set.Make("spec", "template", "spec")["tolerations"] = new JsonArray(
            new JsonObject { ["key"] = Taints.Unreachable, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 },
            new JsonObject { ["key"] = Taints.NotReady, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 })));
        await cluster.Until(() => cluster.IsRolled("consul"), "it runs");
        string[] nodes = [.. cluster.Registry.List(ResourceKinds.Nodes).Select(static node => node.Name)];
        string silent = PodState.Node(cluster.Get(ResourceKinds.Pods, "consul-1"))!;
        void Renew(IEnumerable<string> those)
        {
            foreach (string node in those)
            {
                cluster.Context.Heartbeats.Renew(node, clock.GetUtcNow());
            }
        }

        string? ReadyOf(string node) => PodState.Condition(cluster.Registry.Find(ResourceKinds.Nodes, string.Empty, node)!.Json, "Ready").Text("status");
        Renew(nodes);
        await cluster.Until(() => cluster.Registry.List(ResourceKinds.Leases, "kube-node-lease").Count == 3, "the leases are there");
        cluster.DeadNodes[silent] = true;
        for (int round = 0; round < 3; round++)
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            Renew(nodes.Where(node => node != silent));
        }

        await cluster.Until(() => ReadyOf(silent) == "Unknown" && !cluster.IsReady("consul-1"), "the node is unknown");
        Assert.All(nodes.Where(node => node != silent), node => Assert.Equal("True", ReadyOf(node)));
        await cluster.Until(() => Taints.Of(cluster.Registry.Find(ResourceKinds.Nodes, string.Empty, silent)!.Json).Count() == 2, "the taints are there");
        string uid = cluster.Find(ResourceKinds.Pods, "consul-1")!.Uid;
        for (int round = 0; round < 11; round++)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            Renew(nodes.Where(node => node != silent));
        }

        await cluster.Until(() => cluster.Find(ResourceKinds.Pods, "consul-1")!.IsBeingDeleted, "the pod is sent away");
        Assert.Equal(uid, cluster.Find(ResourceKinds.Pods, "consul-1")!.Uid);
        Assert.True(cluster.IsReady("consul-2"));

        cluster.Revive();
        Renew(nodes);
        await cluster.Until(() => ReadyOf(silent) == "True" && !Taints.Of(cluster.Registry.Find(ResourceKinds.Nodes, string.Empty, silent)!.Json).Any(), "the node is back");
        await cluster.Until(() => cluster.IsReady("consul-1") && cluster.Find(ResourceKinds.Pods, "consul-1")?.Uid != uid, "the pod is made again");
    }

    [Fact]
    public async Task Pods_of_a_node_that_was_deleted_are_removed_after_a_while()
    {
        await using var cluster = new TestCluster(change: static context => context with { MissingNodeQuarantine = TimeSpan.FromSeconds(1) });
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet());
        await cluster.Until(() => cluster.IsRolled("consul"), "it runs");
        StoredObject pod = cluster.Find(ResourceKinds.Pods, "consul-1")!;
        string node = PodState.Node(pod.Json)!;
        cluster.DeadNodes[node] = true;
        cluster.Registry.Delete(ResourceKinds.Nodes, string.Empty, node, new DeleteRequest());
        await cluster.Until(() => cluster.IsReady("consul-1") && cluster.Find(ResourceKinds.Pods, "consul-1")?.Uid != pod.Uid, "the pod runs elsewhere");
        Assert.NotEqual(node, PodState.Node(cluster.Get(ResourceKinds.Pods, "consul-1")));
    }

    [Fact]
    public async Task Every_namespace_gets_its_account_and_authority_and_tokens_are_filled_and_go_with_the_account()
    {
        await using var cluster = new TestCluster();
        await cluster.Until(() => cluster.Find(ResourceKinds.ServiceAccounts, "default") is not null && cluster.Find(ResourceKinds.ConfigMaps, "kube-root-ca.crt") is not null, "they are there");
        cluster.Create(ResourceKinds.ServiceAccounts, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "consul" } });
        cluster.Create(ResourceKinds.Secrets, Manifests.Parse("""{ "metadata": { "name": "token", "annotations": { "kubernetes.io/service-account.name": "consul" } }, "type": "kubernetes.io/service-account-token" }"""));
        await cluster.Until(() => cluster.Get(ResourceKinds.Secrets, "token").Text("data", "token") is { Length: > 0 }, "the token is there");
        Assert.Equal(cluster.Find(ResourceKinds.ServiceAccounts, "consul")!.Uid, cluster.Get(ResourceKinds.Secrets, "token").Text("metadata", "annotations", "kubernetes.io/service-account.uid"));
        cluster.Delete(ResourceKinds.ServiceAccounts, "consul");
        await cluster.Until(() => cluster.Find(ResourceKinds.Secrets, "token") is null, "the token is gone");
    }

    [Fact]
    public async Task The_schedulers_events_have_the_newer_form_and_count_in_a_series()
    {
        await using var cluster = new TestCluster();
        StoredObject about = cluster.Create(ResourceKinds.ConfigMaps, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "about" } });
        var source = new EventSource("default-scheduler", Action: "Scheduling");
        for (int time = 0; time < 3; time++)
        {
            cluster.Context.Events.Record(about, "Warning", "FailedScheduling", "no node", source);
        }

        JsonObject json = Assert.Single(cluster.List(ResourceKinds.Events), static item => item.Json.Text("reason") == "FailedScheduling").Json;
        Assert.Equal(3, json.Number("series", "count"));
        Assert.Equal("default-scheduler", json.Text("reportingComponent"));
        Assert.NotNull(json.Text("eventTime"));
        Assert.Null(json.Text("firstTimestamp"));
        Assert.Null(json.Number("count"));
        Assert.Null(json.Text("source", "component"));
    }

    [Fact]
    public async Task Events_are_counted_and_never_grow_without_bound()
    {
        await using var cluster = new TestCluster(change: static context => context with { EventsPerNamespace = 50 });
        StoredObject about = cluster.Create(ResourceKinds.ConfigMaps, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "thing" } });
        for (int number = 0; number < 500; number++)
        {
            cluster.Context.Events.Record(about, "Normal", "Said", $"number {number}", "test");
        }

        await cluster.Until(() => cluster.List(ResourceKinds.Events).Count == 50, "only the latest are left");
        Assert.Contains("Said: number 499", cluster.Events("thing"));
        cluster.Context.Events.Record(about, "Normal", "Said", "number 499", "test");
        Assert.Equal(2, cluster.List(ResourceKinds.Events).Single(static item => item.Json.Text("message") == "number 499").Json.Number("count"));
    }
}
