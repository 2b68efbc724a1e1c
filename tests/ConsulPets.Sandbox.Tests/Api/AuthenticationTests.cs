using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Api;

public class AuthenticationTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData("eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.e30.AAAA")]
    public async Task Who_shows_nothing_good_is_not_let_in(string? token)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Get, "/api", null, client: api.Client(token));
        Assert.Equal((401, "Unauthorized", "Unauthorized"), (code, json.Text("message"), json.Text("reason")));
    }

    [Fact]
    public async Task A_client_certificate_tells_user_and_groups()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        Assert.Equal("kubernetes-admin", await WhoAsync(api, api.Client(null, api.Certificates.Administrator)));
        using var limited = api.Certificates.IssueClient("jane", "developers");
        HttpClient jane = api.Client(null, limited);
        Assert.Equal("jane", await WhoAsync(api, jane));
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Get, "/api/v1/pods", null, client: jane);
        Assert.Equal((403, "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" at the cluster scope"), (code, json.Text("message")));
        using var strange = SandboxCertificates.Create();
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.Client(null, strange.Administrator).GetAsync("/api")).StatusCode);
    }

    [Fact]
    public async Task A_token_of_a_secret_is_its_accounts()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Registry.Create(ResourceKinds.ServiceAccounts, "default", ApiFixture.Named("a"), WriteRequest.Controller);
        JsonObject secret = ApiFixture.Named("a-token");
        secret.Make("metadata", "annotations")["kubernetes.io/service-account.name"] = "a";
        secret["type"] = "kubernetes.io/service-account-token";
        secret["data"] = new JsonObject { ["token"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("secret-token")) };
        api.Registry.Create(ResourceKinds.Secrets, "default", secret, WriteRequest.Controller);
        Assert.Equal("system:serviceaccount:default:a", await WhoAsync(api, api.Client("secret-token")));
    }

    [Fact]
    public async Task An_issued_token_is_good_until_it_expires_or_its_account_is_gone()
    {
        var clock = new SettableClock();
        await using ApiFixture api = await ApiFixture.StartAsync(clock);
        api.Registry.Create(ResourceKinds.ServiceAccounts, "default", ApiFixture.Named("a"), WriteRequest.Controller);
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/serviceaccounts/a/token", """{"spec":{"expirationSeconds":600}}""");
        Assert.Equal(201, code);
        HttpClient client = api.Client(json.Text("status", "token"));
        Assert.Equal("system:serviceaccount:default:a", await WhoAsync(api, client));
        clock.Now += TimeSpan.FromSeconds(601);
        Assert.Null(await WhoAsync(api, client));
        clock.Now -= TimeSpan.FromSeconds(300);
        Assert.NotNull(await WhoAsync(api, client));
        api.Registry.Delete(ResourceKinds.ServiceAccounts, "default", "a", new DeleteRequest());
        api.Registry.Create(ResourceKinds.ServiceAccounts, "default", ApiFixture.Named("a"), WriteRequest.Controller);
        Assert.Null(await WhoAsync(api, client));
    }

    [Fact]
    public async Task A_token_that_is_too_short_lived_is_refused()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Registry.Create(ResourceKinds.ServiceAccounts, "default", ApiFixture.Named("a"), WriteRequest.Controller);
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/serviceaccounts/a/token", """{"spec":{"expirationSeconds":60}}""");
        Assert.Equal((422, "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes"), (code, json.Text("message")));
    }

    [Fact]
    public async Task The_administrators_routes_are_for_the_administrator()
    {
        await using ApiFixture api = await ApiFixture.StartAsync(routes: static async context =>
        {
            await ApiResponse.WriteTextAsync(context, 200, "{\"ok\":true}");
            return true;
        });
        Assert.Equal(200, (await api.GetAsync("/sandbox/faults")).Code);
        using var master = api.Certificates.IssueClient("other", "system:masters");
        Assert.Equal(403, (await api.SendAsync(HttpMethod.Get, "/sandbox/faults", null, client: api.Client(null, master))).Code);
    }

    [Fact]
    public async Task Acting_as_somebody_else_has_their_rights_and_needs_a_right()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        HttpClient client = api.Client(ApiFixture.Token);
        client.DefaultRequestHeaders.Add("Impersonate-User", "jane");
        (int code, JsonObject json) = await api.SendAsync(HttpMethod.Get, "/api/v1/pods", null, client: client);
        Assert.Equal((403, "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" at the cluster scope"), (code, json.Text("message")));
        using var certificate = api.Certificates.IssueClient("jane");
        HttpClient jane = api.Client(null, certificate);
        jane.DefaultRequestHeaders.Add("Impersonate-User", "kubernetes-admin");
        (code, json) = await api.SendAsync(HttpMethod.Get, "/api", null, client: jane);
        Assert.Equal((403, "users \"kubernetes-admin\" is forbidden: User \"jane\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope"), (code, json.Text("message")));
    }

    [Fact]
    public async Task A_kubeconfig_is_readable_by_its_owner_only_and_leads_here()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        string folder = Directory.CreateTempSubdirectory("consulpets").FullName;
        try
        {
            string path = Path.Combine(folder, "kubeconfig");
            KubeConfigFile.Write(path, api.Server.Address, api.Certificates, "old");
            KubeConfigFile.Write(path, api.Server.Address, api.Certificates, ApiFixture.Token);
            JsonObject config = (JsonObject)YamlBody.Parse(await File.ReadAllTextAsync(path))!;
            Assert.Equal("consulpets-sandbox", config.Text("current-context"));
            Assert.Equal("default", config.Items("contexts").Single().Text("context", "namespace"));
            Assert.Equal(api.Server.Address, new Uri(config.Items("clusters").Single().Text("cluster", "server")!));
            Assert.Equal(api.Certificates.AuthorityPem, Encoding.UTF8.GetString(Convert.FromBase64String(config.Items("clusters").Single().Text("cluster", "certificate-authority-data")!)));
            Assert.Equal(ApiFixture.Token, config.Items("users").Single().Text("user", "token"));
            Assert.Equal([path], Directory.GetFiles(folder));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            }
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static async Task<string?> WhoAsync(ApiFixture api, HttpClient client) =>
        (await api.SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}", client: client)).Json.Text("status", "userInfo", "username");

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
