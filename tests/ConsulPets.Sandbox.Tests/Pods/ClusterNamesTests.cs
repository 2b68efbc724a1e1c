using ConsulPets.Sandbox.Pods;

namespace ConsulPets.Sandbox.Tests.Pods;

public sealed class ClusterNamesTests
{
    private static readonly Dictionary<string, string> Variables = new() { ["SET"] = "consul", ["NAMESPACE"] = "default" };

    [Theory]
    [InlineData("consul", "/consul/default")]
    [InlineData("consul.other", "consul/other/default /consul/other")]
    [InlineData("consul.other.svc", "consul/other/svc /consul/other")]
    [InlineData("consul.other.svc.cluster.local", "/consul/other")]
    [InlineData("consul.other.svc.cluster.local.", "/consul/other")]
    [InlineData("consul-0.consul", "consul-0/consul/default /consul-0/consul")]
    [InlineData("consul-0.consul.other.svc", "consul-0/consul/other")]
    [InlineData("127.0.0.1", "")]
    [InlineData("provider=aws tag_key=x", "")]
    [InlineData("{{ GetPrivateIP }}", "")]
    public void A_name_is_looked_for_as_a_pods_resolver_does(string name, string expected) =>
        Assert.Equal(expected, string.Join(' ', ClusterNames.Candidates(name, "default").Select(static one => $"{one.Host}/{one.Service}/{one.Namespace}")));

    [Theory]
    [InlineData("agent|-retry-join=consul|-server", "agent|-retry-join=1|-retry-join=2|-server")]
    [InlineData("agent|-retry-join|consul|-server", "agent|-retry-join|1|-retry-join|2|-server")]
    [InlineData("agent|-retry-join=consul:8301", "agent|-retry-join=1:8301|-retry-join=2:8301")]
    [InlineData("agent|--join=consul|-join-wan=consul|-retry-join-wan=consul", "agent|--join=1|--join=2|-join-wan=1|-join-wan=2|-retry-join-wan=1|-retry-join-wan=2")]
    [InlineData("agent|-retry-join=unknown|-node=consul|consul", "agent|-retry-join=unknown|-node=consul|consul")]
    [InlineData("agent|-retry-join", "agent|-retry-join")]
    [InlineData("sh|exec consul agent -retry-join=consul -node consul", "sh|exec consul agent -retry-join=1 -retry-join=2 -node consul")]
    [InlineData("sh|exec consul agent -retry-join \"consul\" -x", "sh|exec consul agent -retry-join=1 -retry-join=2 -x")]
    [InlineData("sh|exec consul agent -retry-join=\"${SET}\" -x", "sh|exec consul agent -retry-join=1 -retry-join=2 -x")]
    [InlineData("sh|exec consul agent -retry-join=$UNKNOWN -x", "sh|exec consul agent -retry-join=$UNKNOWN -x")]
    public void Names_of_agents_to_join_become_addresses_in_arguments(string before, string after) =>
        Assert.Equal(after, string.Join('|', ClusterNames.InArguments(before.Split('|'), Resolve, Variables)));

    [Theory]
    [InlineData("""{"retry_join":["consul"],"node_name":"consul"}""", """{"retry_join":["1", "2"],"node_name":"consul"}""")]
    [InlineData("""{"retry_join" : [ "consul:8301", "10.0.0.1" ]}""", """{"retry_join" : [ "1:8301", "2:8301", "10.0.0.1" ]}""")]
    [InlineData("""{"retry_join":["[::1]:8301","consul"]}""", """{"retry_join":["[::1]:8301","1", "2"]}""")]
    [InlineData("""{"start_join":["consul"],"retry_join_wan":["consul"],"start_join_wan":["consul"]}""", """{"start_join":["1", "2"],"retry_join_wan":["1", "2"],"start_join_wan":["1", "2"]}""")]
    [InlineData("retry_join = [\"consul\"]\nnode_name = \"consul\"", "retry_join = [\"1\", \"2\"]\nnode_name = \"consul\"")]
    [InlineData("retry_join = \"consul\"", "retry_join = [\"1\", \"2\"]")]
    [InlineData("""{"my_retry_join":["consul"],"retry_joins":["consul"]}""", """{"my_retry_join":["consul"],"retry_joins":["consul"]}""")]
    [InlineData("""{"retry_join":["unknown"]}""", """{"retry_join":["unknown"]}""")]
    public void Names_become_addresses_in_files_only_where_agents_to_join_are_listed(string before, string after) => Assert.Equal(after, ClusterNames.InConfiguration(before, Resolve));

    private static IReadOnlyList<string> Resolve(string text)
    {
        (string name, string port) = ClusterNames.Split(text);
        return name == "consul" ? [$"1{port}", $"2{port}"] : [];
    }
}
