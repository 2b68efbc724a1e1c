using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Api;

public class EvictionTests
{
    private const string Path = "/api/v1/namespaces/default/pods/p/eviction";

    [Theory]
    [InlineData("policy/v1")]
    [InlineData("policy/v1beta1")]
    public async Task A_pod_without_a_budget_is_evicted_with_its_grace_period(string version)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Pod("p");
        (int code, JsonObject json) = await api.SendAsync(
            HttpMethod.Post, Path, $$$"""{"apiVersion":"{{{version}}}","kind":"Eviction","metadata":{"name":"p"},"deleteOptions":{"gracePeriodSeconds":9}}""");
        Assert.Equal((201, "Success"), (code, json.Text("status")));
        Assert.Equal(9, api.Registry.Find(ResourceKinds.Pods, "default", "p")!.Json.Number("metadata", "deletionGracePeriodSeconds"));
    }

    [Fact]
    public async Task A_budget_is_spent()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Pod("p", labels: ("app", "x"));
        api.Pod("q", labels: ("app", "x"));
        Budget(api, "b", """{"disruptionsAllowed":1,"currentHealthy":2,"desiredHealthy":1,"observedGeneration":1}""");
        Assert.Equal(201, (await api.SendAsync(HttpMethod.Post, Path, "{}")).Code);
        JsonObject status = api.Registry.Find(ResourceKinds.DisruptionBudgets, "default", "b")!.Json.Part("status")!;
        Assert.Equal(0, status.Number("disruptionsAllowed"));
        Assert.NotNull(status.Text("disruptedPods", "p"));
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods/q/eviction", "{}");
        Assert.Equal((429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget."), (code, json.Text("reason"), json.Text("message")));
        JsonObject cause = json.Items("details", "causes").Single();
        Assert.Equal(("DisruptionBudget", "The disruption budget b needs 1 healthy pods and has 2 currently"), (cause.Text("reason"), cause.Text("message")));
        Assert.False(api.Registry.Find(ResourceKinds.Pods, "default", "q")!.IsBeingDeleted);
    }

    [Fact]
    public async Task A_dry_run_asks_the_budget_and_spends_nothing()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Pod("p", labels: ("app", "x"));
        Budget(api, "b", """{"disruptionsAllowed":1,"currentHealthy":2,"desiredHealthy":1,"observedGeneration":1}""");
        Assert.Equal(201, (await api.SendAsync(HttpMethod.Post, Path, """{"deleteOptions":{"dryRun":["All"]}}""")).Code);
        Assert.Equal(1, api.Registry.Find(ResourceKinds.DisruptionBudgets, "default", "b")!.Json.Number("status", "disruptionsAllowed"));
        Assert.False(api.Registry.Find(ResourceKinds.Pods, "default", "p")!.IsBeingDeleted);
    }

    [Fact]
    public async Task A_budget_that_is_not_worked_out_yet_asks_for_patience()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Pod("p", labels: ("app", "x"));
        Budget(api, "b", "{}");
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, Path, "{}");
        Assert.Equal((429, 10L), (code, json.Number("details", "retryAfterSeconds")));
        Assert.Equal("The disruption budget b is still being processed by the server.", json.Items("details", "causes").Single().Text("message"));
    }

    [Fact]
    public async Task Two_budgets_for_one_pod_are_an_error()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Pod("p", labels: ("app", "x"));
        Budget(api, "b", "{}");
        Budget(api, "c", "{}");
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, Path, "{}");
        Assert.Equal((500, "Internal error occurred: This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."), (code, json.Text("message")));
    }

    [Fact]
    public async Task A_pod_that_has_ended_needs_no_budget()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Pod("p", "Failed", ("app", "x"));
        Budget(api, "b", """{"disruptionsAllowed":0,"observedGeneration":1}""");
        Assert.Equal(201, (await api.SendAsync(HttpMethod.Post, Path, "{}")).Code);
        Assert.Null(api.Registry.Find(ResourceKinds.Pods, "default", "p"));
    }

    [Fact]
    public async Task The_name_has_to_be_that_of_the_path()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Pod("p");
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, Path, """{"metadata":{"name":"q"}}""");
        Assert.Equal((400, "name in URL does not match name in Eviction object"), (code, json.Text("message")));
    }

    [Fact]
    public async Task A_binding_gives_a_pod_its_node_once()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        JsonObject pod = ApiFixture.Named("new");
        pod["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" }) };
        api.Registry.Create(ResourceKinds.Pods, "default", pod, WriteRequest.Controller);
        const string binding = """{"metadata":{"name":"new"},"target":{"kind":"Node","name":"node-2"}}""";
        Assert.Equal(201, (await api.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods/new/binding", binding)).Code);
        StoredObject bound = api.Registry.Find(ResourceKinds.Pods, "default", "new")!;
        Assert.Equal("node-2", bound.Json.Text("spec", "nodeName"));
        Assert.Contains(bound.Json.Items("status", "conditions"), static condition => condition.Text("type") == "PodScheduled" && condition.Text("status") == "True");
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods/new/binding", binding);
        Assert.Equal((409, "Operation cannot be fulfilled on pods/binding \"new\": pod new is already assigned to node \"node-2\""), (code, json.Text("message")));
    }

    private static void Budget(ApiFixture api, string name, string status)
    {
        JsonObject budget = ApiFixture.Named(name);
        budget["spec"] = JsonNode.Parse("""{"minAvailable":1,"selector":{"matchLabels":{"app":"x"}}}""");
        budget["status"] = JsonNode.Parse(status);
        api.Registry.Create(ResourceKinds.DisruptionBudgets, "default", budget, WriteRequest.Controller);
    }
}
