using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Api;

public class ReadTests
{
    [Fact]
    public async Task A_list_has_its_kind_and_revision_and_the_selected_objects()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a", ("app", "x"));
        api.ConfigMap("b", ("app", "y"));
        (int code, JsonObject json) = await api.GetAsync("/api/v1/configmaps?labelSelector=app%3Dx");
        Assert.Equal((200, "ConfigMapList", "v1"), (code, json.Text("kind"), json.Text("apiVersion")));
        Assert.Equal(["a"], json.Items("items").Select(static item => item.Text("metadata", "name")));
        Assert.Equal(api.Registry.Store.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture), json.Text("metadata", "resourceVersion"));
    }

    [Fact]
    public async Task Pages_show_the_list_as_it_was_at_its_first_page()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        foreach (string name in (string[])["a", "b", "c", "d", "e"])
        {
            api.ConfigMap(name);
        }

        (_, JsonObject first) = await api.GetAsync("/api/v1/namespaces/default/configmaps?limit=2");
        Assert.Equal(3, first.Number("metadata", "remainingItemCount"));
        api.Registry.Delete(ResourceKinds.ConfigMaps, "default", "d", new DeleteRequest());
        api.ConfigMap("bb");
        (_, JsonObject second) = await api.GetAsync($"/api/v1/namespaces/default/configmaps?limit=2&continue={first.Text("metadata", "continue")}");
        (_, JsonObject third) = await api.GetAsync($"/api/v1/namespaces/default/configmaps?limit=2&continue={second.Text("metadata", "continue")}");
        Assert.Equal(["a", "b", "c", "d", "e"], new[] { first, second, third }.SelectMany(static page => page.Items("items")).Select(static item => item.Text("metadata", "name")));
        Assert.Equal(first.Text("metadata", "resourceVersion"), third.Text("metadata", "resourceVersion"));
        Assert.Null(third.At("metadata", "continue"));
    }

    [Fact]
    public async Task A_list_that_is_forgotten_can_be_continued_with_what_is_there_now()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        foreach (string name in (string[])["a", "b", "c"])
        {
            api.ConfigMap(name);
        }

        (_, JsonObject first) = await api.GetAsync("/api/v1/namespaces/default/configmaps?limit=1");
        api.Registry.Delete(ResourceKinds.ConfigMaps, "default", "b", new DeleteRequest());
        api.Registry.Store.Compact();
        (int code, JsonObject refusal) = await api.GetAsync($"/api/v1/namespaces/default/configmaps?limit=1&continue={first.Text("metadata", "continue")}");
        Assert.Equal((410, "Expired"), (code, refusal.Text("reason")));
        (code, JsonObject rest) = await api.GetAsync($"/api/v1/namespaces/default/configmaps?continue={refusal.Text("metadata", "continue")}");
        Assert.Equal(200, code);
        Assert.Equal(["c"], rest.Items("items").Select(static item => item.Text("metadata", "name")));
    }

    [Fact]
    public async Task A_list_that_has_selectors_does_not_tell_what_remains()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a", ("app", "x"));
        api.ConfigMap("b", ("app", "x"));
        (_, JsonObject json) = await api.GetAsync("/api/v1/configmaps?limit=1&labelSelector=app%3Dx");
        Assert.NotNull(json.Text("metadata", "continue"));
        Assert.Null(json.At("metadata", "remainingItemCount"));
    }

    [Fact]
    public async Task An_object_has_the_version_that_was_asked_for()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Registry.Create(ResourceKinds.DisruptionBudgets, "default", ApiFixture.Named("b"), WriteRequest.Controller);
        foreach (string version in (string[])["v1", "v1beta1"])
        {
            (_, JsonObject json) = await api.GetAsync($"/apis/policy/{version}/namespaces/default/poddisruptionbudgets/b");
            Assert.Equal($"policy/{version}", json.Text("apiVersion"));
            (_, json) = await api.GetAsync($"/apis/policy/{version}/poddisruptionbudgets");
            Assert.Equal($"policy/{version}", json.Items("items").Single().Text("apiVersion"));
        }
    }

    [Fact]
    public async Task A_table_has_columns_and_a_row_an_object()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Pod("p");
        (_, JsonObject json) = await api.GetAsync("/api/v1/namespaces/default/pods", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        Assert.Equal(("Table", "meta.k8s.io/v1"), (json.Text("kind"), json.Text("apiVersion")));
        Assert.Equal("Name", json.Items("columnDefinitions").First().Text("name"));
        JsonObject row = json.Items("rows").Single();
        Assert.Equal("p", row.Texts("cells").First());
        Assert.Equal(("PartialObjectMetadata", "p"), (row.Text("object", "kind"), row.Text("object", "metadata", "name")));
        (_, json) = await api.GetAsync("/api/v1/namespaces/default/pods/p?includeObject=Object", "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal("Pod", json.Items("rows").Single().Text("object", "kind"));
    }

    [Fact]
    public async Task Metadata_alone_can_be_asked_for()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.Pod("p");
        (_, JsonObject json) = await api.GetAsync("/api/v1/pods", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
        Assert.Equal("PartialObjectMetadataList", json.Text("kind"));
        Assert.Null(json.Items("items").Single()["spec"]);
    }

    [Theory]
    [InlineData("/apis/nope/v1", 404, null)]
    [InlineData("/apis/nope/v1/things", 404, null)]
    [InlineData("/nothing", 404, null)]
    [InlineData("/apis/apps/v1/nopes", 404, "the server could not find the requested resource")]
    [InlineData("/api/v1/pods/p", 404, "the server could not find the requested resource")]
    [InlineData("/api/v1/namespaces/default/pods/nope", 404, "pods \"nope\" not found")]
    [InlineData("/api/v1/namespaces/default/configmaps/x/status", 404, "the server could not find the requested resource")]
    [InlineData("/api/v1/pods?limit=x", 400, "strconv.ParseInt: parsing \"x\": invalid syntax")]
    [InlineData("/api/v1/pods?fieldSelector=spec.foo%3Da", 400, "field label not supported: spec.foo")]
    [InlineData("/api/v1/pods?resourceVersion=abc", 500, "resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax")]
    [InlineData("/api/v1/pods?resourceVersionMatch=Exact", 422, "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided")]
    [InlineData("/api/v1/pods?resourceVersion=1&resourceVersionMatch=Exact", 410, "The resourceVersion for the provided list is too old.")]
    [InlineData("/api/v1/nodes/n/proxy/", 503, "the nodes of a sandbox have no ports of their own")]
    public async Task A_wrong_request_is_refused_in_the_servers_words(string path, int code, string? message)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        (int answered, JsonObject json) = await api.GetAsync(path);
        Assert.Equal((code, message), (answered, json.Text("message")));
    }

    [Fact]
    public async Task A_revision_that_is_still_to_come_cannot_be_listed()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        (int code, JsonObject json) = await api.GetAsync("/api/v1/pods?resourceVersion=999999");
        Assert.Equal((504, "Timeout", "ResourceVersionTooLarge"), (code, json.Text("reason"), json.Items("details", "causes").Single().Text("reason")));
    }
}
