using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Objects;

namespace ConsulPets.Sandbox.Tests.Api;

public class ServiceTargetsTests
{
    private static readonly JsonObject Service = (JsonObject)JsonNode.Parse("""{"spec":{"ports":[{"name":"http","port":80},{"name":"rpc","port":81}]}}""")!;

    private static readonly JsonObject Endpoints = (JsonObject)JsonNode.Parse(
        """
        {"subsets":[{"addresses":[{"ip":"1","targetRef":{"kind":"Pod","name":"p"}},{"ip":"2"}],"notReadyAddresses":[{"ip":"3","targetRef":{"kind":"Pod","name":"q"}}],
        "ports":[{"name":"http","port":8500},{"name":"rpc","port":8300}]}]}
        """)!;

    [Theory]
    [InlineData("s:http", "p:8500")]
    [InlineData("s:81", "p:8300")]
    [InlineData("https:s:rpc", "p:8300")]
    [InlineData("s", "")]
    [InlineData("s:nope", "")]
    public void A_ready_pod_behind_the_port_is_chosen(string target, string chosen) => Assert.Equal(
        chosen, string.Join(',', ServiceTargets.Choose(Service, Endpoints, ProxyTarget.Parse(target)).Select(static choice => $"{choice.PodName}:{choice.Port}")));

    [Theory]
    [InlineData("p")]
    [InlineData("p:8500")]
    [InlineData("https:p:8501")]
    public void A_target_is_written_as_it_was_read(string text) => Assert.Equal(text, ProxyTarget.Parse(text).ToString());
}
