using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Controllers;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Controllers;

public sealed class StatefulSetStoryTests
{
    [Fact]
    public async Task Pods_start_in_order_with_names_claims_and_the_real_events()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet(change: Manifests.AddClaims));
        await cluster.Until(() => cluster.IsRolled("consul"), "three pods are ready");

        Assert.Equal(["consul-0", "consul-1", "consul-2"], cluster.Started);
        JsonObject pod = cluster.Get(ResourceKinds.Pods, "consul-1");
        JsonObject set = cluster.Get(ResourceKinds.StatefulSets, "consul");
        Assert.Equal("consul-1", pod.Text("metadata", "labels", "statefulset.kubernetes.io/pod-name"));
        Assert.Equal("1", pod.Text("metadata", "labels", "apps.kubernetes.io/pod-index"));
        Assert.Equal(set.Text("status", "updateRevision"), pod.Text("metadata", "labels", "controller-revision-hash"));
        Assert.Equal(("consul-1", "consul"), (pod.Text("spec", "hostname"), pod.Text("spec", "subdomain")));
        Assert.Contains(pod.Items("spec", "volumes"), static volume => volume.Text("persistentVolumeClaim", "claimName") == "data-consul-1");
        Assert.Equal("Bound", cluster.Get(ResourceKinds.Claims, "data-consul-1").Text("status", "phase"));
        Assert.Equal("consul", cluster.Get(ResourceKinds.Claims, "data-consul-1").Text("metadata", "labels", "app"));
        Assert.Contains("SuccessfulCreate: create Pod consul-0 in StatefulSet consul successful", cluster.Events("consul"));
        Assert.Contains("SuccessfulCreate: create Claim data-consul-0 Pod consul-0 in StatefulSet consul success", cluster.Events("consul"));
        Assert.Equal(3, cluster.List(ResourceKinds.Pods).Select(static item => PodState.Node(item.Json)).Distinct().Count());
        Assert.Empty(cluster.Problems);
    }

    [Fact]
    public async Task In_parallel_nobody_waits_for_a_pod_that_is_not_ready()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet(image: "broken", change: static set => set.Make("spec")["podManagementPolicy"] = "Parallel"));
        await cluster.Until(() => cluster.List(ResourceKinds.Pods).Count == 3, "three pods are there");
    }

    [Fact]
    public async Task A_roll_goes_from_the_highest_down_to_the_partition_and_then_on()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet());
        await cluster.Until(() => cluster.IsRolled("consul"), "it runs");
        string? first = cluster.Get(ResourceKinds.StatefulSets, "consul").Text("status", "currentRevision");
        cluster.Started.Clear();

        cluster.Change(ResourceKinds.StatefulSets, "consul", static set =>
        {
            Manifests.SetImage(set, "consul:2");
            Manifests.SetPartition(set, 2);
        });
        await cluster.Until(() => cluster.Get(ResourceKinds.StatefulSets, "consul") is var set && set.Number("status", "updatedReplicas") == 1 && set.Number("status", "readyReplicas") == 3, "the canary is ready");
        JsonObject status = cluster.Get(ResourceKinds.StatefulSets, "consul").Part("status")!;
        Assert.Equal((first, 2L), (status.Text("currentRevision"), status.Number("currentReplicas")));
        Assert.NotEqual(first, status.Text("updateRevision"));
        Assert.Equal(("consul:1", "consul:2"), (cluster.Image("consul-1"), cluster.Image("consul-2")));

        // Lost below the partition: as it was. Above it: the new one.
        foreach (string name in (string[])["consul-0", "consul-2"])
        {
            string uid = cluster.Find(ResourceKinds.Pods, name)!.Uid;
            cluster.Delete(ResourceKinds.Pods, name);
            await cluster.Until(() => cluster.IsReady(name) && cluster.Find(ResourceKinds.Pods, name)?.Uid != uid, "the lost pod is back");
        }

        Assert.Equal(("consul:1", "consul:2"), (cluster.Image("consul-0"), cluster.Image("consul-2")));
        cluster.Started.Clear();
        cluster.Change(ResourceKinds.StatefulSets, "consul", static set => Manifests.SetPartition(set, 0));
        await cluster.Until(() => cluster.IsRolled("consul"), "all are rolled");
        Assert.Equal(["consul-1", "consul-0"], cluster.Started);
    }

    [Fact]
    public async Task On_delete_a_pod_gets_the_new_template_only_when_somebody_deletes_it()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet(change: static set => set.Make("spec")["updateStrategy"] = new JsonObject { ["type"] = "OnDelete" }));
        await cluster.Until(() => cluster.Get(ResourceKinds.StatefulSets, "consul").Number("status", "readyReplicas") == 3, "it runs");
        cluster.Change(ResourceKinds.StatefulSets, "consul", static set => Manifests.SetImage(set, "consul:2"));
        await cluster.Until(() => cluster.Get(ResourceKinds.StatefulSets, "consul").Number("status", "observedGeneration") == 2, "the change was seen");
        Assert.All(["consul-0", "consul-1", "consul-2"], name => Assert.Equal("consul:1", cluster.Image(name)));
        cluster.Delete(ResourceKinds.Pods, "consul-1");
        await cluster.Until(() => cluster.IsReady("consul-1") && cluster.Image("consul-1") == "consul:2", "the deleted one is new");
        Assert.Equal("consul:1", cluster.Image("consul-2"));
    }

    [Fact]
    public async Task A_stuck_pod_of_a_broken_template_blocks_the_way_back_until_somebody_deletes_it()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet());
        await cluster.Until(() => cluster.IsRolled("consul"), "it runs");
        string? first = cluster.Get(ResourceKinds.StatefulSets, "consul").Text("status", "updateRevision");
        cluster.Change(ResourceKinds.StatefulSets, "consul", static set => Manifests.SetImage(set, "broken"));
        await cluster.Until(() => cluster.Image("consul-2") == "broken", "the broken pod is there");
        string stuck = cluster.Find(ResourceKinds.Pods, "consul-2")!.Uid;

        cluster.Change(ResourceKinds.StatefulSets, "consul", static set => Manifests.SetImage(set, "consul:1"));
        await cluster.Until(() => cluster.Get(ResourceKinds.StatefulSets, "consul").Number("status", "observedGeneration") == 3, "the way back was seen");
        Assert.Equal(stuck, cluster.Find(ResourceKinds.Pods, "consul-2")!.Uid);
        Assert.False(cluster.Find(ResourceKinds.Pods, "consul-2")!.IsBeingDeleted);

        cluster.Delete(ResourceKinds.Pods, "consul-2");
        await cluster.Until(() => cluster.IsRolled("consul"), "it runs again");
        Assert.Equal(first, cluster.Get(ResourceKinds.StatefulSets, "consul").Text("status", "updateRevision"));
        Assert.Equal(3, cluster.Get(ResourceKinds.ControllerRevisions, first!).Number("revision"));
        Assert.Equal(2, cluster.List(ResourceKinds.ControllerRevisions).Count);
    }

    [Theory]
    [InlineData("Retain", 3)]
    [InlineData("Delete", 1)]
    public async Task Claims_of_a_scale_down_follow_the_retention_policy(string whenScaled, int left)
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet(change: set =>
        {
            Manifests.AddClaims(set);
            Manifests.SetRetention(set, "Retain", whenScaled);
        }));
        await cluster.Until(() => cluster.IsRolled("consul"), "it runs");
        cluster.Change(ResourceKinds.StatefulSets, "consul", static set => set.Make("spec")["replicas"] = 1);
        await cluster.Until(() => cluster.List(ResourceKinds.Pods).Count == 1 && cluster.List(ResourceKinds.Claims).Count == left && cluster.Folders.Names.Count == left, "it is small");
        Assert.Contains("SuccessfulDelete: delete Pod consul-2 in StatefulSet consul successful", cluster.Events("consul"));
        cluster.Change(ResourceKinds.StatefulSets, "consul", static set => set.Make("spec")["replicas"] = 3);
        await cluster.Until(() => cluster.IsRolled("consul") && cluster.List(ResourceKinds.Claims).Count == 3, "it is large again");
        cluster.Delete(ResourceKinds.StatefulSets, "consul");
        await cluster.Until(() => cluster.List(ResourceKinds.Pods).Count == 0, "its pods are gone");
        Assert.Equal(3, cluster.List(ResourceKinds.Claims).Count(static claim => !claim.IsBeingDeleted));
    }

    [Fact]
    public async Task Claims_go_with_a_set_whose_policy_says_so()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet(change: static set =>
        {
            Manifests.AddClaims(set);
            Manifests.SetRetention(set, "Delete", "Retain");
        }));
        await cluster.Until(() => cluster.IsRolled("consul"), "it runs");
        cluster.Delete(ResourceKinds.StatefulSets, "consul", "Foreground");
        await cluster.Until(
            () => cluster.Find(ResourceKinds.StatefulSets, "consul") is null
                && cluster.List(ResourceKinds.Claims).Count == 0
                && cluster.List(ResourceKinds.ControllerRevisions).Count == 0
                && cluster.Registry.List(ResourceKinds.Volumes).Count == 0
                && cluster.Folders.Names.IsEmpty,
            "all is gone");
    }

    [Fact]
    public async Task Pods_orphaned_by_a_deletion_are_taken_over_by_the_next_set()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet());
        await cluster.Until(() => cluster.IsRolled("consul"), "it runs");
        string[] before = [.. cluster.List(ResourceKinds.Pods).Select(static pod => pod.Uid)];
        cluster.Delete(ResourceKinds.StatefulSets, "consul", "Orphan");
        await cluster.Until(() => cluster.Find(ResourceKinds.StatefulSets, "consul") is null, "the set is gone");
        Assert.All(cluster.List(ResourceKinds.Pods), static pod => Assert.Empty(Owner.Of(pod.Json)));

        StoredObject next = cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet());
        await cluster.Until(() => cluster.IsRolled("consul"), "the next set runs");
        Assert.Equal(before, cluster.List(ResourceKinds.Pods).Select(static pod => pod.Uid));
        Assert.All(cluster.List(ResourceKinds.Pods), pod => Assert.Equal(next.Uid, Assert.Single(Owner.Of(pod.Json)).Uid));
        Assert.Single(cluster.List(ResourceKinds.ControllerRevisions));
    }

    [Fact]
    public async Task A_pod_whose_labels_no_longer_match_is_let_go_and_one_that_failed_is_made_again()
    {
        await using var cluster = new TestCluster();
        cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet(replicas: 2));
        await cluster.Until(() => cluster.IsRolled("consul"), "it runs");
        string failed = cluster.Find(ResourceKinds.Pods, "consul-0")!.Uid;
        cluster.Registry.Update(
            ResourceKinds.Pods,
            TestCluster.Place,
            "consul-0",
            static json =>
            {
                json.Make("status")["phase"] = "Failed";
                return json;
            },
            WriteRequest.NodeStatus);
        await cluster.Until(() => cluster.IsReady("consul-0") && cluster.Find(ResourceKinds.Pods, "consul-0")?.Uid != failed, "the failed pod was made again");
        cluster.Change(ResourceKinds.Pods, "consul-1", static pod => pod.Make("metadata", "labels")["app"] = "other");
        await cluster.Until(() => cluster.Find(ResourceKinds.Pods, "consul-1") is { } pod && Owner.Of(pod.Json).Count == 0, "the pod was let go");
    }

    [Fact]
    public async Task A_hundred_sets_of_three_pods_come_up_together()
    {
        await using var cluster = new TestCluster();
        for (int number = 0; number < 100; number++)
        {
            cluster.Create(ResourceKinds.StatefulSets, Manifests.StatefulSet($"consul{number}"));
        }

        await cluster.Until(() => cluster.List(ResourceKinds.StatefulSets).All(set => cluster.IsRolled(set.Name)), "all run");
        Assert.Equal(300, cluster.List(ResourceKinds.Pods).Count);
    }
}
