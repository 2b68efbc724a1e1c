using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Api;

public class PatchTests
{
    private const string Map = "/api/v1/namespaces/default/configmaps/a";

    [Theory]
    [InlineData("application/merge-patch+json", """{"data":{"x":"1"}}""")]
    [InlineData("application/strategic-merge-patch+json", """{"data":{"x":"1"}}""")]
    [InlineData("application/json-patch+json", """[{"op":"add","path":"/data","value":{"x":"1"}}]""")]
    public async Task Each_kind_of_patch_changes_the_object(string type, string patch)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Patch, Map, patch, type);
        Assert.Equal((200, "1"), (code, json.Text("data", "x")));
    }

    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1"}}""")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: '1'\n")]
    public async Task An_apply_creates_what_is_missing_and_changes_what_is_there(string body)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        Assert.Equal(201, (await api.SendAsync(HttpMethod.Patch, $"{Map}?fieldManager=me", body, "application/apply-patch+yaml")).Code);
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Patch, $"{Map}?fieldManager=me", body.Replace('1', '2').Replace("v2", "v1", StringComparison.Ordinal), "application/apply-patch+yaml");
        Assert.Equal((200, "2"), (code, json.Text("data", "x")));
        JsonObject entry = json.Items("metadata", "managedFields").Single();
        Assert.Equal(("me", "Apply"), (entry.Text("manager"), entry.Text("operation")));
    }

    [Fact]
    public async Task A_field_of_another_manager_is_a_conflict_unless_forced()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        const string type = "application/apply-patch+yaml";
        await api.SendAsync(HttpMethod.Patch, $"{Map}?fieldManager=me", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1"}}""", type);
        const string other = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"2"}}""";
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Patch, $"{Map}?fieldManager=you", other, type);
        Assert.Equal((409, "Conflict"), (code, json.Text("reason")));
        (code, json) = await api.SendAsync(HttpMethod.Patch, $"{Map}?fieldManager=you&force=true", other, type);
        Assert.Equal((200, "2"), (code, json.Text("data", "x")));
    }

    [Theory]
    [InlineData("application/apply-patch+yaml", "", "{}", 422, "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch")]
    [InlineData("application/merge-patch+json", "?force=true", "{}", 422, "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch")]
    [InlineData("application/merge-patch+json", "", """{"metadata":{"name":"b"}}""", 400, "the name of the object (b) does not match the name on the URL (a)")]
    [InlineData("application/merge-patch+json", "", "{", 400, "error decoding patch: unexpected end of JSON input")]
    [InlineData("application/json-patch+json", "", "{}", 400, "json: cannot unmarshal object into Go value of type jsonpatch.Patch")]
    [InlineData("application/apply-patch+yaml", "?fieldManager=me", """{"apiVersion":"apps/v1","kind":"ConfigMap"}""", 400, "Incorrect version specified in apply patch. Specified patch version: apps/v1, expected: v1")]
    [InlineData("application/apply-patch+yaml", "?fieldManager=me", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"managedFields":[]}}""", 400, "metadata.managedFields must be nil")]
    [InlineData("application/apply-patch+yaml", "?fieldManager=me", """{"apiVersion":"v1","kind":"ConfigMap","nonsense":1}""", 500, "failed to create typed patch object (default/a; v1, Kind=ConfigMap): .nonsense: field not declared in schema")]
    [InlineData("application/merge-patch+json", "", """{"data":{"x":1}}""", 400, "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string")]
    public async Task A_wrong_patch_is_refused(string type, string query, string patch, int code, string message)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        (int answered, JsonObject json) = await api.SendAsync(HttpMethod.Patch, Map + query, patch, type);
        Assert.Equal((code, message), (answered, json.Text("message")));
    }

    [Fact]
    public async Task The_status_is_patched_through_its_own_path_only()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Pod("p");
        const string patch = """{"status":{"phase":"Failed"},"metadata":{"labels":{"a":"b"}}}""";
        (_, JsonObject json) = await api.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/default/pods/p", patch, "application/merge-patch+json");
        Assert.Equal(("Running", "b"), (json.Text("status", "phase"), json.Text("metadata", "labels", "a")));
        (_, json) = await api.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/default/pods/p/status", patch, "application/merge-patch+json");
        Assert.Equal("Failed", json.Text("status", "phase"));
    }

    [Fact]
    public async Task A_scale_is_read_and_written()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        var set = (JsonObject)JsonNode.Parse("""{"metadata":{"name":"s"},"spec":{"replicas":3,"serviceName":"s","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":2}}""")!;
        api.Registry.Create(ResourceKinds.StatefulSets, "default", set, WriteRequest.Controller);
        const string path = "/apis/apps/v1/namespaces/default/statefulsets/s/scale";
        (_, JsonObject json) = await api.GetAsync(path);
        Assert.Equal(("Scale", "autoscaling/v1", 3L, 2L, "a=b"), (json.Text("kind"), json.Text("apiVersion"), json.Number("spec", "replicas"), json.Number("status", "replicas"), json.Text("status", "selector")));
        json["spec"]!["replicas"] = 5;
        (int code, json) = await api.SendAsync(HttpMethod.Put, path, json.ToJsonString());
        Assert.Equal((200, 5L), (code, json.Number("spec", "replicas")));
        (code, json) = await api.SendAsync(HttpMethod.Patch, path, """{"spec":{"replicas":0}}""", "application/merge-patch+json");
        Assert.Equal((200, null), (code, json.Number("spec", "replicas")));
        Assert.Equal(0, api.Registry.Find(ResourceKinds.StatefulSets, "default", "s")!.Json.Number("spec", "replicas"));
        (code, json) = await api.SendAsync(HttpMethod.Patch, path, """{"spec":{"replicas":-1}}""", "application/merge-patch+json");
        Assert.Equal((422, "Scale.autoscaling \"s\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0"), (code, json.Text("message")));
    }
}
