using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using ConsulPets.Sandbox.Streaming;
using ConsulPets.Sandbox.Streaming.Logs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace ConsulPets.Sandbox.Tests.Streaming;

public sealed class LogTests : IAsyncLifetime
{
    private const string Path = StreamServer.PodPath + "/log";
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private StreamServer server = null!;

    public async Task InitializeAsync() => server = await StreamServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_log_is_plain_text()
    {
        for (int line = 0; line < 20_000; line++)
        {
            await server.Runtime.Log.Writer.WriteAsync($"line {line}");
        }

        server.Runtime.Log.Writer.Complete();
        using HttpResponseMessage response = await server.Http.GetAsync(new Uri($"{Path}?tailLines=7&timestamps=true&limitBytes=99&previous=0", UriKind.Relative));
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.ToString());
        string[] lines = (await response.Content.ReadAsStringAsync()).Split('\n');
        Assert.Equal(20_001, lines.Length);
        Assert.Equal("line 19999", lines[^2]);
        Assert.Equal(new LogRequest("consul", TailLines: 7, LimitBytes: 99, Timestamps: true), Assert.Single(server.Runtime.LogRequests));
    }

    [Fact]
    public async Task A_followed_log_comes_line_by_line_and_ends_with_the_client()
    {
        using (HttpResponseMessage response = await server.Http.GetAsync(new Uri($"{Path}?follow=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            for (int line = 0; line < 10; line++)
            {
                await server.Runtime.Log.Writer.WriteAsync($"line {line}");
                Assert.Equal($"line {line}", await reader.ReadLineAsync());
            }
        }

        await server.Runtime.Commands.WhenEmptyAsync();
        await server.Requests.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_followed_log_ends_with_the_container()
    {
        Task<string> reading = server.Http.GetStringAsync(new Uri($"{Path}?follow=true", UriKind.Relative));
        await server.Runtime.Log.Writer.WriteAsync("last words");
        server.Runtime.Log.Writer.Complete();
        Assert.Equal("last words\n", await reading);
    }

    [Fact]
    public async Task A_pod_without_a_node_has_an_empty_log()
    {
        server.Pod.Make("spec").Remove("nodeName");
        Assert.Empty(await server.Http.GetStringAsync(new Uri(Path, UriKind.Relative)));
    }

    [Theory]
    [InlineData("", """{"state":{"waiting":{"reason":"ContainerCreating"}}}""", "container \"consul\" in pod \"consul-0\" is waiting to start: ContainerCreating")]
    [InlineData("", """{"state":{"waiting":{"reason":"ErrImagePull"}}}""", "container \"consul\" in pod \"consul-0\" is waiting to start: image can't be pulled")]
    [InlineData("", """{"state":{"waiting":{"reason":"ImagePullBackOff"}}}""", "container \"consul\" in pod \"consul-0\" is waiting to start: trying and failing to pull image")]
    [InlineData("", """{"state":{"waiting":{}}}""", "container \"consul\" in pod \"consul-0\" is waiting to start - no logs yet")]
    [InlineData("", """{"state":{"terminated":{"exitCode":1}}}""", "container \"consul\" in pod \"consul-0\" is terminated")]
    [InlineData("", null, "container \"consul\" in pod \"consul-0\" is not available")]
    [InlineData("?previous=true", """{"state":{"running":{}}}""", "previous terminated container \"consul\" in pod \"consul-0\" not found")]
    [InlineData("?container=sidecar", """{"state":{"running":{}}}""", "container sidecar is not valid for pod consul-0")]
    public async Task A_log_that_is_not_there_is_told_as_by_a_kubelet(string query, string? state, string message)
    {
        SetState(state);
        using HttpResponseMessage response = await server.Http.GetAsync(new Uri(Path + query, UriKind.Relative));
        Assert.Equal(400, (int)response.StatusCode);
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(message, status.Text("message"));
        Assert.Equal("BadRequest", status.Text("reason"));
        Assert.Empty(server.Runtime.LogRequests);
    }

    [Theory]
    [InlineData(false, """{"state":{"running":{}}}""")]
    [InlineData(false, """{"state":{"terminated":{"containerID":"x"}}}""")]
    [InlineData(false, """{"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"containerID":"x"}}}""")]
    [InlineData(true, """{"state":{"running":{}},"lastState":{"terminated":{"containerID":"x"}}}""")]
    public void A_container_that_has_run_has_a_log(bool previous, string state)
    {
        SetState(state);
        Assert.Null(PodContainers.LogProblem(StreamServer.Store(server.Pod), "consul", previous));
    }

    [Fact]
    public void Which_of_several_containers_must_be_said()
    {
        server.Pod["spec"] = JsonNode.Parse("""{"initContainers":[{"name":"init"}],"containers":[{"name":"consul"},{"name":"exporter"}]}""");
        StoredObject pod = StreamServer.Store(server.Pod);
        ApiException refusal = Assert.Throws<ApiException>(() => PodContainers.Choose(pod, null));
        Assert.Equal("a container name must be specified for pod consul-0, choose one of: [init consul exporter]", refusal.Message);
        Assert.Equal("init", PodContainers.Choose(pod, "init"));
    }

    [Theory]
    [InlineData("tailLines=-1", 422, "PodLogOptions \"consul-0\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("limitBytes=0", 422, "PodLogOptions \"consul-0\" is invalid: limitBytes: Invalid value: 0: must be greater than 0")]
    [InlineData("sinceSeconds=0", 422, "PodLogOptions \"consul-0\" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0")]
    [InlineData("tailLines=many", 400, "strconv.ParseInt: parsing \"many\": invalid syntax")]
    [InlineData("sinceTime=yesterday", 400, "parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"")]
    public void Options_that_make_no_sense_are_refused(string query, int code, string message)
    {
        ApiException refusal = Assert.Throws<ApiException>(() => Read(query));
        Assert.Equal(code, refusal.Code);
        Assert.Equal(message, refusal.Message);
    }

    [Theory]
    [InlineData("sinceSeconds=90", "2026-01-31T11:58:30Z")]
    [InlineData("sinceSeconds=9223372036854775807", "1970-01-01T00:00:00Z")]
    [InlineData("sinceTime=2026-01-31T10:00:00%2B01:00", "2026-01-31T09:00:00Z")]
    [InlineData("sinceTime=2026-01-31T10:00:00.5Z", "2026-01-31T10:00:00.5Z")]
    public void A_log_can_begin_at_a_moment(string query, string expected) => Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), Read(query).Since);

    [Theory]
    [InlineData("", false)]
    [InlineData("follow=false", false)]
    [InlineData("follow=0", false)]
    [InlineData("follow=FALSE", false)]
    [InlineData("follow=true", true)]
    [InlineData("follow=1", true)]
    [InlineData("follow", true)]
    public void A_switch_is_on_unless_it_says_no(string query, bool expected) => Assert.Equal(expected, Read(query).Follow);

    private static LogRequest Read(string query) => LogOptions.Read(new QueryCollection(QueryHelpers.ParseQuery(query)), "consul-0", Now);

    private void SetState(string? state)
    {
        var statuses = new JsonArray();
        if (state is not null)
        {
            var status = (JsonObject)JsonNode.Parse(state)!;
            status["name"] = "consul";
            statuses.Add((JsonNode)status);
        }

        server.Pod.Make("status")["containerStatuses"] = statuses;
    }
}
