using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Faults;

public sealed class FaultRoutesTests : IAsyncLifetime
{
    private FaultServer server = null!;

    public async Task InitializeAsync() => server = await FaultServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Faults_are_ordered_shown_and_removed()
    {
        string first = await server.OrderAsync("""{"path":"/readyz","times":3,"effect":"status","code":500}""");
        string second = await server.OrderAsync("""{"path":"/livez","effect":"drop"}""");
        await server.Client().GetAsync(new Uri("/readyz", UriKind.Relative));

        (int code, JsonObject shown) = await server.SendAsync("GET", "/sandbox/faults");
        Assert.Equal(200, code);
        Assert.Equal([first, second], shown.Items("faults").Select(static fault => fault.Text("id")));
        JsonObject hit = shown.Items("faults").First();
        Assert.Equal(("/readyz", 1, 1, 2), (hit.Text("path"), hit.Number("seen"), hit.Number("hits"), hit.Number("remaining")));

        (code, JsonObject removed) = await server.SendAsync("DELETE", $"/sandbox/faults/{first}");
        Assert.Equal((200, first, 1), (code, removed.Text("id"), removed.Number("hits")));
        Assert.Equal(404, (await server.SendAsync("DELETE", $"/sandbox/faults/{first}")).Code);
        Assert.Equal((200, 1), await server.SendAsync("DELETE", "/sandbox/faults") is var (last, rest) ? (last, rest.Number("removed")) : default);
        Assert.Empty((await server.SendAsync("GET", "/sandbox/faults")).Answer.Items("faults"));
    }

    [Theory]
    [InlineData("/sandbox/faults", null, "the body must be a fault, a JSON object")]
    [InlineData("/sandbox/faults", "", "the body must be a fault, a JSON object")]
    [InlineData("/sandbox/faults", "{", "the body is no JSON")]
    [InlineData("/sandbox/faults", "[]", "the body must be a JSON object")]
    [InlineData("/sandbox/faults", "null", "the body must be a JSON object")]
    [InlineData("/sandbox/faults", """{"effect":"drop","effect":"expire"}""", "the body is no JSON")]
    [InlineData("/sandbox/faults", """{"effect":"boom"}""", "effect \"boom\" is unknown")]
    [InlineData("/sandbox/watches/end", """{"resource":"widgets"}""", "resource \"widgets\" is not served")]
    [InlineData("/sandbox/watches/end", """{"group":"apps"}""", "group goes with resource only")]
    [InlineData("/sandbox/watches/end", """{"kind":"Pod"}""", "kind is no field of this")]
    [InlineData("/sandbox/watches/end", """{"resource":7}""", "resource must be a text")]
    public async Task Bad_input_is_refused_with_a_Status_that_says_what_is_wrong(string path, string? body, string message)
    {
        (int code, JsonObject status) = await server.SendAsync("POST", path, body);
        Assert.Equal((400, "Status", "BadRequest", 400), (code, status.Text("kind"), status.Text("reason"), status.Number("code")));
        Assert.Contains(message, status.Text("message"), StringComparison.Ordinal);
        Assert.Empty(server.Rules.List());
    }

    [Fact]
    public async Task A_body_without_end_is_not_read_to_its_end() => Assert.Equal(413, (await server.SendAsync("POST", "/sandbox/faults", new string(' ', 100_000))).Code);

    [Theory]
    [InlineData("/sandbox/nodes/node-1/vanish", 200, "vanish node-1")]
    [InlineData("/sandbox/nodes/node-1/return", 200, "return node-1")]
    [InlineData("/sandbox/nodes/node-9/vanish", 404, "vanish node-9")]
    [InlineData("/sandbox/nodes/node-9/return", 404, "return node-9")]
    [InlineData("/sandbox/pods/demo/consul-0/kill", 200, "kill demo/consul-0")]
    [InlineData("/sandbox/pods/demo/consul-0/cut", 200, "cut demo/consul-0")]
    [InlineData("/sandbox/pods/demo/consul-0/join", 200, "join demo/consul-0")]
    [InlineData("/sandbox/pods/demo/consul-9/kill", 404, "kill demo/consul-9")]
    [InlineData("/sandbox/pods/demo/consul-9/cut", 404, "cut demo/consul-9")]
    [InlineData("/sandbox/pods/demo/consul-9/join", 404, "join demo/consul-9")]
    public async Task Pods_and_nodes_suffer_as_ordered_and_unknown_ones_are_not_found(string path, int expected, string call)
    {
        (int code, JsonObject status) = await server.SendAsync("POST", path);
        Assert.Equal((expected, expected, expected == 200 ? "Success" : "Failure"), (code, status.Number("code"), status.Text("status")));
        Assert.Equal([call], server.NodeFaults);
        if (code == 404)
        {
            Assert.Matches("^(pods|nodes) \"(node|consul)-9\" not found$", status.Text("message"));
        }
    }

    [Fact]
    public async Task A_pod_without_a_process_cannot_be_killed()
    {
        server.Put(ResourceKinds.Pods, "demo", "consul-9");
        (int code, JsonObject status) = await server.SendAsync("POST", "/sandbox/pods/demo/consul-9/kill");
        Assert.Equal(409, code);
        Assert.Contains("no process of it runs", status.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watches_are_ended_by_kind_or_all()
    {
        server.Put(ResourceKinds.Namespaces, string.Empty, "demo");
        server.Put(ResourceKinds.StatefulSets, "other", "consul");
        using StoreWatch all = server.Store.Watch(static _ => true);
        using StoreWatch sets = server.Store.Watch(static key => key.Resource == "statefulsets");
        using StoreWatch oneSet = server.Store.Watch(static key => key is { Resource: "statefulsets", Namespace: "other", Name: "consul" });
        using StoreWatch setsOfOne = server.Store.Watch(static key => key is { Resource: "statefulsets", Namespace: "demo" });
        using StoreWatch pods = server.Store.Watch(static key => key.Resource == "pods");
        using StoreWatch nodes = server.Store.Watch(static key => key.Resource == "nodes");

        Assert.Equal(4, await EndAsync("""{"group":"apps","resource":"statefulsets"}"""));
        Assert.True(setsOfOne.Changes.Completion.IsCompleted && oneSet.Changes.Completion.IsCompleted);
        Assert.False(pods.Changes.Completion.IsCompleted);
        Assert.Equal(1, await EndAsync("""{"resource":"nodes"}"""));
        Assert.Equal(1, await EndAsync(null));
        Assert.Equal(0, server.Store.Watchers);
    }

    [Fact]
    public async Task Compaction_forgets_what_was()
    {
        server.Put(ResourceKinds.Pods, "demo", "consul-0");
        long revision = server.Put(ResourceKinds.Pods, "demo", "consul-1").Revision;
        (int code, JsonObject answer) = await server.SendAsync("POST", "/sandbox/compact");
        Assert.Equal((200, revision), (code, answer.Number("revision")));
        Assert.Throws<RevisionExpiredException>(() => server.Store.Watch(static _ => true, revision - 1));
        server.Store.Watch(static _ => true, revision).Dispose();
    }

    [Fact]
    public async Task The_state_is_counted()
    {
        server.Put(ResourceKinds.Pods, "demo", "consul-0");
        server.Put(ResourceKinds.Pods, "demo", "consul-1");
        server.Put(ResourceKinds.StatefulSets, "demo", "consul");
        await server.OrderAsync("""{"path":"/none","effect":"drop"}""");
        using StoreWatch watch = server.Store.Watch(static _ => true);
        JsonObject state = (await server.SendAsync("GET", "/sandbox/state")).Answer;

        Assert.Equal((server.Store.Revision, 1, 1), (state.Number("revision"), state.Number("watches"), state.Number("faults")));
        Assert.Equal((2, 1, 0), (state.Number("objects", "pods"), state.Number("objects", "statefulsets.apps"), state.Number("objects", "nodes")));
        Assert.Equal(ResourceKinds.All.Count, state.Part("objects")!.Count);
        Assert.True(state.Number("memory", "managedBytes") > 0 && state.Number("memory", "workingSetBytes") > 0);
    }

    [Theory]
    [InlineData("GET", "/sandbox", 404)]
    [InlineData("GET", "/sandbox/", 404)]
    [InlineData("GET", "/sandbox/nothing", 404)]
    [InlineData("POST", "/sandbox/nodes//vanish", 404)]
    [InlineData("POST", "/sandbox/pods/demo/consul-0", 404)]
    [InlineData("POST", "/sandbox/pods/demo/consul-0/heal", 404)]
    [InlineData("PUT", "/sandbox/faults", 405)]
    [InlineData("GET", "/sandbox/compact", 405)]
    public async Task What_the_sandbox_has_not_is_refused(string method, string path, int expected)
    {
        (int code, JsonObject status) = await server.SendAsync(method, path);
        Assert.Equal((expected, expected), (code, status.Number("code")));
        Assert.Empty(server.NodeFaults);
    }

    [Fact]
    public async Task A_wrong_method_is_told_the_right_ones()
    {
        using HttpResponseMessage response = await server.Client().PutAsync(new Uri("/sandbox/faults", UriKind.Relative), null);
        Assert.Equal(["POST", "GET", "DELETE"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/sandboxes")]
    [InlineData("/api/v1/namespaces/sandbox/pods")]
    public async Task Other_paths_are_not_its_own(string path) => Assert.Equal("0123456789", await server.Client().GetStringAsync(new Uri(path, UriKind.Relative)));

    private async Task<long?> EndAsync(string? body) => (await server.SendAsync("POST", "/sandbox/watches/end", body)).Answer.Number("ended");
}
