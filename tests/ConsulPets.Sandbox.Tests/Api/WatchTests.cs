using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Api;

public class WatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_watch_begins_with_what_is_there_and_goes_on_with_changes()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        using var watch = await Watching.OpenAsync(api, "/api/v1/namespaces/default/configmaps?watch=true");
        Assert.Equal(("ADDED", "a"), await watch.NextAsync());
        api.ConfigMap("b");
        api.Registry.Update(ResourceKinds.ConfigMaps, "default", "a", Labelled("x", "y"), WriteRequest.Controller);
        api.Registry.Delete(ResourceKinds.ConfigMaps, "default", "b", new DeleteRequest());
        Assert.Equal(("ADDED", "b"), await watch.NextAsync());
        Assert.Equal(("MODIFIED", "a"), await watch.NextAsync());
        Assert.Equal(("DELETED", "b"), await watch.NextAsync());
    }

    [Fact]
    public async Task A_watch_from_a_revision_tells_what_came_after()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        StoredObject first = api.ConfigMap("a");
        api.ConfigMap("b");
        using var watch = await Watching.OpenAsync(api, $"/api/v1/watch/namespaces/default/configmaps?resourceVersion={first.Revision}");
        Assert.Equal(("ADDED", "b"), await watch.NextAsync());
    }

    [Fact]
    public async Task What_enters_or_leaves_the_view_is_added_or_deleted()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        using var watch = await Watching.OpenAsync(api, $"/api/v1/configmaps?watch=1&labelSelector=app%3Dx&resourceVersion={api.Registry.Store.Revision}");
        api.Registry.Update(ResourceKinds.ConfigMaps, "default", "a", Labelled("app", "x"), WriteRequest.Controller);
        api.Registry.Update(ResourceKinds.ConfigMaps, "default", "a", Labelled("more", "y"), WriteRequest.Controller);
        StoredObject left = api.Registry.Update(ResourceKinds.ConfigMaps, "default", "a", Labelled("app", "z"), WriteRequest.Controller);
        api.Registry.Delete(ResourceKinds.ConfigMaps, "default", "a", new DeleteRequest());
        api.ConfigMap("end", ("app", "x"));
        Assert.Equal(("ADDED", "a"), await watch.NextAsync());
        Assert.Equal(("MODIFIED", "a"), await watch.NextAsync());
        JsonObject deleted = await watch.NextEventAsync();
        Assert.Equal(("DELETED", "x"), (deleted.Text("type"), deleted.Text("object", "metadata", "labels", "app")));
        Assert.Equal(left.Json.Text("metadata", "resourceVersion"), deleted.Text("object", "metadata", "resourceVersion"));
        Assert.Equal(("ADDED", "end"), await watch.NextAsync());
    }

    [Fact]
    public async Task A_watch_with_initial_events_says_where_they_end()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        using var watch = await Watching.OpenAsync(
            api, "/api/v1/configmaps?watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan");
        Assert.Equal(("ADDED", "a"), await watch.NextAsync());
        JsonObject bookmark = await watch.NextEventAsync();
        Assert.Equal(("BOOKMARK", "true"), (bookmark.Text("type"), bookmark.Text("object", "metadata", "annotations", "k8s.io/initial-events-end")));
    }

    [Fact]
    public async Task A_watch_ends_when_its_time_is_over_and_says_how_far_it_came()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        using var watch = await Watching.OpenAsync(api, "/api/v1/configmaps?watch=1&timeoutSeconds=1&allowWatchBookmarks=true");
        JsonObject bookmark = await watch.NextEventAsync();
        Assert.Equal(
            ("BOOKMARK", api.Registry.Store.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture)), (bookmark.Text("type"), bookmark.Text("object", "metadata", "resourceVersion")));
        Assert.True(await watch.HasEndedAsync());
    }

    [Fact]
    public async Task A_watch_from_a_forgotten_revision_is_told_to_list_anew()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        api.Registry.Store.Compact();
        using var watch = await Watching.OpenAsync(api, "/api/v1/configmaps?watch=1&resourceVersion=1");
        JsonObject error = await watch.NextEventAsync();
        Assert.Equal(("ERROR", "Expired", 410L), (error.Text("type"), error.Text("object", "reason"), error.Number("object", "code")));
        Assert.True(await watch.HasEndedAsync());
    }

    [Fact]
    public async Task A_watch_ends_cleanly_with_the_store_or_the_server()
    {
        ApiFixture api = await ApiFixture.StartAsync();
        using var first = await Watching.OpenAsync(api, "/api/v1/configmaps?watch=1");
        await Poll.UntilAsync(() => api.Registry.Store.Watchers == 1);
        api.Registry.Store.EndWatches();
        Assert.True(await first.HasEndedAsync());
        using var second = await Watching.OpenAsync(api, "/api/v1/configmaps?watch=1");
        await Poll.UntilAsync(() => api.Registry.Store.Watchers == 1);
        await api.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Equal(0, api.Registry.Store.Watchers);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_its_watch()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        using (await Watching.OpenAsync(api, "/api/v1/configmaps?watch=1"))
        {
            await Poll.UntilAsync(() => api.Registry.Store.Watchers == 1);
        }

        await Poll.UntilAsync(() => api.Registry.Store.Watchers == 0);
    }

    [Fact]
    public async Task A_tables_watch_names_its_columns_once()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        api.ConfigMap("a");
        using var watch = await Watching.OpenAsync(api, "/api/v1/configmaps?watch=1", "application/json;as=Table;v=v1;g=meta.k8s.io");
        JsonObject first = await watch.NextEventAsync();
        Assert.Equal(("Table", true), (first.Text("object", "kind"), first.At("object", "columnDefinitions") is JsonArray));
        api.ConfigMap("b");
        JsonObject second = await watch.NextEventAsync();
        Assert.Null(second.At("object", "columnDefinitions"));
        Assert.Equal("b", second.Items("object", "rows").Single().Texts("cells").First());
    }

    private static Func<JsonObject, JsonObject?> Labelled(string key, string value) => json =>
    {
        json.Make("metadata", "labels")[key] = value;
        return json;
    };

    private sealed class Watching(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        public static async Task<Watching> OpenAsync(ApiFixture api, string path, string accept = "application/json")
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = new Version(2, 0) };
            request.Headers.TryAddWithoutValidation("Accept", accept);
            HttpResponseMessage response = await api.Administrator.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
            Assert.True(response.IsSuccessStatusCode);
            return new Watching(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
        }

        public async Task<JsonObject> NextEventAsync() => (JsonObject)JsonNode.Parse((await reader.ReadLineAsync().WaitAsync(Patience))!)!;

        public async Task<(string? Type, string? Name)> NextAsync()
        {
            JsonObject json = await NextEventAsync();
            return (json.Text("type"), json.Text("object", "metadata", "name"));
        }

        public async Task<bool> HasEndedAsync() => await reader.ReadLineAsync().WaitAsync(Patience) is null;

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}
