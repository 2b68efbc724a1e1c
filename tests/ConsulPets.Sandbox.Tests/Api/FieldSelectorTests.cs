using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Api.Objects;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Api;

public class FieldSelectorTests
{
    private static readonly JsonObject Pod = (JsonObject)JsonNode.Parse(
        """{"metadata":{"name":"p","namespace":"x"},"spec":{"nodeName":"n1","restartPolicy":"Always"},"status":{"phase":"Running"}}""")!;

    [Theory]
    [InlineData("", true)]
    [InlineData("metadata.name=p", true)]
    [InlineData("metadata.name==p", true)]
    [InlineData("metadata.name=q", false)]
    [InlineData("metadata.name!=q,metadata.namespace=x", true)]
    [InlineData("spec.nodeName=n1,status.phase!=Running", false)]
    [InlineData("status.podIP=", true)]
    [InlineData("spec.hostNetwork=false", true)]
    public void Pods_are_selected_by_their_fields(string selector, bool isMeant) => Assert.Equal(isMeant, FieldSelector.Parse(ResourceKinds.Pods, selector).Matches(Pod));

    [Fact]
    public void Events_are_selected_by_what_they_are_about()
    {
        var json = (JsonObject)JsonNode.Parse("""{"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","name":"p"},"type":"Warning","reason":"BackOff","source":{"component":"kubelet"}}""")!;
        Assert.True(FieldSelector.Parse(ResourceKinds.Events, "involvedObject.kind=Pod,involvedObject.name=p,type=Warning,reason=BackOff,source=kubelet").Matches(json));
        Assert.False(FieldSelector.Parse(ResourceKinds.Events, "involvedObject.uid=u").Matches(json));
    }

    [Theory]
    [InlineData("pods", "spec.foo=a", "field label not supported: spec.foo")]
    [InlineData("pods", "a", "invalid selector: 'a'; can't understand 'a'")]
    [InlineData("configmaps", "data=a", "\"data\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")]
    public void What_cannot_be_selected_by_is_refused_in_the_servers_words(string resource, string selector, string message)
    {
        ApiException refusal = Assert.Throws<ApiException>(() => FieldSelector.Parse(ResourceKinds.Find(string.Empty, resource)!, selector));
        Assert.Equal((400, "BadRequest", message), (refusal.Code, refusal.Reason, refusal.Message));
    }
}
