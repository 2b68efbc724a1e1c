using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Api;

public class WriteTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task An_object_is_created_replaced_and_deleted()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, Maps, """{"metadata":{"name":"a"},"data":{"x":"1"}}""");
        Assert.Equal((201, "ConfigMap", "v1"), (code, json.Text("kind"), json.Text("apiVersion")));
        (code, json) = await api.SendAsync(HttpMethod.Put, $"{Maps}/a", $$$"""{"metadata":{"name":"a","resourceVersion":"{{{json.Text("metadata", "resourceVersion")}}}"},"data":{"x":"2"}}""");
        Assert.Equal((200, "2"), (code, json.Text("data", "x")));
        (code, _) = await api.SendAsync(HttpMethod.Put, $"{Maps}/a", """{"metadata":{"name":"a","resourceVersion":"1"},"data":{"x":"2"}}""");
        Assert.Equal(409, code);
        (code, json) = await api.SendAsync(HttpMethod.Delete, $"{Maps}/a", null);
        Assert.Equal((200, "Success", "a", "configmaps"), (code, json.Text("status"), json.Text("details", "name"), json.Text("details", "kind")));
        Assert.Equal(404, (await api.GetAsync($"{Maps}/a")).Code);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"a","namespace":"other"}}""", 400, "the namespace of the provided object does not match the namespace sent on the request")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1"}""", 400, "Pod in version \"v1\" cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown conversion")]
    [InlineData("""{"kind":"ConfigMap","apiVersion":"apps/v1"}""", 400, "the API version in the data (apps/v1) does not match the expected API version (v1)")]
    [InlineData("{", 400, "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input ({)")]
    [InlineData("""{"metadata":{}}""", 422, "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required")]
    [InlineData("""{"metadata":{"name":"a","resourceVersion":"3"}}""", 500, "resourceVersion should not be set on objects to be created")]
    [InlineData("""{"metadata":{"name":"a"},"data":{"x":"1","x":"2"}}""", 400, "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: duplicate field \"data.x\"")]
    [InlineData("""{"metadata":{"name":"a"},"nonsense":1}""", 400, "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"nonsense\"")]
    [InlineData("""{"metadata":{"name":"a"},"data":{"x":1}}""", 400, "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string")]
    public async Task A_wrong_object_is_refused_in_the_servers_words(string body, int code, string message)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        (int answered, JsonObject json) = await api.SendAsync(HttpMethod.Post, $"{Maps}?fieldValidation=Strict", body);
        Assert.Equal((code, message), (answered, json.Text("message")));
        Assert.Empty(api.Registry.List(ResourceKinds.ConfigMaps));
    }

    [Theory]
    [InlineData("POST", "/api/v1/pods", 405)]
    [InlineData("PUT", "/api/v1/namespaces/default/pods", 405)]
    [InlineData("POST", "/api/v1/namespaces/default/pods/p", 405)]
    [InlineData("DELETE", "/api/v1/namespaces", 405)]
    [InlineData("DELETE", "/api/v1/pods", 405)]
    [InlineData("PATCH", "/api/v1/namespaces/default/pods/p/log", 405)]
    [InlineData("POST", "/version", 405)]
    [InlineData("PUT", "/api/v1/namespaces/default/configmaps/nope", 404)]
    public async Task A_method_that_a_path_does_not_have_is_refused(string method, string path, int code)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        Assert.Equal(code, (await api.SendAsync(new HttpMethod(method), path, """{"metadata":{"name":"nope"}}""")).Code);
    }

    [Fact]
    public async Task A_replacement_without_a_name_is_refused()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Put, $"{Maps}/a", """{"data":{}}""");
        Assert.Equal((400, "the name of the object (a based on URL) was undeterminable: name must be provided"), (code, json.Text("message")));
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        long before = api.Registry.Store.Revision;
        Assert.Equal(201, (await api.SendAsync(HttpMethod.Post, $"{Maps}?dryRun=All", """{"metadata":{"name":"b"}}""")).Code);
        Assert.Equal(200, (await api.SendAsync(HttpMethod.Put, $"{Maps}/a?dryRun=All", """{"metadata":{"name":"a"},"data":{"x":"1"}}""")).Code);
        Assert.Equal(200, (await api.SendAsync(HttpMethod.Delete, $"{Maps}/a?dryRun=All", null)).Code);
        Assert.Equal(before, api.Registry.Store.Revision);
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, $"{Maps}?dryRun=Some", """{"metadata":{"name":"b"}}""");
        Assert.Equal((422, "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: []string{\"Some\"}: supported values: \"All\""), (code, json.Text("message")));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, Maps, new string(' ', (3 * 1024 * 1024) + 1));
        Assert.Equal((413, "RequestEntityTooLarge"), (code, json.Text("reason")));
        Assert.Equal(201, (await api.SendAsync(HttpMethod.Post, Maps, new string(' ', (3 * 1024 * 1024) - 100) + """{"metadata":{"name":"a"}}""")).Code);
    }

    [Theory]
    [InlineData("text/plain", "POST", "/api/v1/namespaces/default/configmaps")]
    [InlineData("application/json", "PATCH", "/api/v1/namespaces/default/configmaps/a")]
    public async Task A_media_type_that_is_not_known_is_refused(string type, string method, string path)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        (int code, JsonObject json) = await api.SendAsync(new HttpMethod(method), path, "{}", type);
        Assert.Equal((415, "UnsupportedMediaType"), (code, json.Text("reason")));
    }

    [Fact]
    public async Task An_object_can_be_sent_as_yaml()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, Maps, "metadata:\n  name: a\ndata:\n  x: 'yes'\n", "application/yaml");
        Assert.Equal((201, "yes"), (code, json.Text("data", "x")));
    }

    [Fact]
    public async Task Many_are_deleted_by_a_selector()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a", ("app", "x"));
        api.ConfigMap("b", ("app", "x"));
        api.ConfigMap("c");
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Delete, $"{Maps}?labelSelector=app%3Dx", null);
        Assert.Equal((200, "ConfigMapList", 2), (code, json.Text("kind"), json.Items("items").Count()));
        Assert.Equal(["c"], api.Registry.List(ResourceKinds.ConfigMaps).Select(static item => item.Name));
    }

    [Fact]
    public async Task A_pod_that_has_time_to_end_is_still_there_and_answered_with()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Pod("p");
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/pods/p", """{"gracePeriodSeconds":7}""");
        Assert.Equal((200, "Pod", 7L), (code, json.Text("kind"), json.Number("metadata", "deletionGracePeriodSeconds")));
        (code, json) = await api.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/pods/p?gracePeriodSeconds=0", null);
        Assert.Equal((200, "Pod"), (code, json.Text("kind")));
        Assert.Null(api.Registry.Find(ResourceKinds.Pods, "default", "p"));
    }

    [Theory]
    [InlineData("""{"propagationPolicy":"Nope"}""", 422, "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"Nope\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"")]
    [InlineData("""{"preconditions":{"uid":"x"}}""", 409, null)]
    [InlineData("""{"preconditions":{"resourceVersion":"1"}}""", 409, null)]
    public async Task A_deletion_that_is_not_meant_so_is_refused(string options, int code, string? message)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        (int answered, JsonObject json) = await api.SendAsync(HttpMethod.Delete, $"{Maps}/a", options);
        Assert.Equal(code, answered);
        Assert.Equal(message ?? json.Text("message"), json.Text("message"));
        Assert.NotNull(api.Registry.Find(ResourceKinds.ConfigMaps, "default", "a"));
    }

    [Fact]
    public async Task A_foreground_deletion_is_accepted_and_waits()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Delete, $"{Maps}/a?propagationPolicy=Foreground", null);
        Assert.Equal((202, "foregroundDeletion"), (code, json.Texts("metadata", "finalizers").Single()));
    }

    [Fact]
    public async Task A_namespaces_finalizers_are_written_through_finalize()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Registry.Create(
            ResourceKinds.Namespaces, string.Empty, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "gone" }, ["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") } }, WriteRequest.Controller);
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/gone", null);
        Assert.Equal((200, "Terminating"), (code, json.Text("status", "phase")));
        Assert.Equal(200, (await api.SendAsync(HttpMethod.Put, "/api/v1/namespaces/gone/finalize", """{"metadata":{"name":"gone"},"spec":{"finalizers":[]}}""")).Code);
        Assert.Null(api.Registry.Find(ResourceKinds.Namespaces, string.Empty, "gone"));
    }
}
