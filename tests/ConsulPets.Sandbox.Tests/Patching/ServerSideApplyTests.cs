using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Patching;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Patching;

/// <summary>What kubectl apply --server-side showed on Kubernetes 1.20.2, but for what has changed since.</summary>
public sealed class ServerSideApplyTests
{
    private const string Service =
        """{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","labels":{"app":"web"}},"spec":{"selector":{"app":"web"},"ports":[{"name":"http","port":8500,"protocol":"TCP","targetPort":8500}]}}""";

    private static readonly string OtherTarget = Service.Replace("\"targetPort\":8500", "\"targetPort\":9999", StringComparison.Ordinal);

    // The selector of a service is one value since 1.22.
    private const string ServicesFields =
        """{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:ports":{"k:{\"port\":8500,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:selector":{}}}""";

    private const string TargetPort = """.spec.ports[port=8500,protocol="TCP"].targetPort""";

    [Fact]
    public void What_is_applied_is_the_managers()
    {
        JsonObject live = Write.Apply(ResourceKinds.Services, null, "gitops", Service);

        JsonObject entry = Assert.Single(live.Items("metadata", "managedFields"));
        Write.AssertSame(ServicesFields, entry["fieldsV1"]);
        entry.Remove("fieldsV1");
        Write.AssertSame("""{"manager":"gitops","operation":"Apply","apiVersion":"v1","time":"2026-01-01T12:00:00Z","fieldsType":"FieldsV1"}""", entry);
        live["metadata"]!.AsObject().Remove("managedFields");
        Write.AssertSame(Service, live);
    }

    [Fact]
    public void To_apply_the_same_again_changes_nothing_not_even_a_time()
    {
        JsonObject live = Live("gitops");

        Assert.True(JsonNode.DeepEquals(live, Write.Apply(ResourceKinds.Services, live, "gitops", Service, seconds: 60)));
        Assert.True(JsonNode.DeepEquals(live, Write.Apply(ResourceKinds.Services, live, "gitops", Service.Replace("\"labels\"", "\"creationTimestamp\":null,\"labels\"", StringComparison.Ordinal), seconds: 60)));
    }

    [Fact]
    public void The_same_value_is_shared_without_a_conflict()
    {
        JsonObject live = Write.Apply(ResourceKinds.Services, Live("gitops"), "other", Service, seconds: 60);

        Assert.Equal(["gitops", "other"], live.Items("metadata", "managedFields").Select(static entry => entry.Text("manager")));
        Assert.All(live.Items("metadata", "managedFields"), static entry => Write.AssertSame(ServicesFields, entry["fieldsV1"]));
        Assert.Equal("2026-01-01T12:01:00Z", Write.Entry(live, "other").Text("time"));
    }

    [Fact]
    public void Another_value_is_a_conflict_with_every_owner()
    {
        JsonObject live = Write.Apply(ResourceKinds.Services, Live("gitops"), "other", Service);

        ApiException refusal = Assert.Throws<ApiException>(() => Write.Apply(ResourceKinds.Services, live, "third", OtherTarget));

        Write.AssertSame(
            """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
            "message":"Apply failed with 2 conflicts: conflicts with \"gitops\":\n- .spec.ports[port=8500,protocol=\"TCP\"].targetPort\nconflicts with \"other\":\n- .spec.ports[port=8500,protocol=\"TCP\"].targetPort",
            "reason":"Conflict","details":{"causes":[
            {"reason":"FieldManagerConflict","message":"conflict with \"gitops\"","field":".spec.ports[port=8500,protocol=\"TCP\"].targetPort"},
            {"reason":"FieldManagerConflict","message":"conflict with \"other\"","field":".spec.ports[port=8500,protocol=\"TCP\"].targetPort"}]},"code":409}
            """,
            refusal.ToStatus());
    }

    [Fact]
    public void Conflicts_come_in_the_order_of_their_fields()
    {
        string wanted = OtherTarget.Replace(":\"web\"}", ":\"web2\"}", StringComparison.Ordinal);

        ApiException refusal = Assert.Throws<ApiException>(() => Write.Apply(ResourceKinds.Services, Live("other"), "gitops", wanted));

        Assert.Equal($"Apply failed with 3 conflicts: conflicts with \"other\":\n- .metadata.labels.app\n- .spec.selector\n- {TargetPort}", refusal.Message);
    }

    [Theory]
    [InlineData(null, "conflict with \"human\" using v1")]
    [InlineData("scale", "conflict with \"human\" with subresource \"scale\" using v1")]
    public void A_conflict_with_an_update_names_its_version(string? subresource, string owner)
    {
        JsonObject live = Write.Update(ResourceKinds.Services, Live("gitops"), "human", static json => json["spec"]!["ports"]![0]!["targetPort"] = 7777, subresource: subresource);

        ApiException refusal = Assert.Throws<ApiException>(() => Write.Apply(ResourceKinds.Services, live, "third", OtherTarget));

        Assert.Equal($"Apply failed with 1 conflict: {owner}: {TargetPort}", refusal.Message);
        Write.AssertSame(
            $$"""{"causes":[{"reason":"FieldManagerConflict","message":{{JsonValue.Create(owner).ToJsonString()}},"field":".spec.ports[port=8500,protocol=\"TCP\"].targetPort"}]}""", refusal.Details);
    }

    [Fact]
    public void Force_takes_the_field_over()
    {
        JsonObject live = Write.Apply(ResourceKinds.Services, Live("gitops"), "third", OtherTarget, isForced: true);

        Assert.Equal(9999, live.Items("spec", "ports").Single().Number("targetPort"));
        Write.AssertSame(ServicesFields, Write.Entry(live, "third")!["fieldsV1"]);
        Write.AssertSame(ServicesFields.Replace(",\"f:targetPort\":{}", string.Empty, StringComparison.Ordinal), Write.Entry(live, "gitops")!["fieldsV1"]);
    }

    [Fact]
    public void A_port_without_a_protocol_is_a_TCP_port()
    {
        string silent = OtherTarget.Replace("\"protocol\":\"TCP\",", string.Empty, StringComparison.Ordinal);

        JsonObject live = Write.Apply(ResourceKinds.Services, Live("gitops"), "gitops", silent);

        JsonObject port = Assert.Single(live.Items("spec", "ports"));
        Assert.Equal(9999, port.Number("targetPort"));
        Assert.DoesNotContain("f:protocol", Write.FieldsOf(live, "gitops"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"web"},"spec":{"ports":[{"port":1,"protocol":"TCP"},{"port":1}]}}""", ".spec.ports: duplicate entries for key [port=1,protocol=\"TCP\"]")]
    [InlineData("""{"metadata":{"name":"web"},"spec":{"ports":[{"name":"x"}]}}""", ".spec.ports: element 0: associative list with keys has an element that omits key field \"port\" (and doesn't have default value)")]
    [InlineData("""{"metadata":{"name":"web","finalizers":["a","a"]}}""", ".metadata.finalizers: duplicate entries for key [=\"a\"]")]
    [InlineData("""{"metadata":{"name":"web","finalizers":["a","a"]},"spec":{"ports":[{"port":1},{"port":1}]}}""", "errors:\n  .metadata.finalizers: duplicate entries for key [=\"a\"]\n  .spec.ports: duplicate entries for key [port=1,protocol=\"TCP\"]")]
    public void Items_that_cannot_be_told_apart_are_refused(string wanted, string problem)
    {
        JsonObject json = Write.Json(wanted);
        json["apiVersion"] = "v1";
        json["kind"] = "Service";

        ApiException refusal = Assert.Throws<ApiException>(() => ServerSideApply.Apply(ResourceKinds.Services, null, json, Write.By("gitops"), false));

        Assert.Equal(500, refusal.Code);
        Assert.Equal($"failed to create typed patch object (/web; /v1, Kind=Service): {problem}", refusal.Message);
    }

    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","managedFields":[]}}""", "metadata.managedFields must be nil")]
    [InlineData("""{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"web"}}""", "invalid object type: apps/v1, Kind=StatefulSet")]
    public void What_cannot_be_applied_is_a_bad_request(string wanted, string message)
    {
        ApiException refusal = Assert.Throws<ApiException>(() => Write.Apply(ResourceKinds.Services, Live("gitops"), "gitops", wanted));

        Assert.Equal((400, "BadRequest", message), (refusal.Code, refusal.Reason, refusal.Message));
    }

    [Fact]
    public void Keys_and_finalizers_belong_to_who_applied_them_and_go_with_him()
    {
        JsonObject live = Write.Apply(ResourceKinds.ConfigMaps, null, "one", Map("a.b/one", "x"));
        live = Write.Apply(ResourceKinds.ConfigMaps, live, "two", Map("a.b/two", "y"));
        Assert.Equal(["a.b/one", "a.b/two"], live.Texts("metadata", "finalizers"));

        live = Write.Apply(ResourceKinds.ConfigMaps, live, "one", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"conf","labels":{"l":"m"}},"data":{"x":"1"}}""");

        Assert.Equal(["a.b/two"], live.Texts("metadata", "finalizers"));
        Write.AssertSame("""{"x":"1","y":"1"}""", live["data"]);
        Write.AssertSame("""{"f:data":{"f:x":{}},"f:metadata":{"f:labels":{"f:l":{}}}}""", Write.Entry(live, "one")!["fieldsV1"]);
        Write.AssertSame("""{"f:data":{"f:y":{}},"f:metadata":{"f:finalizers":{"v:\"a.b/two\"":{}}}}""", Write.Entry(live, "two")!["fieldsV1"]);

        live = Write.Update(ResourceKinds.ConfigMaps, live, "human", static json => json.Remove("data"));
        Write.AssertSame("""{"f:metadata":{"f:labels":{"f:l":{}}}}""", Write.Entry(live, "one")!["fieldsV1"]);
        Assert.Null(Write.Entry(live, "human"));
    }

    [Fact]
    public void A_label_that_is_no_longer_applied_is_removed_unless_somebody_else_has_it()
    {
        const string both = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"conf","labels":{"a":"1","b":"1"}}}""";
        JsonObject live = Write.Apply(ResourceKinds.ConfigMaps, null, "one", both);
        live = Write.Apply(ResourceKinds.ConfigMaps, live, "two", both.Replace(",\"b\":\"1\"", string.Empty, StringComparison.Ordinal));

        live = Write.Apply(ResourceKinds.ConfigMaps, live, "one", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"conf"}}""");

        Write.AssertSame("""{"a":"1"}""", live.At("metadata", "labels"));
        Assert.Null(Write.Entry(live, "one"));

        live = Write.Apply(ResourceKinds.ConfigMaps, live, "two", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"conf"}}""");
        Assert.Null(live.At("metadata", "labels"));
        Assert.Null(live.At("metadata", "managedFields"));
    }

    [Fact]
    public void What_was_filled_in_goes_with_the_item_that_it_was_filled_into_and_stays_otherwise()
    {
        JsonObject live = Write.Apply(
            ResourceKinds.StatefulSets,
            null,
            "gitops",
            Workload("""{"name":"main","image":"a","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"ports":[{"containerPort":1}],"volumeMounts":[{"mountPath":"/d","name":"d"}]},{"name":"two","image":"b"}"""));
        foreach (JsonObject container in live.Items("spec", "template", "spec", "containers"))
        {
            container["imagePullPolicy"] = "Always";
        }

        live["spec"]!["podManagementPolicy"] = "OrderedReady";

        live = Write.Apply(ResourceKinds.StatefulSets, live, "gitops", Workload("""{"name":"main","image":"a","env":[{"name":"B","value":"2"}]}"""));

        Write.AssertSame(
            """{"podManagementPolicy":"OrderedReady","template":{"spec":{"containers":[{"name":"main","image":"a","env":[{"name":"B","value":"2"}],"imagePullPolicy":"Always"}]}}}""",
            live["spec"]);
    }

    [Fact]
    public void A_field_that_an_update_took_is_left_when_it_is_no_longer_applied()
    {
        JsonObject live = Write.Apply(ResourceKinds.StatefulSets, null, "gitops", """{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db"},"spec":{"replicas":3,"serviceName":"db"}}""");
        live = Write.Update(ResourceKinds.StatefulSets, live, "kubectl", static json => json["spec"]!["replicas"] = 5, subresource: "scale");

        ApiException refusal = Assert.Throws<ApiException>(
            () => Write.Apply(ResourceKinds.StatefulSets, live, "gitops", """{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db"},"spec":{"replicas":3,"serviceName":"db"}}"""));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas", refusal.Message);

        live = Write.Apply(ResourceKinds.StatefulSets, live, "gitops", """{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db"},"spec":{"serviceName":"db"}}""");
        Assert.Equal(5, live.Number("spec", "replicas"));
    }

    [Fact]
    public void A_scale_can_be_applied()
    {
        JsonObject live = Write.Apply(ResourceKinds.StatefulSets, null, "gitops", """{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db"},"spec":{"serviceName":"db"}}""");

        live = ServerSideApply.Apply(
            ResourceKinds.StatefulSets,
            live,
            Write.Json("""{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"db"},"spec":{"replicas":4}}"""),
            Write.By("scaler", 0, "apps/v1", "scale"),
            false);

        Assert.Equal(4, live.Number("spec", "replicas"));
        Assert.Equal("scale", Write.Entry(live, "scaler").Text("subresource"));
        Write.AssertSame("""{"f:spec":{"f:replicas":{}}}""", Write.Entry(live, "scaler")!["fieldsV1"]);
    }

    [Fact]
    public void Status_is_applied_through_its_own_path_only()
    {
        const string wanted = """{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"type":"NodePort"},"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"}]}}}""";
        JsonObject live = Live("gitops");

        JsonObject main = Write.Apply(ResourceKinds.Services, live, "lb", wanted);
        Assert.Null(main["status"]);
        Write.AssertSame("""{"f:spec":{"f:type":{}}}""", Write.Entry(main, "lb")!["fieldsV1"]);

        JsonObject status = ServerSideApply.Apply(ResourceKinds.Services, live, Write.Json(wanted), Write.By("lb", 0, "v1", "status"), false);
        Assert.Null(status.Text("spec", "type"));
        Write.AssertSame("""{"f:status":{"f:loadBalancer":{"f:ingress":{}}}}""", Write.Entry(status, "lb")!["fieldsV1"]);
    }

    [Fact]
    public void An_applied_list_comes_in_its_own_order_among_the_others()
    {
        JsonObject live = Write.Update(ResourceKinds.Services, null, "human", static json => json["spec"] = new JsonObject { ["ports"] = Ports("a1", "b2", "c3") });

        live = Write.Apply(ResourceKinds.Services, live, "gitops", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Service", ["metadata"] = new JsonObject { ["name"] = "w" }, ["spec"] = new JsonObject { ["ports"] = Ports("c3", "d4", "a1") } }.ToJsonString());

        Assert.Equal(["b2", "c3", "d4", "a1"], live.Items("spec", "ports").Select(static port => port.Text("name")));
    }

    [Fact]
    public void What_an_update_made_before_is_shared_by_who_applies_it()
    {
        JsonObject live = Write.Update(ResourceKinds.ConfigMaps, null, "human", static json => json["data"] = Write.Json("""{"x":"1","y":"1"}"""));

        live = Write.Apply(ResourceKinds.ConfigMaps, live, "gitops", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"x":"1"}}""", seconds: 5);

        Assert.Equal(["Apply", "Update"], live.Items("metadata", "managedFields").Select(static entry => entry.Text("operation")));
        Write.AssertSame("""{"f:data":{".":{},"f:x":{},"f:y":{}}}""", Write.Entry(live, "human")!["fieldsV1"]);

        live = Write.Apply(ResourceKinds.ConfigMaps, live, "gitops", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}""", seconds: 9);
        Write.AssertSame("""{"x":"1","y":"1"}""", live["data"]);
    }

    [Fact]
    public void What_kubectl_applied_on_its_own_side_it_may_change_on_the_servers()
    {
        const string applied = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"x":"1","y":"1"}}""";
        JsonObject live = Write.Update(ResourceKinds.ConfigMaps, null, "kubectl-client-side-apply", static json =>
        {
            json["apiVersion"] = "v1";
            json["kind"] = "ConfigMap";
            json["metadata"] = new JsonObject { ["name"] = "c", ["annotations"] = new JsonObject { ["kubectl.kubernetes.io/last-applied-configuration"] = applied } };
            json["data"] = Write.Json("""{"x":"1","y":"1"}""");
        });

        JsonObject after = Write.Apply(ResourceKinds.ConfigMaps, live, "kubectl", applied.Replace("\"x\":\"1\"", "\"x\":\"2\"", StringComparison.Ordinal));
        Assert.Equal("2", after.Text("data", "x"));
        Assert.Equal(
            """{"apiVersion":"v1","data":{"x":"2","y":"1"},"kind":"ConfigMap","metadata":{"name":"c"}}""" + "\n",
            after.Text("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"));

        JsonObject edited = Write.Update(ResourceKinds.ConfigMaps, live, "human", static json => json["data"]!["x"] = "9");
        Assert.Throws<ApiException>(() => Write.Apply(ResourceKinds.ConfigMaps, edited, "kubectl", applied));
        Assert.Throws<ApiException>(() => Write.Apply(ResourceKinds.ConfigMaps, live, "gitops", applied.Replace("\"x\":\"1\"", "\"x\":\"2\"", StringComparison.Ordinal)));
    }

    private static JsonObject Live(string manager) => Write.Apply(ResourceKinds.Services, null, manager, Service);

    private static JsonArray Ports(params string[] names) =>
        new([.. names.Select(static name => (JsonNode)new JsonObject { ["name"] = name, ["port"] = name[1] - '0', ["protocol"] = "TCP" })]);

    private static string Map(string finalizer, string key) =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"conf","finalizers":["{{{finalizer}}}"]},"data":{"{{{key}}}":"1"}}""";

    private static string Workload(string containers) =>
        $$$$$"""{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db"},"spec":{"template":{"spec":{"containers":[{{{{{containers}}}}}]}}}}""";
}
