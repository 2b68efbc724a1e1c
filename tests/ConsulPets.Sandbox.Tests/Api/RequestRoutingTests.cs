using ConsulPets.Sandbox.Api.Wire;

namespace ConsulPets.Sandbox.Tests.Api;

public class RequestRoutingTests
{
    [Theory]
    [InlineData("GET", "/api/v1/pods", "list", "pods", "", "", "", "")]
    [InlineData("GET", "/api/v1/namespaces/x/pods", "list", "pods", "x", "", "", "")]
    [InlineData("GET", "/api/v1/namespaces/x/pods/p", "get", "pods", "x", "p", "", "")]
    [InlineData("HEAD", "/api/v1/namespaces/x/pods/p", "get", "pods", "x", "p", "", "")]
    [InlineData("GET", "/api/v1/watch/namespaces/x/pods", "watch", "pods", "x", "", "", "")]
    [InlineData("GET", "/api/v1/watch/namespaces/x/pods/p", "watch", "pods", "x", "p", "", "")]
    [InlineData("GET", "/api/v1/namespaces/x", "get", "namespaces", "", "x", "", "")]
    [InlineData("PUT", "/api/v1/namespaces/x/finalize", "update", "namespaces", "", "x", "finalize", "")]
    [InlineData("DELETE", "/api/v1/namespaces/x/pods", "deletecollection", "pods", "x", "", "", "")]
    [InlineData("POST", "/apis/policy/v1beta1/namespaces/x/poddisruptionbudgets", "create", "poddisruptionbudgets", "x", "", "", "")]
    [InlineData("PATCH", "/apis/apps/v1/namespaces/x/statefulsets/s/scale", "patch", "statefulsets", "x", "s", "scale", "")]
    [InlineData("GET", "/api/v1/namespaces/x/pods/https:p:8501/proxy/v1/kv/a%2Fb%20c", "get", "pods", "x", "https:p:8501", "proxy", "/v1/kv/a%2Fb%20c")]
    [InlineData("PUT", "/api/v1/namespaces/x/pods/p:8500/proxy/", "update", "pods", "x", "p:8500", "proxy", "/")]
    [InlineData("GET", "/api/v1/namespaces/x/pods/p/proxy", "get", "pods", "x", "p", "proxy", "")]
    [InlineData("GET", "/api/v1/nodes/node-1", "get", "nodes", "", "node-1", "", "")]
    public void A_path_means_an_object(string method, string path, string verb, string resource, string place, string name, string subresource, string rest)
    {
        RequestRoute route = RequestRouting.Read(method, path, false, string.Empty);
        Assert.Equal((verb, resource, place, name, subresource, rest), (route.Request.Verb, route.Request.Kind?.Plural, route.Request.Namespace, route.Request.Name, route.Request.Subresource, route.Request.Rest));
        Assert.Equal(path, route.Request.Path);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api")]
    [InlineData("/api/v1")]
    [InlineData("/apis/apps/v1")]
    [InlineData("/version")]
    [InlineData("/openapi/v3/apis/apps/v1")]
    public void Other_paths_mean_no_object(string path)
    {
        RequestRoute route = RequestRouting.Read("GET", path, false, string.Empty);
        Assert.Null(route.Request.Kind);
        Assert.Equal(("get", false, path), (route.Access.Verb, route.Access.IsResource, route.Access.Path));
    }

    [Theory]
    [InlineData("/api/v2/pods")]
    [InlineData("/apis/apps/v1beta1/statefulsets")]
    [InlineData("/apis/nope/v1/things")]
    [InlineData("/api/v1/namespaces/x/nodes")]
    public void What_is_not_served_has_no_kind_but_rights_are_asked_for_it(string path)
    {
        RequestRoute route = RequestRouting.Read("GET", path, false, string.Empty);
        Assert.Null(route.Request.Kind);
        Assert.True(route.Access.IsResource);
    }

    [Fact]
    public void A_list_of_one_name_needs_the_right_to_that_name_only()
    {
        RequestRoute route = RequestRouting.Read("GET", "/api/v1/namespaces/x/pods", true, "p");
        Assert.Equal(("watch", string.Empty, "p"), (route.Request.Verb, route.Request.Name, route.Access.Name));
    }

    [Fact]
    public void A_namespace_is_asked_for_in_itself()
    {
        Assert.Equal("x", RequestRouting.Read("GET", "/api/v1/namespaces/x", false, string.Empty).Access.Namespace);
    }
}
