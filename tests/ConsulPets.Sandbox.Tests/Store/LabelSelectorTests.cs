using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Store;

public sealed class LabelSelectorTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "consul", ["tier"] = "server", ["empty"] = "" };

    [Theory]
    [InlineData("", true)]
    [InlineData("app", true)]
    [InlineData("!app", false)]
    [InlineData("!none", true)]
    [InlineData("none", false)]
    [InlineData("app=consul", true)]
    [InlineData("app==consul", true)]
    [InlineData("app = consul , tier=server", true)]
    [InlineData("app=consul,tier=client", false)]
    [InlineData("app!=consul", false)]
    [InlineData("none!=consul", true)]
    [InlineData("empty=", true)]
    [InlineData("app in (nomad, consul),tier", true)]
    [InlineData("app in (nomad)", false)]
    [InlineData("app notin (nomad,vault)", true)]
    [InlineData("app notin (consul)", false)]
    [InlineData("none notin (consul)", true)]
    public void A_requests_selector_means_what_kubectl_means(string selector, bool matches) => Assert.Equal(matches, LabelSelector.Parse(selector).Matches(Labels));

    [Theory]
    [InlineData("=consul")]
    [InlineData("app of (x)")]
    [InlineData("two words")]
    public void What_is_no_selector_is_refused(string selector) => Assert.Throws<FormatException>(() => LabelSelector.Parse(selector));

    [Theory]
    [InlineData("""{"matchLabels":{"app":"consul"}}""", true)]
    [InlineData("""{"matchLabels":{"app":"vault"}}""", false)]
    [InlineData("""{}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"tier","operator":"In","values":["server","client"]},{"key":"none","operator":"DoesNotExist"}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"tier","operator":"NotIn","values":["server"]}]}""", false)]
    [InlineData("""{"matchExpressions":[{"key":"none","operator":"Exists"}]}""", false)]
    public void A_manifests_selector_means_what_a_controller_means(string selector, bool matches) =>
        Assert.Equal(matches, LabelSelector.OfManifest(JsonNode.Parse(selector)!.AsObject()).Matches(Labels));
}
