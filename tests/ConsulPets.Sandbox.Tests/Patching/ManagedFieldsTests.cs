using System.Diagnostics;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Patching;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Patching;

public sealed class ManagedFieldsTests
{
    // As Kubernetes 1.20.2 wrote it.
    private const string Created =
        """
        {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"creationTimestamp":"2026-11-22T23:15:19Z","generation":1,"labels":{"app":"db"},"name":"db","namespace":"n","uid":"u"},
        "spec":{"podManagementPolicy":"OrderedReady","replicas":0,"revisionHistoryLimit":10,"selector":{"matchLabels":{"app":"db"}},"serviceName":"db",
        "template":{"metadata":{"creationTimestamp":null,"labels":{"app":"db"}},"spec":{"containers":[{"command":["sleep","1"],
        "env":[{"name":"A","value":"1"},{"name":"IP","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"status.podIP"}}}],"image":"busybox","imagePullPolicy":"Always","name":"main",
        "ports":[{"containerPort":8500,"name":"http","protocol":"TCP"}],"readinessProbe":{"exec":{"command":["true"]},"failureThreshold":3,"periodSeconds":10,"successThreshold":1,"timeoutSeconds":1},
        "resources":{"limits":{"cpu":"100m"}},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","volumeMounts":[{"mountPath":"/data","name":"data"}]}],
        "dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"volumes":[{"emptyDir":{},"name":"data"}]}},
        "updateStrategy":{"rollingUpdate":{"partition":0},"type":"RollingUpdate"}},"status":{"replicas":0}}
        """;

    // What 1.20.2 recorded for it, but that fieldRef is one value since 1.24.
    private const string CreatorsFields =
        """
        {"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:podManagementPolicy":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},"f:serviceName":{},
        "f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:command":{},
        "f:env":{".":{},"k:{\"name\":\"A\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"IP\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}}},
        "f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:ports":{".":{},"k:{\"containerPort\":8500,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:name":{},"f:protocol":{}}},
        "f:readinessProbe":{".":{},"f:exec":{".":{},"f:command":{}},"f:failureThreshold":{},"f:periodSeconds":{},"f:successThreshold":{},"f:timeoutSeconds":{}},
        "f:resources":{".":{},"f:limits":{".":{},"f:cpu":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:volumeMounts":{".":{},"k:{\"mountPath\":\"/data\"}":{".":{},"f:mountPath":{},"f:name":{}}}}},
        "f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:volumes":{".":{},"k:{\"name\":\"data\"}":{".":{},"f:emptyDir":{},"f:name":{}}}}},
        "f:updateStrategy":{"f:rollingUpdate":{".":{},"f:partition":{}},"f:type":{}}}}
        """;

    [Fact]
    public void All_that_is_created_is_the_creators()
    {
        JsonObject created = Create();

        JsonNode entry = Assert.Single(created["metadata"]!["managedFields"]!.AsArray())!;

        Write.AssertSame(CreatorsFields, entry["fieldsV1"]);
        entry.AsObject().Remove("fieldsV1");
        Write.AssertSame("""{"manager":"creator","operation":"Update","apiVersion":"apps/v1","time":"2026-01-01T12:00:00Z","fieldsType":"FieldsV1"}""", entry);
    }

    // Each as kubectl patch showed it on Kubernetes 1.20.2.
    [Theory]
    [InlineData("""{"metadata":{"annotations":{"x":"1"}}}""", """{"f:metadata":{"f:annotations":{".":{},"f:x":{}}}}""")]
    [InlineData("""{"metadata":{"labels":{"y":"1"}}}""", """{"f:metadata":{"f:labels":{"f:y":{}}}}""")]
    [InlineData(
        """{"spec":{"template":{"spec":{"containers":[{"name":"two","image":"busybox","resources":{},"imagePullPolicy":"Always"}]}}}}""",
        """{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"two\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{}}}}}}}""")]
    [InlineData(
        """{"spec":{"template":{"spec":{"containers":[{"name":"main","resources":{"limits":{"memory":"1Gi"}}}]}}}}""",
        """{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{"f:resources":{"f:limits":{"f:memory":{}}}}}}}}}""")]
    [InlineData("""{"spec":{"selector":{"matchLabels":{"z":"1"}}}}""", """{"f:spec":{"f:selector":{}}}""")]
    [InlineData("""{"metadata":{"finalizers":["a/b"]}}""", """{"f:metadata":{"f:finalizers":{".":{},"v:\"a/b\"":{}}}}""")]
    public void What_an_update_sets_is_the_writers_and_nobody_elses(string patch, string fields)
    {
        JsonObject before = Create();

        JsonObject after = Patch(before, "writer", patch);

        Write.AssertSame(fields, Write.Entry(after, "writer")!["fieldsV1"]);
        FieldSet writers = FieldSet.Parse(Write.Entry(after, "writer")!["fieldsV1"]!.AsObject());
        Assert.True(FieldSet.Parse(Write.Entry(after, "creator")!["fieldsV1"]!.AsObject()).Intersection(writers).IsEmpty);
    }

    [Theory]
    [InlineData("""{"metadata":{"labels":null}}""", "\"fieldsV1\":{\"f:metadata\"")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"A","$patch":"delete"}]}]}}}}""", "k:{\\\"name\\\":\\\"A\\\"}")]
    [InlineData("""{"spec":{"revisionHistoryLimit":null}}""", "f:revisionHistoryLimit")]
    public void What_an_update_removes_is_nobodys(string patch, string gone)
    {
        JsonObject before = Create();
        Assert.Contains(gone, before.ToJsonString(JsonText.Options), StringComparison.Ordinal);

        JsonObject after = Patch(before, "writer", patch);

        Assert.Null(Write.Entry(after, "writer"));
        Assert.DoesNotContain(gone, Write.Entry(after, "creator")!.ToJsonString(JsonText.Options), StringComparison.Ordinal);
        Assert.Equal("2026-01-01T12:00:00Z", Write.Entry(after, "creator").Text("time"));
    }

    [Fact]
    public void An_update_that_changes_nothing_leaves_the_record_as_it_was()
    {
        JsonObject before = Create();

        Assert.True(JsonNode.DeepEquals(before, Write.Update(ResourceKinds.StatefulSets, before, "writer", static _ => { }, 60)));
        Assert.True(JsonNode.DeepEquals(before, Write.Update(ResourceKinds.StatefulSets, before, "creator", static json => json.Make("metadata").Remove("managedFields"), 60)));
    }

    [Fact]
    public void A_manager_that_changes_its_own_field_keeps_one_entry_with_a_new_time()
    {
        JsonObject after = Write.Update(ResourceKinds.StatefulSets, Create(), "creator", static json => json["spec"]!["replicas"] = 5, 60);

        JsonObject entry = Assert.Single(after.Items("metadata", "managedFields"));
        Write.AssertSame(CreatorsFields, entry["fieldsV1"]);
        Assert.Equal("2026-01-01T12:01:00Z", entry.Text("time"));
    }

    [Fact]
    public void Status_is_owned_by_who_writes_status()
    {
        JsonObject after = Write.Update(
            ResourceKinds.StatefulSets,
            Create(),
            "kube-controller-manager",
            static json => json["status"] = Write.Json("""{"replicas":0,"readyReplicas":1,"conditions":[{"type":"X","status":"True"}]}"""),
            subresource: "status");

        // Replicas were 0 already, since a status always says them.
        Write.AssertSame(
            """{"f:status":{"f:conditions":{".":{},"k:{\"type\":\"X\"}":{".":{},"f:status":{},"f:type":{}}},"f:readyReplicas":{}}}""", Write.Entry(after, "kube-controller-manager")!["fieldsV1"]);
        Assert.Equal("status", Write.Entry(after, "kube-controller-manager").Text("subresource"));
        Write.AssertSame(CreatorsFields, Write.Entry(after, "creator")!["fieldsV1"]);
    }

    [Fact]
    public void A_scale_takes_the_replicas()
    {
        JsonObject after = Write.Update(ResourceKinds.StatefulSets, Create(), "kubectl", static json => json["spec"]!["replicas"] = 5, 60, "scale");

        Write.AssertSame("""{"manager":"kubectl","operation":"Update","apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:replicas":{}}},"subresource":"scale"}""", Write.Entry(after, "kubectl"));
        Assert.DoesNotContain("f:replicas", Write.FieldsOf(after, "creator"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_manager_has_an_entry_for_each_path_that_it_writes_through()
    {
        JsonObject created = Create();

        JsonObject after = Write.Update(ResourceKinds.StatefulSets, created, "creator", static json => json["spec"]!["replicas"] = 5, subresource: "scale");

        Assert.Equal([null, "scale"], after.Items("metadata", "managedFields").Select(static entry => entry.Text("subresource")).Order());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[{}]")]
    public void An_emptied_record_stays_empty_until_somebody_applies(string record)
    {
        JsonObject reset = Write.Update(ResourceKinds.StatefulSets, Create(), "writer", json => json["metadata"]!["managedFields"] = JsonNode.Parse(record));
        Assert.Null(reset.At("metadata", "managedFields"));

        JsonObject updated = Write.Update(ResourceKinds.StatefulSets, reset, "writer", static json => json["spec"]!["replicas"] = 7);
        Assert.Null(updated.At("metadata", "managedFields"));

        JsonObject applied = Write.Apply(ResourceKinds.StatefulSets, updated, "gitops", """{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db","labels":{"new":"1"}}}""");
        Assert.Equal(["gitops", "before-first-apply"], applied.Items("metadata", "managedFields").Select(static entry => entry.Text("manager")));
        Write.AssertSame(CreatorsFields, Write.Entry(applied, "before-first-apply")!["fieldsV1"]);
    }

    [Theory]
    [InlineData("""[{"manager":"x","operation":"Bogus","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{}}]""")]
    [InlineData("""[{"manager":"x","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"spec":{}}}]""")]
    [InlineData("null")]
    public void A_record_that_makes_no_sense_is_taken_from_what_is_there(string record)
    {
        JsonObject before = Create();

        Assert.True(JsonNode.DeepEquals(before, Write.Update(ResourceKinds.StatefulSets, before, "writer", json => json["metadata"]!["managedFields"] = JsonNode.Parse(record))));
    }

    [Fact]
    public void A_client_may_rewrite_the_record_but_not_through_a_subresource()
    {
        JsonObject before = Create();
        void Rename(JsonObject json) => json["metadata"]!["managedFields"]![0]!["manager"] = "other";

        Assert.NotNull(Write.Entry(Write.Update(ResourceKinds.StatefulSets, before, "writer", Rename), "other"));
        Assert.True(JsonNode.DeepEquals(before, Write.Update(ResourceKinds.StatefulSets, before, "writer", Rename, subresource: "status")));
    }

    [Fact]
    public void Only_ten_managers_that_update_are_remembered_apart()
    {
        JsonObject json = Create();
        for (int index = 0; index < 14; index++)
        {
            string label = $"l{index}";
            json = Write.Update(ResourceKinds.StatefulSets, json, $"m{index}", after => after["metadata"]!["labels"]![label] = "1", index + 1);
        }

        Assert.Equal(10, json.Items("metadata", "managedFields").Count());
        Assert.Equal("ancient-changes", json.Items("metadata", "managedFields").First().Text("manager"));
        Assert.Contains("f:l4", Write.FieldsOf(json, "ancient-changes"), StringComparison.Ordinal);
        Assert.Contains("f:l5", Write.FieldsOf(json, "m5"), StringComparison.Ordinal);
    }

    [Fact]
    public void Items_that_are_there_twice_break_nothing()
    {
        JsonObject pod = Write.Update(ResourceKinds.Pods, null, "creator", static json => json["spec"] = Write.Json("""{"containers":[{"name":"a","env":[{"name":"X","value":"1"},{"name":"X","value":"2"}]}]}"""));

        Assert.Contains("""k:{\"name\":\"X\"}":{}""", Write.FieldsOf(pod, "creator"), StringComparison.Ordinal);
        JsonObject after = Write.Update(ResourceKinds.Pods, pod, "writer", static json => json["spec"]!["containers"]![0]!["env"]!.AsArray().RemoveAt(1));
        Assert.Contains("""k:{\"name\":\"X\"}":{".":{},"f:name":{},"f:value":{}}""", Write.FieldsOf(after, "writer") ?? Write.FieldsOf(after, "creator"), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_written_every_field_has_one_owner_among_those_who_update()
    {
        var random = new Random(6);
        for (int round = 0; round < 100; round++)
        {
            JsonObject? live = null;
            for (int step = 0; step < 5; step++)
            {
                JsonObject next = RandomObjects.Manifest(random);
                live = Write.Update(ResourceKinds.StatefulSets, live, $"m{random.Next(3)}", json => Become(json, next), step);
            }

            FieldSet[] owned = [.. live.Items("metadata", "managedFields").Select(static entry => FieldSet.Parse(entry["fieldsV1"]!.AsObject()))];
            FieldSet all = FieldSet.Parse(Write.Update(ResourceKinds.StatefulSets, null, "m", json => Become(json, FieldOwnership.WithoutRecord(live!)))["metadata"]!["managedFields"]![0]!["fieldsV1"]!.AsObject());
            Assert.True(all.IsSame(owned.Aggregate(new FieldSet(), static (union, set) => union.Union(set))));
            Assert.Equal(all.Paths.Count(), owned.Sum(static set => set.Paths.Count()));
        }

        static void Become(JsonObject json, JsonObject next)
        {
            json.Clear();
            foreach ((string name, JsonNode? value) in next)
            {
                json[name] = value?.DeepClone();
            }
        }
    }

    [Fact]
    public void It_is_fast_enough_to_run_on_every_write()
    {
        JsonObject before = Create();
        for (int round = 0; round < 300; round++)
        {
            before = Write.Update(ResourceKinds.StatefulSets, before, "kubelet", json => json["status"] = new JsonObject { ["readyReplicas"] = round % 5 }, subresource: "status");
        }

        // The fastest round of many says what the work costs, however busy the machine is.
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int round = 0; round < 300; round++)
        {
            JsonObject after = (JsonObject)before.DeepClone();
            after["status"] = new JsonObject { ["readyReplicas"] = 7 + round };
            long start = Stopwatch.GetTimestamp();
            ManagedFields.RecordUpdate(ResourceKinds.StatefulSets, before, after, Write.By("kubelet", round, "apps/v1", "status"));
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            fastest = elapsed < fastest ? elapsed : fastest;
            before = after;
        }

        Assert.True(fastest < TimeSpan.FromMilliseconds(0.3), $"{fastest.TotalMicroseconds} µs");
    }

    private static JsonObject Create() => Write.Update(ResourceKinds.StatefulSets, null, "creator", static json =>
    {
        foreach ((string name, JsonNode? value) in Write.Json(Created))
        {
            json[name] = value?.DeepClone();
        }
    });

    private static JsonObject Patch(JsonObject before, string manager, string patch)
    {
        JsonObject after = StrategicMergePatch.Apply(ResourceKinds.StatefulSets, before, Write.Json(patch));
        ManagedFields.RecordUpdate(ResourceKinds.StatefulSets, before, after, Write.By(manager, 60, "apps/v1"));
        return after;
    }
}
