using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Access;

namespace ConsulPets.Sandbox.Tests.Api;

public class RoleRulesTests
{
    private static readonly UserInfo Account = UserInfo.ServiceAccount("a", "b", null);

    [Theory]
    [InlineData("""{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}""", "get", "", "pods", "", "p", true)]
    [InlineData("""{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}""", "list", "", "pods", "", "", false)]
    [InlineData("""{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}""", "get", "", "pods", "proxy", "p", false)]
    [InlineData("""{"apiGroups":[""],"resources":["pods/proxy"],"verbs":["*"]}""", "update", "", "pods", "proxy", "p", true)]
    [InlineData("""{"apiGroups":[""],"resources":["pods/*"],"verbs":["*"]}""", "get", "", "pods", "log", "p", false)]
    [InlineData("""{"apiGroups":["*"],"resources":["*/scale"],"verbs":["*"]}""", "patch", "apps", "statefulsets", "scale", "s", true)]
    [InlineData("""{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}""", "delete", "apps", "statefulsets", "status", "s", true)]
    [InlineData("""{"apiGroups":[""],"resources":["*"],"verbs":["*"]}""", "get", "apps", "statefulsets", "", "s", false)]
    [InlineData("""{"apiGroups":[""],"resources":["pods"],"resourceNames":["p"],"verbs":["get","list"]}""", "get", "", "pods", "", "p", true)]
    [InlineData("""{"apiGroups":[""],"resources":["pods"],"resourceNames":["p"],"verbs":["get","list"]}""", "get", "", "pods", "", "q", false)]
    [InlineData("""{"apiGroups":[""],"resources":["pods"],"resourceNames":["p"],"verbs":["get","list"]}""", "list", "", "pods", "", "", false)]
    public void A_rule_allows_what_it_names(string rule, string verb, string group, string resource, string subresource, string name, bool isAllowed) =>
        Assert.Equal(isAllowed, RoleRules.Allow((JsonObject)JsonNode.Parse(rule)!, new AccessRequest(verb, group, "v1", resource, subresource, "x", name, string.Empty)));

    [Theory]
    [InlineData("/healthz", "/healthz", true)]
    [InlineData("/apis/*", "/apis/apps/v1", true)]
    [InlineData("/apis/*", "/apis", false)]
    [InlineData("*", "/metrics", true)]
    [InlineData("/healthz", "/healthz/etcd", false)]
    public void A_rule_allows_the_paths_it_names(string pattern, string path, bool isAllowed) => Assert.Equal(
        isAllowed, RoleRules.Allow(new JsonObject { ["nonResourceURLs"] = new JsonArray(pattern), ["verbs"] = new JsonArray("get") }, AccessRequest.OfPath("get", path)));

    [Theory]
    [InlineData("list", "", "pods", "", "x", "", "pods is forbidden: User \"system:serviceaccount:a:b\" cannot list resource \"pods\" in API group \"\" in the namespace \"x\"")]
    [InlineData("list", "", "pods", "", "", "", "pods is forbidden: User \"system:serviceaccount:a:b\" cannot list resource \"pods\" in API group \"\" at the cluster scope")]
    [InlineData("get", "", "pods", "", "x", "zz", "pods \"zz\" is forbidden: User \"system:serviceaccount:a:b\" cannot get resource \"pods\" in API group \"\" in the namespace \"x\"")]
    [InlineData("list", "apps", "statefulsets", "", "x", "", "statefulsets.apps is forbidden: User \"system:serviceaccount:a:b\" cannot list resource \"statefulsets\" in API group \"apps\" in the namespace \"x\"")]
    [InlineData("get", "", "pods", "proxy", "x", "p", "pods \"p\" is forbidden: User \"system:serviceaccount:a:b\" cannot get resource \"pods/proxy\" in API group \"\" in the namespace \"x\"")]
    [InlineData("get", "", "nodes", "", "", "n1", "nodes \"n1\" is forbidden: User \"system:serviceaccount:a:b\" cannot get resource \"nodes\" in API group \"\" at the cluster scope")]
    public void A_refusal_is_worded_as_the_real_one(string verb, string group, string resource, string subresource, string place, string name, string message)
    {
        var access = new AccessRequest(verb, group, "v1", resource, subresource, place, name, string.Empty);
        Assert.Equal((403, "Forbidden", message), RoleBasedAccess.Forbidden(Account, access) is var refusal ? (refusal.Code, refusal.Reason, refusal.Message) : default);
    }

    [Fact]
    public void A_refused_path_is_named() => Assert.Equal(
        "forbidden: User \"system:serviceaccount:a:b\" cannot get path \"/metrics\"", RoleBasedAccess.Forbidden(Account, AccessRequest.OfPath("get", "/metrics")).Message);
}
