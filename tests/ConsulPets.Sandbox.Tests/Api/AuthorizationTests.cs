using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Api;

public class AuthorizationTests
{
    [Fact]
    public async Task A_binding_in_a_namespace_gives_rights_there_only()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        HttpClient client = Account(api, "a");
        await BindAsync(api, "view", "a");
        Assert.Equal(200, await CodeAsync(api, client, "/api/v1/namespaces/default/pods"));
        Assert.Equal(403, await CodeAsync(api, client, "/api/v1/namespaces/other/pods"));
        Assert.Equal(403, await CodeAsync(api, client, "/api/v1/pods"));
        Assert.Equal(403, await CodeAsync(api, client, "/api/v1/namespaces/default/secrets"));
        Assert.Equal(200, await CodeAsync(api, client, "/api/v1/namespaces/default"));
        Assert.Equal(403, await CodeAsync(api, client, "/api/v1/namespaces/default/pods/p/proxy/"));
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/apis/apps/v1")]
    [InlineData("/version")]
    [InlineData("/healthz")]
    [InlineData("/openapi/v2")]
    public async Task Discovery_is_for_everybody(string path)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        Assert.Equal(200, await CodeAsync(api, Account(api, "a"), path));
    }

    [Theory]
    [InlineData("""{"resourceAttributes":{"namespace":"default","verb":"list","resource":"pods"}}""", true)]
    [InlineData("""{"resourceAttributes":{"namespace":"default","verb":"delete","resource":"pods"}}""", false)]
    [InlineData("""{"resourceAttributes":{"verb":"list","resource":"pods"}}""", false)]
    [InlineData("""{"nonResourceAttributes":{"verb":"get","path":"/healthz"}}""", true)]
    [InlineData("""{"nonResourceAttributes":{"verb":"get","path":"/metrics"}}""", false)]
    public async Task An_account_can_ask_what_it_may(string spec, bool isAllowed)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        HttpClient client = Account(api, "a");
        await BindAsync(api, "view", "a");
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", $$"""{"spec":{{spec}}}""", client: client);
        Assert.Equal((201, isAllowed), (code, json.Truth("status", "allowed")));
    }

    [Fact]
    public async Task The_administrator_can_ask_for_others()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        Account(api, "a");
        await BindAsync(api, "view", "a");
        (_, JsonObject json) = await api.SendAsync(
            HttpMethod.Post,
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            """{"spec":{"user":"system:serviceaccount:default:a","resourceAttributes":{"namespace":"default","verb":"get","resource":"pods","subresource":"log"}}}""");
        Assert.Equal("RBAC: allowed by RoleBinding \"default/a\" of ClusterRole \"view\" to ServiceAccount \"a/default\"", json.Text("status", "reason"));
        (int code, _) = await api.SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/subjectaccessreviews", """{"spec":{}}""");
        Assert.Equal(422, code);
    }

    [Fact]
    public async Task The_rules_of_an_account_are_told()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        HttpClient client = Account(api, "a");
        await BindAsync(api, "view", "a");
        (_, JsonObject json) = await api.SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{"spec":{"namespace":"default"}}""", client: client);
        Assert.Contains(json.Items("status", "resourceRules"), static rule => rule.Texts("resources").Contains("pods/log"));
        Assert.Contains(json.Items("status", "nonResourceRules"), static rule => rule.Texts("nonResourceURLs").Contains("/version"));
    }

    [Fact]
    public async Task A_right_to_a_name_allows_to_watch_that_name()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        HttpClient client = Account(api, "a");
        await api.SendAsync(HttpMethod.Post, "/apis/rbac.authorization.k8s.io/v1/clusterroles", """{"metadata":{"name":"one"},"rules":[{"apiGroups":[""],"resources":["pods"],"resourceNames":["p"],"verbs":["list"]}]}""");
        await BindAsync(api, "one", "a");
        Assert.Equal(200, await CodeAsync(api, client, "/api/v1/namespaces/default/pods?fieldSelector=metadata.name%3Dp"));
        Assert.Equal(403, await CodeAsync(api, client, "/api/v1/namespaces/default/pods?fieldSelector=metadata.name%3Dq"));
        Assert.Equal(403, await CodeAsync(api, client, "/api/v1/namespaces/default/pods"));
    }

    private static HttpClient Account(ApiFixture api, string name)
    {
        StoredObject account = api.Registry.Create(ResourceKinds.ServiceAccounts, "default", ApiFixture.Named(name), WriteRequest.Controller);
        return api.Client(api.Server.Tokens.Issue(account, [], TimeSpan.FromHours(1)).Token);
    }

    private static async Task BindAsync(ApiFixture api, string role, string account)
    {
        (int code, _) = await api.SendAsync(
            HttpMethod.Post,
            "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings",
            $$"""{"metadata":{"name":"{{account}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{{role}}"},"subjects":[{"kind":"ServiceAccount","name":"{{account}}","namespace":"default"}]}""");
        Assert.Equal(201, code);
    }

    private static async Task<int> CodeAsync(ApiFixture api, HttpClient client, string path) => (await api.SendAsync(HttpMethod.Get, path, null, client: client)).Code;
}
