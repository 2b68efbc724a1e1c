using System.Net;

namespace ConsulPets.Engine.Tests;

public class KubernetesConnectionTests
{
    private static async Task<HttpStatusCode> GetAsync(string kubeConfig)
    {
        using KubernetesConnection connection = Lab.Connect(kubeConfig);
        using var request = new HttpRequestMessage(HttpMethod.Get, "version");
        using HttpResponseMessage response = await connection.SendAsync(request, TimeSpan.FromSeconds(20), Lab.Token);
        return response.StatusCode;
    }

    private static async Task<FakeApiServer> StartAsync(FakeApiServerOptions options)
    {
        FakeApiServer server = await FakeApiServer.StartAsync(options);
        server.On("GET", "/version", 200, "{}");
        return server;
    }

    [Theory]
    [InlineData(FakeServerCertificate.Good, null)]
    [InlineData(FakeServerCertificate.WrongHost, "RemoteCertificateNameMismatch")]
    [InlineData(FakeServerCertificate.Expired, "NotTimeValid")]
    public async Task A_certificate_of_the_right_authority_must_also_be_for_this_host_and_time(FakeServerCertificate certificate, string? problem)
    {
        await using FakeApiServer server = await StartAsync(new FakeApiServerOptions { Certificate = certificate });
        if (problem is null)
        {
            Assert.Equal(HttpStatusCode.OK, await GetAsync(server.KubeConfig));
            return;
        }

        ConsulPetsException exception = await Lab.FailsAsync("ClusterCertificateNotTrusted", () => GetAsync(server.KubeConfig));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        Assert.True(exception.EndsCommand);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_not_trusted()
    {
        using var other = new FakeAuthority("other");
        await using FakeApiServer server = await StartAsync(new FakeApiServerOptions());
        string path = server.WriteKubeConfig(new FakeKubeConfigOptions { FileName = "other", Authorities = other.Pem });
        await Lab.FailsAsync("ClusterCertificateNotTrusted", () => GetAsync(path));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task While_an_authority_is_replaced_either_one_of_the_bundle_counts()
    {
        using var other = new FakeAuthority("other");
        await using FakeApiServer server = await StartAsync(new FakeApiServerOptions());
        string path = server.WriteKubeConfig(new FakeKubeConfigOptions { FileName = "bundle", Authorities = other.Pem + "\n" + server.Authority.Pem });
        Assert.Equal(HttpStatusCode.OK, await GetAsync(path));
    }

    [Fact]
    public async Task The_name_to_verify_can_be_another_than_the_address()
    {
        await using FakeApiServer server = await StartAsync(new FakeApiServerOptions { Certificate = FakeServerCertificate.WrongHost });
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server.WriteKubeConfig(new FakeKubeConfigOptions { FileName = "named", TlsServerName = "elsewhere.example" })));
    }

    [Fact]
    public async Task An_account_without_a_proof_is_anonymous_as_it_is_to_kubectl()
    {
        // What a kubeconfig for "kubectl proxy" looks like.
        await using FakeApiServer server = await StartAsync(new FakeApiServerOptions { PlainHttp = true });
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server.WriteKubeConfig(new FakeKubeConfigOptions { FileName = "anonymous", Account = FakeAccount.None })));
    }

    [Fact]
    public async Task The_token_and_the_impersonation_are_sent()
    {
        await using FakeApiServer server = await StartAsync(new FakeApiServerOptions { Token = "good" });
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server.WriteKubeConfig(new FakeKubeConfigOptions { FileName = "as", Account = FakeAccount.Token, Token = "good", Impersonate = "jane" })));
        Assert.Equal("jane", server.Requests[^1].Headers["impersonate-user"]);
        Assert.StartsWith("ConsulPets/", server.Requests[^1].Headers["user-agent"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FakeAccount.ClientCertificate, null)]
    [InlineData(FakeAccount.ExpiredClientCertificate, "ClientCertificateExpired")]
    [InlineData(FakeAccount.Token, "KubernetesUnauthorized")]
    public async Task An_account_that_is_not_let_in_is_told_why(FakeAccount account, string? errorId)
    {
        await using FakeApiServer server = await StartAsync(new FakeApiServerOptions { DemandClientCertificate = true });
        using KubernetesConnection connection = Lab.Connect(server.WriteKubeConfig(new FakeKubeConfigOptions { FileName = "account", Account = account }));
        var api = new KubernetesApi(connection);
        server.On("GET", "/api/v1/namespaces", 200, "{\"items\":[]}");
        Task list() => api.ListAsync(KubernetesResource.Namespaces, null, null, null, Lab.Token);
        if (errorId is null)
        {
            await list();
            return;
        }

        ConsulPetsException exception = await Lab.FailsAsync(errorId, list);
        Assert.Equal((ConsulPetsErrorKind.AuthenticationError, true), (exception.Kind, exception.EndsCommand));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unreachable()
    {
        FakeApiServer server = await StartAsync(new FakeApiServerOptions());
        await using FakeApiServer kept = await FakeApiServer.StartAsync();
        string path = kept.WriteKubeConfig(new FakeKubeConfigOptions { FileName = "away", Server = server.Address.ToString() });
        await server.DisposeAsync();
        ConsulPetsException exception = await Lab.FailsAsync("ClusterUnreachable", () => GetAsync(path));
        Assert.Equal((ConsulPetsErrorKind.ConnectionError, true), (exception.Kind, exception.EndsCommand));
        Assert.Contains("of context 'fake'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_unreachable_and_a_cancelled_call_is_cancelled()
    {
        await using FakeApiServer server = await StartAsync(new FakeApiServerOptions());
        var never = new TaskCompletionSource();
        server.Delay("GET", "/slow", never.Task);
        using KubernetesConnection connection = Lab.Connect(server.KubeConfig);
        using var slow = new HttpRequestMessage(HttpMethod.Get, "slow");
        await Lab.FailsAsync("ClusterUnreachable", () => connection.SendAsync(slow, TimeSpan.FromMilliseconds(50), Lab.Token));
        using var cancelled = new CancellationTokenSource();
        using var again = new HttpRequestMessage(HttpMethod.Get, "slow");
        Task call = connection.SendAsync(again, TimeSpan.FromSeconds(30), cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        never.SetResult();
    }

    [Fact]
    public async Task A_connection_that_breaks_is_unreachable()
    {
        await using FakeApiServer server = await StartAsync(new FakeApiServerOptions { PlainHttp = true });
        server.DropConnection(1, "GET", "/version");
        await Lab.FailsAsync("ClusterUnreachable", () => GetAsync(server.KubeConfig));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server.KubeConfig));
    }

    [Fact]
    public async Task A_connection_is_kept_until_its_file_changes()
    {
        await using FakeApiServer server = await StartAsync(new FakeApiServerOptions());
        var choice = new ClusterChoice(server.KubeConfig, null);
        KubernetesConnection first = await KubernetesConnections.OpenAsync(choice, Lab.Token);
        Assert.Same(first, await KubernetesConnections.OpenAsync(choice, Lab.Token));
        File.SetLastWriteTimeUtc(server.KubeConfig, DateTime.UtcNow.AddMinutes(1));
        Assert.NotSame(first, await KubernetesConnections.OpenAsync(choice, Lab.Token));
    }
}
