using ConsulPets.Engine.Consul;

namespace ConsulPets.Engine.Tests;

/// <summary>Requests over port-forwards, at a server that counts the connections and breaks them on order.</summary>
public sealed class PodForwardTests : IAsyncLifetime, IDisposable
{
    private Lab lab = null!;
    private FakeApiServer pod = null!;
    private FakePortForward kubelet = null!;
    private PodForward forward = null!;

    public async Task InitializeAsync()
    {
        lab = await Lab.StartAsync();
        pod = await FakeApiServer.StartAsync(new FakeApiServerOptions { PlainHttp = true });
        kubelet = new FakePortForward(lab.Server, pod.Address);
        forward = new PodForward(_ => Task.FromResult(lab.Connection), "default", "consul-0", new ConsulPort("http", 8500));
        pod.On("GET", "/v1/status/leader", 200, "\"10.0.0.1:8300\"");
    }

    public async Task DisposeAsync()
    {
        Dispose();
        await pod.DisposeAsync();
        await lab.DisposeAsync();
    }

    public void Dispose() => forward.Dispose();

    [Fact]
    public async Task A_connection_is_used_again_and_the_request_arrives_as_it_was_sent()
    {
        pod.On("PUT", "/v1/kv/a", static call => call.AnswerAsync(200, call.Request.Body));
        string large = new('x', 200_000);
        ConsulAnswer echo = await forward.SendAsync(HttpMethod.Put, "v1/kv/a?flags=1", $"\"{large}\"", "secret", Lab.Token);
        Assert.Equal((200, $"\"{large}\""), (echo.Status, System.Text.Encoding.UTF8.GetString(echo.Body)));
        for (int n = 0; n < 1000; n++)
        {
            Assert.Equal(200, (await LeaderAsync()).Status);
        }

        Assert.Equal((1, 1), (kubelet.Dialled, kubelet.Open));
        FakeRequest put = pod.Requests.Single(static request => request.Method == "PUT");
        Assert.Equal(("secret", "?flags=1"), (put.Headers["x-consul-token"], put.Query));
        Assert.Contains("/api/v1/namespaces/default/pods/consul-0/portforward", lab.Server.Requests.Single().Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_at_once_share_a_few_connections_and_none_is_left_when_it_is_closed()
    {
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => LeaderAsync())), static answer => Assert.Equal(200, answer.Status));
        Assert.InRange(kubelet.Most, 1, PodForward.MostConnections);
        forward.Dispose();
        Assert.True(SpinWait.SpinUntil(() => kubelet.Open == 0, TimeSpan.FromSeconds(10)), $"{kubelet.Open} connections are left");
        Assert.Equal("PodUnreachable", (await Assert.ThrowsAsync<ConsulPetsException>(LeaderAsync)).ErrorId);
    }

    [Fact]
    public async Task A_connection_that_ended_is_dialled_anew()
    {
        await LeaderAsync();
        kubelet.BreakAll();
        Assert.True(SpinWait.SpinUntil(() => kubelet.Open == 0, TimeSpan.FromSeconds(10)));
        Assert.Equal(200, (await LeaderAsync()).Status);
        Assert.Equal(2, kubelet.Dialled);
    }

    [Fact]
    public async Task A_connection_that_breaks_under_a_request_is_told()
    {
        var arrived = new TaskCompletionSource();
        pod.On("GET", "/v1/agent/self", async call =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, call.Context.RequestAborted);
        });
        Task<ConsulAnswer> asked = forward.SendAsync(HttpMethod.Get, "v1/agent/self", null, null, Lab.Token);
        await arrived.Task;
        kubelet.BreakAll();
        ConsulPetsException failure = await Assert.ThrowsAsync<ConsulPetsException>(() => asked);
        Assert.Equal(("PodUnreachable", ConsulPetsErrorKind.ConnectionError), (failure.ErrorId, failure.Kind));
    }

    [Fact]
    public async Task What_the_pods_side_says_is_told()
    {
        kubelet.Problem = "error forwarding port 8500 to pod 1, uid : connection refused\n";
        ConsulPetsException failure = await Assert.ThrowsAsync<ConsulPetsException>(LeaderAsync);
        Assert.Equal("PodUnreachable", failure.ErrorId);
        Assert.Contains("connection refused", failure.Message, StringComparison.Ordinal);
        Assert.Equal("consul-0", failure.Target);
    }

    [Theory]
    [InlineData(403, "Forbidden", "KubernetesForbidden")]
    [InlineData(401, "Unauthorized", "KubernetesUnauthorized")]
    [InlineData(404, "NotFound", "KubernetesNotFound")]
    public async Task A_refused_upgrade_is_the_API_servers_own_refusal(int status, string reason, string errorId)
    {
        lab.Server.FailNext(1, "GET", ".*/portforward", status, KubernetesStatus.Make(status, reason, "the test says so").ToJsonString());
        ConsulPetsException failure = await Assert.ThrowsAsync<ConsulPetsException>(LeaderAsync);
        Assert.Equal(errorId, failure.ErrorId);
        Assert.True(status != 403 || failure.Message.Contains("may not get pods/portforward", StringComparison.Ordinal), failure.Message);
        Assert.Equal(200, (await LeaderAsync()).Status);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_let_go()
    {
        pod.Delay("GET", "/v1/status/leader", Task.Delay(Timeout.Infinite, Lab.Token));
        using var giveUp = new CancellationTokenSource();
        Task<ConsulAnswer> asked = forward.SendAsync(HttpMethod.Get, "v1/status/leader", null, null, giveUp.Token);
        await pod.ReceivedAsync(static request => request.Path == "/v1/status/leader");
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private Task<ConsulAnswer> LeaderAsync() => forward.SendAsync(HttpMethod.Get, "v1/status/leader", null, null, Lab.Token);
}
