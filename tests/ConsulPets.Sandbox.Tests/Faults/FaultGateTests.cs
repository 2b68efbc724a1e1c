using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Faults;

public sealed class FaultGateTests : IAsyncLifetime
{
    private const string Pod = "/api/v1/namespaces/demo/pods/consul-0";
    private const string Watch = "/api/v1/namespaces/demo/pods?watch=1";

    private FaultServer server = null!;

    public async Task InitializeAsync() => server = await FaultServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_refused_call_gets_a_Status_and_is_not_carried_out(int version)
    {
        await server.OrderAsync("""{"verb":"get","resource":"pods","name":"consul-*","skip":1,"times":2,"effect":"status","code":429,"retryAfterSeconds":7}""");
        Assert.Equal("200 429 429 200", await CodesAsync(version, 4));
        Assert.Equal(2, server.Answered);

        await server.OrderAsync("""{"effect":"status","code":503,"retryAfterSeconds":7}""");
        using HttpResponseMessage response = await server.Client(version).GetAsync(new Uri(Pod, UriKind.Relative));
        JsonNode status = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter?.Delta);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(("Status", "v1", 503, "ServiceUnavailable"), (status.Text("kind"), status.Text("apiVersion"), status.Number("code"), status.Text("reason")));
    }

    [Fact]
    public async Task Other_calls_pass()
    {
        await server.OrderAsync("""{"resource":"services","effect":"status","code":500}""");
        Assert.Equal("0123456789", await server.Client().GetStringAsync(new Uri(Pod, UriKind.Relative)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_delayed_call_is_answered_late(int version)
    {
        await server.OrderAsync("""{"effect":"delay","milliseconds":300}""");
        var time = Stopwatch.StartNew();
        Assert.Equal("200", await CodesAsync(version, 1));

        // A timer may be a tick of the system's clock early.
        Assert.True(time.ElapsedMilliseconds >= 280, $"{time.ElapsedMilliseconds} ms");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_call_whose_caller_goes_while_it_is_delayed_is_not_carried_out(int version)
    {
        await server.OrderAsync("""{"times":1,"effect":"delay","milliseconds":3600000}""");
        using var cancel = new CancellationTokenSource();
        Task<HttpResponseMessage> call = server.Client(version).GetAsync(new Uri(Pod, UriKind.Relative), cancel.Token);
        Assert.True(SpinWait.SpinUntil(() => server.Rules.List()[0].Hits == 1, TimeSpan.FromSeconds(20)));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("200", await CodesAsync(version, 1));
        Assert.Equal(1, server.Answered);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_dropped_call_gets_no_answer_and_is_not_carried_out(int version)
    {
        await server.OrderAsync("""{"times":1,"effect":"drop"}""");

        // A POST, since a client may repeat a GET by itself when its connection breaks.
        using var content = new StringContent("{}");
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Client(version).PostAsync(new Uri("/api/v1/namespaces/demo/pods", UriKind.Relative), content));
        Assert.Equal(0, server.Answered);
        Assert.Equal("200", await CodesAsync(version, 1));
    }

    [Theory]
    [InlineData(1, "", 0)]
    [InlineData(1, "", 3)]
    [InlineData(1, "", 4)]
    [InlineData(1, "?chunked", 0)]
    [InlineData(1, "?chunked", 9)]
    [InlineData(1, "?pipe", 5)]
    [InlineData(2, "", 0)]
    [InlineData(2, "", 3)]
    [InlineData(2, "?chunked", 9)]
    [InlineData(2, "?pipe", 5)]
    public async Task An_answer_is_cut_off_after_exactly_as_many_bytes(int version, string query, int bytes)
    {
        await server.OrderAsync($$"""{"effect":"drop","afterBytes":{{bytes}}}""");
        (HttpStatusCode code, string received, bool isWhole) = await ReceiveAsync(version, Pod + query);

        // .NET's HTTP/2 client throws away what it has received but not yet handed out when a stream is reset.
        string expected = version == 1 ? "0123456789"[..bytes] : "0123456789"[..Math.Min(received.Length, bytes)];
        Assert.Equal((HttpStatusCode.OK, expected, false), (code, received, isWhole));
        Assert.Equal(1, server.Answered);
    }

    [Theory]
    [InlineData(1, "", 10)]
    [InlineData(1, "?chunked", 10)]
    [InlineData(1, "?pipe", 11)]
    [InlineData(2, "?chunked", 1000)]
    [InlineData(2, "?pipe", 10)]
    public async Task An_answer_that_is_no_longer_arrives_whole(int version, string query, int bytes)
    {
        await server.OrderAsync($$"""{"effect":"drop","afterBytes":{{bytes}}}""");
        Assert.Equal((HttpStatusCode.OK, "0123456789", true), await ReceiveAsync(version, Pod + query));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_watch_is_cut_off_amid_an_event_and_ends_at_the_server(int version)
    {
        await server.OrderAsync("""{"verb":"watch","effect":"drop","afterBytes":13}""");
        using HttpResponseMessage response = await OpenWatchAsync(version);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        server.Put(ResourceKinds.Pods, "demo", "consul-0");
        Assert.Equal("consul-0", await lines.ReadLineAsync());
        server.Put(ResourceKinds.Pods, "demo", "consul-1");
        await Assert.ThrowsAnyAsync<IOException>(lines.ReadToEndAsync);
        await server.WatchEnded;
        Assert.Equal(0, server.Store.Watchers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Ended_watches_are_those_of_the_faults_resource_that_are_open(int version)
    {
        server.Put(ResourceKinds.Namespaces, string.Empty, "demo");
        using HttpResponseMessage pods = await OpenWatchAsync(version);
        using HttpResponseMessage services = await OpenWatchAsync(version, "/api/v1/namespaces/demo/services?watch=1");
        await server.OrderAsync("""{"verb":"get","resource":"pods","times":1,"effect":"endWatches"}""");
        Assert.Equal("200", await CodesAsync(version, 1));

        Assert.Equal(string.Empty, await pods.Content.ReadAsStringAsync());
        Assert.Equal(1, server.Store.Watchers);
        using HttpResponseMessage again = await OpenWatchAsync(version);
        Assert.Equal(2, server.Store.Watchers);
    }

    [Fact]
    public async Task After_an_expiry_a_watch_from_before_is_refused()
    {
        server.Put(ResourceKinds.Pods, "demo", "consul-0");
        server.Put(ResourceKinds.Pods, "demo", "consul-1");
        await server.OrderAsync("""{"verb":"get","times":1,"effect":"expire"}""");
        using (HttpResponseMessage before = await OpenWatchAsync(1, $"{Watch}&resourceVersion=2"))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        Assert.Equal("200", await CodesAsync(1, 1));
        using HttpResponseMessage after = await OpenWatchAsync(1, $"{Watch}&resourceVersion=2");
        Assert.Equal(HttpStatusCode.Gone, after.StatusCode);
    }

    [Fact]
    public async Task A_delay_and_a_refusal_both_happen()
    {
        await server.OrderAsync("""{"effect":"delay","milliseconds":1}""");
        await server.OrderAsync("""{"effect":"status","code":500}""");
        Assert.Equal("500", await CodesAsync(1, 1));
        Assert.Equal([1, 1], server.Rules.List().Select(static fault => (int)fault.Hits));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Of_many_calls_at_once_exactly_as_many_fail_as_ordered(int version)
    {
        string id = await server.OrderAsync("""{"skip":5,"times":20,"effect":"status","code":500}""");
        string[] codes = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => CodesAsync(version, 1)));
        Assert.Equal((20, 40), (codes.Count(static code => code == "500"), codes.Count(static code => code == "200")));
        Assert.Equal((60, 20), (server.Rules.List().Single(fault => fault.Id == id).Seen, server.Rules.List().Single(fault => fault.Id == id).Hits));
    }

    [Fact]
    public async Task The_sandboxs_own_paths_are_spared()
    {
        await server.OrderAsync("""{"effect":"drop"}""");
        Assert.Equal(200, (await server.SendAsync("GET", "/sandbox/faults")).Code);
        Assert.Equal(200, (await server.SendAsync("DELETE", "/sandbox/faults")).Code);
        Assert.Equal("200", await CodesAsync(1, 1));
    }

    private async Task<string> CodesAsync(int version, int count)
    {
        int[] codes = new int[count];
        for (int index = 0; index < count; index++)
        {
            using HttpResponseMessage response = await server.Client(version).GetAsync(new Uri(Pod, UriKind.Relative));
            codes[index] = (int)response.StatusCode;
        }

        return string.Join(' ', codes);
    }

    private Task<HttpResponseMessage> OpenWatchAsync(int version, string path = Watch) =>
        server.Client(version).GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

    private async Task<(HttpStatusCode Code, string Received, bool IsWhole)> ReceiveAsync(int version, string path)
    {
        using HttpResponseMessage response = await server.Client(version).GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        var received = new List<byte>();
        byte[] one = new byte[1];
        try
        {
            while (await body.ReadAsync(one) > 0)
            {
                received.Add(one[0]);
            }

            return (response.StatusCode, System.Text.Encoding.ASCII.GetString([.. received]), true);
        }
        catch (IOException)
        {
            return (response.StatusCode, System.Text.Encoding.ASCII.GetString([.. received]), false);
        }
    }
}
