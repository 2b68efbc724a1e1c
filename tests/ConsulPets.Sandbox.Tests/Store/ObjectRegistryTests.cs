using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Store;

public sealed class ObjectRegistryTests
{
    private static readonly WriteRequest Write = new("test");
    private readonly ObjectRegistry registry = new(new ObjectStore(), TimeProvider.System);

    public ObjectRegistryTests() => registry.Create(ResourceKinds.Namespaces, "", Json("""{"metadata":{"name":"one"},"spec":{"finalizers":["kubernetes"]}}"""), Write);

    [Fact]
    public void A_new_object_gets_what_only_the_server_gives()
    {
        StoredObject made = registry.Create(ResourceKinds.Services, "one", Service("""{"uid":"mine","resourceVersion":"7","creationTimestamp":"2000-01-01T00:00:00Z"}"""), Write);
        Assert.NotEqual("mine", made.Uid);
        Assert.Equal(36, made.Uid.Length);
        Assert.NotEqual("2000-01-01T00:00:00Z", made.Json.Text("metadata", "creationTimestamp"));
        Assert.Equal("one", made.Json.Text("metadata", "namespace"));
        Assert.Equal("Service", made.Json.Text("kind"));
    }

    [Fact]
    public void A_name_can_be_made_up()
    {
        JsonObject json = Service("""{"generateName":"web-"}""");
        json["metadata"]!.AsObject().Remove("name");
        Assert.Matches("^web-[bcdfghjklmnpqrstvwxz2-9]{5}$", registry.Create(ResourceKinds.Services, "one", json, Write).Name);
    }

    [Theory]
    [InlineData("one", "there", 409, "AlreadyExists", "services \"there\" already exists")]
    [InlineData("none", "new", 404, "NotFound", "namespaces \"none\" not found")]
    public void What_cannot_be_created_is_refused_as_the_real_server_words_it(string namespaceName, string name, int code, string reason, string message)
    {
        registry.Create(ResourceKinds.Services, "one", Service(name: "there"), Write);
        ApiException refusal = Assert.Throws<ApiException>(() => registry.Create(ResourceKinds.Services, namespaceName, Service(name: name), Write));
        Assert.Equal((code, reason, message), (refusal.Code, refusal.Reason, refusal.Message));
    }

    [Fact]
    public void A_dry_run_does_all_but_the_write()
    {
        long before = registry.Store.Revision;
        Assert.NotEmpty(registry.Create(ResourceKinds.Services, "one", Service(), Write with { DryRun = true }).Uid);
        Assert.Equal(before, registry.Store.Revision);
        Assert.Null(registry.Find(ResourceKinds.Services, "one", "s"));
    }

    [Fact]
    public void The_generation_counts_changes_of_the_spec_only()
    {
        Make();
        Assert.Equal(1, Generation());
        Change(static json => json["metadata"]!.AsObject().Make("labels")["a"] = "b");
        Assert.Equal(1, Generation());
        Change(static json => json["spec"]!["replicas"] = 5);
        Assert.Equal(2, Generation());
        Change(static json => json.Make("status")["replicas"] = 5, Write with { Subresource = "status" });
        Assert.Equal(2, Generation());

        long Generation() => Get().Json.Number("metadata", "generation")!.Value;
    }

    [Fact]
    public void A_status_write_changes_the_status_alone_and_another_write_never_does()
    {
        Make();
        Change(
            static json =>
            {
                json["spec"]!["replicas"] = 9;
                json.Make("status")["replicas"] = 2;
            },
            Write with { Subresource = "status" });
        Assert.Equal(3, Get().Json.Number("spec", "replicas"));
        Assert.Equal(2, Get().Json.Number("status", "replicas"));
        Change(static json => json["status"] = new JsonObject { ["replicas"] = 7 });
        Assert.Equal(2, Get().Json.Number("status", "replicas"));
    }

    [Fact]
    public void A_change_that_changes_nothing_writes_nothing()
    {
        Make();
        long before = registry.Store.Revision;
        Change(static _ => { });
        Assert.Equal(before, registry.Store.Revision);
    }

    [Fact]
    public void A_change_to_a_version_that_is_no_longer_the_latest_is_a_conflict()
    {
        JsonObject seen = Make().Copy();
        Change(static json => json["spec"]!["replicas"] = 5);
        ApiException refusal = Assert.Throws<ApiException>(() => registry.Update(ResourceKinds.StatefulSets, "one", "s", _ => (JsonObject)seen.DeepClone(), Write));
        Assert.Equal((409, "Conflict"), (refusal.Code, refusal.Reason));
        Assert.Contains("the object has been modified; please apply your changes to the latest version and try again", refusal.Message, StringComparison.Ordinal);

        // Without a version the writer means whatever is there.
        seen["metadata"]!.AsObject().Remove("resourceVersion");
        registry.Update(ResourceKinds.StatefulSets, "one", "s", _ => (JsonObject)seen.DeepClone(), Write);
        Assert.Equal(3, Get().Json.Number("spec", "replicas"));
    }

    [Fact]
    public void Who_names_another_unique_id_or_version_deletes_nothing()
    {
        Make();
        Assert.Equal(409, Assert.Throws<ApiException>(() => registry.Delete(ResourceKinds.StatefulSets, "one", "s", new DeleteRequest(Uid: "other"))).Code);
        Assert.Equal(409, Assert.Throws<ApiException>(() => registry.Delete(ResourceKinds.StatefulSets, "one", "s", new DeleteRequest(ResourceVersion: "1"))).Code);
        Assert.NotNull(registry.Find(ResourceKinds.StatefulSets, "one", "s"));
    }

    [Fact]
    public void An_object_with_a_finalizer_is_gone_when_the_last_one_is()
    {
        Make();
        Change(static json => json["metadata"]!["finalizers"] = new JsonArray("a/b", "c/d"));
        Assert.False(registry.Delete(ResourceKinds.StatefulSets, "one", "s", new DeleteRequest()).IsGone);
        Assert.True(Get().IsBeingDeleted);
        Change(static json => json["metadata"]!["finalizers"] = new JsonArray("c/d"));
        Assert.NotNull(registry.Find(ResourceKinds.StatefulSets, "one", "s"));
        Change(static json => json["metadata"]!["finalizers"] = new JsonArray());
        Assert.Null(registry.Find(ResourceKinds.StatefulSets, "one", "s"));
    }

    [Theory]
    [InlineData(null, 12)]
    [InlineData(5L, 5)]
    public void A_pod_that_runs_has_time_to_end_and_a_second_request_can_only_shorten_it(long? asked, long expected)
    {
        Pod();
        Assert.False(registry.Delete(ResourceKinds.Pods, "one", "p", new DeleteRequest(asked)).IsGone);
        Assert.Equal(expected, registry.Find(ResourceKinds.Pods, "one", "p")!.Json.Number("metadata", "deletionGracePeriodSeconds"));
        registry.Delete(ResourceKinds.Pods, "one", "p", new DeleteRequest(60));
        Assert.Equal(expected, registry.Find(ResourceKinds.Pods, "one", "p")!.Json.Number("metadata", "deletionGracePeriodSeconds"));
        Assert.True(registry.Delete(ResourceKinds.Pods, "one", "p", new DeleteRequest(0)).IsGone);
        Assert.Null(registry.Find(ResourceKinds.Pods, "one", "p"));
    }

    [Theory]
    [InlineData("Foreground", "foregroundDeletion")]
    [InlineData("Orphan", "orphan")]
    public void An_owner_waits_for_its_dependants_where_that_was_asked_for(string propagation, string finalizer)
    {
        Make();
        Assert.False(registry.Delete(ResourceKinds.StatefulSets, "one", "s", new DeleteRequest(Propagation: propagation)).IsGone);
        Assert.Equal([finalizer], Get().Json.Texts("metadata", "finalizers"));
    }

    [Fact]
    public void Nothing_new_is_made_in_a_namespace_that_ends()
    {
        registry.Delete(ResourceKinds.Namespaces, "", "one", new DeleteRequest());
        Assert.Equal("Terminating", registry.Find(ResourceKinds.Namespaces, "", "one")!.Json.Text("status", "phase"));
        ApiException refusal = Assert.Throws<ApiException>(() => registry.Create(ResourceKinds.Services, "one", Service(), Write));
        Assert.Equal("services \"s\" is forbidden: unable to create new content in namespace one because it is being terminated", refusal.Message);
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static JsonObject Service(string metadata = "{}", string name = "s")
    {
        JsonObject json = Json("""{"spec":{"ports":[{"port":80}]}}""");
        json["metadata"] = JsonNode.Parse(metadata);
        json["metadata"]!["name"] = name;
        return json;
    }

    private StoredObject Make() => registry.Create(
        ResourceKinds.StatefulSets,
        "one",
        Json("""
            {"metadata":{"name":"s"},"spec":{"replicas":3,"serviceName":"s","selector":{"matchLabels":{"a":"b"}},
            "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
            """),
        Write);

    private StoredObject Get() => registry.Find(ResourceKinds.StatefulSets, "one", "s")!;

    private void Change(Action<JsonObject> change, WriteRequest? request = null) => registry.Update(
        ResourceKinds.StatefulSets,
        "one",
        "s",
        json =>
        {
            change(json);
            return json;
        },
        request ?? Write);

    private void Pod() => registry.Create(
        ResourceKinds.Pods,
        "one",
        Json("""{"metadata":{"name":"p"},"spec":{"nodeName":"n","terminationGracePeriodSeconds":12,"containers":[{"name":"c","image":"i"}]}}"""),
        Write);
}
