using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConsulPets.Engine.Tests;

public class KubernetesApiTests
{
    private static readonly ConsulPort Http = new("http", 8500);

    [Fact]
    public async Task A_list_is_read_page_by_page()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.On("GET", "/api/v1/namespaces/default/pods", static call => call.AnswerAsync(call.Parameter("continue") switch
        {
            null => """{"metadata":{"continue":"a b+c","resourceVersion":"7"},"items":[{"n":1},{"n":2}]}""",
            "a b+c" => """{"metadata":{"continue":"","resourceVersion":"8"},"items":[{"n":3}]}""",
            _ => "{}",
        } is var body ? JsonNode.Parse(body)! : null!));
        KubernetesList list = await lab.Api.ListAsync(KubernetesResource.Pods, "default", "app=consul", "spec.nodeName=w", Lab.Token);
        Assert.Equal([1, 2, 3], list.Items.Select(static item => item.GetProperty("n").GetInt32()));
        Assert.Equal("8", list.ResourceVersion);
        Assert.All(lab.Server.Requests, static request => Assert.Contains("labelSelector=app%3Dconsul&fieldSelector=spec.nodeName%3Dw&limit=500", request.Query, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("<html>")]
    public async Task What_answers_in_another_language_is_no_API_server(string body)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.On("GET", "/api/v1/namespaces", 200, body);
        await Lab.FailsAsync("ClusterUnreachable", () => lab.Api.ListAsync(KubernetesResource.Namespaces, null, null, null, Lab.Token));
    }

    [Fact]
    public async Task An_object_that_is_not_there_is_null_and_deleting_it_says_so()
    {
        await using Lab lab = await Lab.StartAsync();
        Assert.Null(await lab.Api.FindAsync(KubernetesResource.Pods, "default", "nobody", Lab.Token));
        Assert.False(await lab.Api.DeleteAsync(KubernetesResource.Pods, "default", "nobody", "Background", null, Lab.Token));
        Assert.NotNull(await lab.Api.FindAsync(KubernetesResource.Pods, "default", "consul-1", Lab.Token));
        Assert.True(await lab.Api.DeleteAsync(KubernetesResource.Pods, "default", "consul-1", "Background", null, Lab.Token));
    }

    [Fact]
    public async Task An_object_of_another_unique_ID_is_not_deleted()
    {
        await using Lab lab = await Lab.StartAsync();
        await Lab.FailsAsync("KubernetesConflict", () => lab.Api.DeleteAsync(KubernetesResource.Pods, "default", "consul-1", "Background", "another", Lab.Token));
        Assert.NotNull(lab.Set.Cluster.Find("default", "pods", "consul-1"));
    }

    [Fact]
    public async Task A_disruption_budget_that_forbids_an_eviction_is_named()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.FailNext(1, "POST", ".*/eviction", 429, KubernetesStatus.Make(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.").ToJsonString());
        string uid = (string)lab.Set.Cluster.Find("default", "pods", "consul-1")!["metadata"]!["uid"]!;
        ConsulPetsException exception = await Lab.FailsAsync("DisruptionBudgetExceeded", () => lab.Api.EvictAsync("default", "consul-1", uid, "v1", Lab.Token));
        Assert.Equal(ConsulPetsErrorKind.ResourceBusy, exception.Kind);
        await lab.Api.EvictAsync("default", "consul-1", uid, "v1beta1", Lab.Token);
        var body = JsonNode.Parse(lab.Server.Writes[^1].Body)!;
        Assert.Equal(("policy/v1beta1", "Eviction", uid), ((string)body["apiVersion"]!, (string)body["kind"]!, (string)body["deleteOptions"]!["preconditions"]!["uid"]!));
    }

    [Fact]
    public async Task A_dry_run_stores_nothing_and_an_apply_names_its_manager()
    {
        await using Lab lab = await Lab.StartAsync();
        JsonObject manifest = JsonNode.Parse("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"default"},"data":{"a":"b"}}""")!.AsObject();
        await lab.Api.ApplyAsync(KubernetesResource.ConfigMaps, manifest, force: false, dryRun: true, Lab.Token);
        Assert.Null(lab.Set.Cluster.Find("default", "configmaps", "c"));
        Assert.Empty(lab.Server.Writes);
        await lab.Api.ApplyAsync(KubernetesResource.ConfigMaps, manifest, force: true, dryRun: false, Lab.Token);
        Assert.NotNull(lab.Set.Cluster.Find("default", "configmaps", "c"));
        Assert.Equal("?fieldManager=consulpets&force=true", lab.Server.Writes[^1].Query);
        Assert.StartsWith("application/apply-patch+yaml", lab.Server.Writes[^1].Headers["content-type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_gives_the_events_and_ends_with_the_server_or_with_410()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.On("GET", "/api/v1/namespaces/default/pods", 200, """
            {"type":"ADDED","object":{"n":1}}
            {"type":"BOOKMARK","object":{"n":2}}
            {"type":"MODIFIED","object":{"n":3}}
            {"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}
            {"type":"DELETED","object":{"n":4}}

            """);
        var events = new List<string>();
        await foreach ((string type, JsonElement item) in lab.Api.WatchAsync(KubernetesResource.Pods, "default", null, null, Lab.Token))
        {
            events.Add($"{type} {item.GetProperty("n")}");
        }

        Assert.Equal(["ADDED 1", "MODIFIED 3"], events);
        lab.Server.On("GET", "/api/v1/namespaces/default/pods", 410, KubernetesStatus.Make(410, "Expired", "too old resource version").ToJsonString());
        await Lab.FailsAsync("KubernetesFailed", async () =>
        {
            await foreach ((string, JsonElement) _ in lab.Api.WatchAsync(KubernetesResource.Pods, "default", null, null, Lab.Token))
            {
            }
        });
    }

    [Fact]
    public async Task The_preferred_version_of_a_group_comes_first_and_an_unknown_group_has_none()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.On("GET", "/apis/policy", 200, """{"preferredVersion":{"version":"v1"},"versions":[{"version":"v1beta1"},{"version":"v1"}]}""");
        Assert.Equal(["v1", "v1beta1"], await lab.Api.ServedVersionsAsync("policy", Lab.Token));
        Assert.Empty(await lab.Api.ServedVersionsAsync("nothing.example", Lab.Token));
    }

    [Theory]
    [InlineData(403, true, "KubernetesForbidden")]
    [InlineData(401, true, "KubernetesUnauthorized")]
    [InlineData(503, true, "PodUnreachable")]
    [InlineData(404, true, "PodUnreachable")]
    [InlineData(403, false, null)]
    [InlineData(500, false, null)]
    [InlineData(429, false, null)]
    public async Task Behind_the_proxy_a_Status_is_the_API_servers_word_and_plain_text_is_Consuls(int code, bool isStatus, string? errorId)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.FailNext(1, "PUT", ".*/proxy/v1/.*", code, isStatus ? KubernetesStatus.Make(code, "Reason", "no").ToJsonString() : "Permission denied");
        Task<PodAnswer> call() => lab.Api.ProxyAsync("default", "consul-0", Http, HttpMethod.Put, "v1/agent/reload", [], TimeSpan.FromSeconds(20), Lab.Token);
        if (errorId is null)
        {
            PodAnswer answer = await call();
            Assert.Equal((code, "Permission denied"), (answer.Status, Encoding.UTF8.GetString(answer.Body)));
            return;
        }

        ConsulPetsException exception = await Lab.FailsAsync(errorId, call);
        Assert.True(code != 403 || exception.Message.Contains("update pods/proxy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pod_that_never_answers_is_given_up_after_its_time()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.Delay("GET", ".*/proxy/.*", new TaskCompletionSource().Task);
        ConsulPetsException exception = await Lab.FailsAsync("PodUnreachable", () =>
            lab.Api.ProxyAsync("default", "consul-0", Http, HttpMethod.Get, "v1/agent/self", [], TimeSpan.FromMilliseconds(50), Lab.Token));
        Assert.False(exception.EndsCommand);
    }

    [Fact]
    public async Task Every_request_is_told()
    {
        await using Lab lab = await Lab.StartAsync();
        var told = new List<string>();
        var api = new KubernetesApi(lab.Connection) { OnRequest = told.Add };
        await api.FindAsync(KubernetesResource.Namespaces, null, "default", Lab.Token);
        await api.ProxyAsync("default", "consul-0", Http, HttpMethod.Get, "v1/status/leader", [], TimeSpan.FromSeconds(20), Lab.Token);
        Assert.Equal(["GET api/v1/namespaces/default", "GET api/v1/namespaces/default/pods/http:consul-0:8500/proxy/v1/status/leader"], told);
    }
}
