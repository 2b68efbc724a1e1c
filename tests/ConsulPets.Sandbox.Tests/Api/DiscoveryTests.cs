using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Discovery;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Api;

public class DiscoveryTests
{
    [Fact]
    public async Task The_version_says_that_it_is_a_sandbox()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        (_, JsonObject json) = await api.GetAsync("/version");
        Assert.Equal(("1", "31", "v1.31.0+consulpets.sandbox"), (json.Text("major"), json.Text("minor"), json.Text("gitVersion")));
        Assert.Equal("ok", (await api.GetAsync("/readyz")).Json.Text("text"));
    }

    [Fact]
    public void Every_kind_is_told_in_each_of_its_versions()
    {
        foreach (ResourceKind kind in ResourceKinds.All)
        {
            foreach (string version in kind.Versions)
            {
                JsonObject document = DiscoveryDocuments.Resources(kind.Group, version)!;
                Assert.Equal(kind.ApiVersion(version), document.Text("groupVersion"));
                JsonObject resource = document.Items("resources").Single(item => item.Text("name") == kind.Plural);
                Assert.Equal((kind.Kind, kind.Singular, kind.IsNamespaced), (resource.Text("kind"), resource.Text("singularName"), resource.Truth("namespaced")));
                Assert.Equal(kind.ShortNames, resource.Texts("shortNames"));
                Assert.Equal(kind.Subresources.Order(), document.Items("resources").Select(static item => item.Text("name")!).Where(name => name.StartsWith(kind.Plural + "/", StringComparison.Ordinal)).Select(static name => name.Split('/')[1]).Order());
            }
        }
    }

    [Fact]
    public void A_groups_preferred_version_comes_first()
    {
        JsonObject group = DiscoveryDocuments.Group("policy")!;
        Assert.Equal("policy/v1", group.Text("preferredVersion", "groupVersion"));
        Assert.Equal(["v1", "v1beta1"], group.Items("versions").Select(static version => version.Text("version")));
    }

    [Fact]
    public void A_scale_is_of_another_group()
    {
        JsonObject scale = DiscoveryDocuments.Resources("apps", "v1")!.Items("resources").Single(static item => item.Text("name") == "statefulsets/scale");
        Assert.Equal(("autoscaling", "v1", "Scale"), (scale.Text("group"), scale.Text("version"), scale.Text("kind")));
    }

    [Theory]
    [InlineData("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json", "APIGroupDiscoveryList", "apidiscovery.k8s.io/v2")]
    [InlineData("application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json", "APIGroupDiscoveryList", "apidiscovery.k8s.io/v2beta1")]
    [InlineData("application/json, */*", "APIGroupList", "v1")]
    public async Task All_groups_are_told_at_once_to_who_asks_so(string accept, string kind, string version)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        (_, JsonObject json) = await api.GetAsync("/apis", accept);
        Assert.Equal((kind, version), (json.Text("kind"), json.Text("apiVersion")));
    }

    [Fact]
    public void What_is_told_at_once_is_what_is_told_one_by_one()
    {
        JsonObject aggregated = DiscoveryDocuments.Aggregated(false, "v2");
        foreach (JsonObject group in aggregated.Items("items"))
        {
            foreach (JsonObject version in group.Items("versions"))
            {
                IEnumerable<string?> names = version.Items("resources").SelectMany(static resource =>
                    new[] { resource.Text("resource") }.Concat(resource.Items("subresources").Select(sub => $"{resource.Text("resource")}/{sub.Text("subresource")}")));
                Assert.Equal(
                    DiscoveryDocuments.Resources(group.Text("metadata", "name")!, version.Text("version")!)!.Items("resources").Select(static item => item.Text("name")).Order(), names.Order());
            }
        }
    }

    [Fact]
    public async Task Each_kind_can_be_patched_with_field_validation_and_dry_run()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        (_, JsonObject index) = await api.GetAsync("/openapi/v3");
        (_, JsonObject document) = await api.GetAsync(index.Text("paths", "apis/apps/v1", "serverRelativeURL")!);
        JsonObject patch = document.Part("paths", "/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}", "patch")!;
        Assert.Equal(("apps", "v1", "StatefulSet"), (patch.Text("x-kubernetes-group-version-kind", "group"), patch.Text("x-kubernetes-group-version-kind", "version"), patch.Text("x-kubernetes-group-version-kind", "kind")));
        Assert.Equal(["dryRun", "fieldManager", "fieldValidation", "force"], patch.Items("parameters").Select(static parameter => parameter.Text("name")));
    }

    [Theory]
    [InlineData("application/com.github.proto-openapi.spec.v2@v1.0+protobuf")]
    [InlineData("application/com.github.proto-openapi.spec.v2.v1.0+protobuf")]
    public async Task The_older_document_comes_as_a_protocol_buffer(string accept)
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v2");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using HttpResponseMessage response = await api.Administrator.SendAsync(request);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", response.Content.Headers.GetValues("Content-Type").Single());

        // swagger: "2.0", the document's first field.
        Assert.Equal([0x0A, 0x03, (byte)'2', (byte)'.', (byte)'0'], bytes[..5]);
        Assert.Contains("x-kubernetes-group-version-kind", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(200, (await api.GetAsync("/openapi/v2", "application/json")).Code);
    }
}
