using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Streaming.Proxy;

namespace ConsulPets.Sandbox.Tests.Streaming;

public sealed class ProxyRulesTests
{
    [Theory]
    [InlineData("/ui/", "/p/proxy/ui/")]
    [InlineData("/ui?a=/b#c", "/p/proxy/ui?a=/b#c")]
    [InlineData("/p/proxy/ui", "/p/proxy/ui")]
    [InlineData("ui/x", "ui/x")]
    [InlineData("?a=1", "?a=1")]
    [InlineData("http://10.0.0.1:8500/ui", "/p/proxy/ui")]
    [InlineData("http://api:6443/ui", "http://api:6443/p/proxy/ui")]
    [InlineData("http://elsewhere/ui", "http://elsewhere/ui")]
    [InlineData("//elsewhere/ui", "//elsewhere/ui")]
    [InlineData("x?to=http://10.0.0.1:8500/", "x?to=http://10.0.0.1:8500/")]
    public void Redirects_within_the_pod_stay_within_the_proxy(string location, string expected) =>
        Assert.Equal(expected, ProxyHeaders.Redirect(location, "/p/proxy", "10.0.0.1:8500", "api:6443"));

    [Theory]
    [InlineData("consul-0", "", "consul-0", "")]
    [InlineData("consul-0:8500", "", "consul-0", "8500")]
    [InlineData("https:consul-0:8501", "https", "consul-0", "8501")]
    [InlineData("https:consul-0:", "https", "consul-0", "")]
    public void A_pods_address_has_a_scheme_and_a_port(string text, string scheme, string name, string port) => Assert.Equal(new PodAddress(scheme, name, port), PodAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(":8500")]
    [InlineData("ftp:consul-0:8500")]
    [InlineData("a:b:c:d")]
    public void What_is_no_address_is_none(string text) => Assert.Null(PodAddress.Parse(text));

    [Theory]
    [InlineData("", "", 8500)]
    [InlineData("https", "", 8500)]
    [InlineData("", "http-api", 8500)]
    [InlineData("", "8301", 8301)]
    public void A_port_is_a_number_or_a_name_or_the_first(string scheme, string port, int expected) =>
        Assert.Equal(expected, new PodAddress(scheme, "consul-0", port).Resolve(StreamServer.Store(StreamServer.MakePod())));

    [Theory]
    [InlineData("", 80)]
    [InlineData("https", 443)]
    public void A_pod_that_declares_no_port_has_the_schemes(string scheme, int expected)
    {
        JsonObject pod = StreamServer.MakePod();
        ((JsonObject)pod["spec"]!["containers"]![0]!).Remove("ports");
        Assert.Equal(expected, new PodAddress(scheme, "consul-0", string.Empty).Resolve(StreamServer.Store(pod)));
    }

    [Theory]
    [InlineData("/api/v1/namespaces/n/pods/p:80/proxy", "/api/v1/namespaces/n/pods/p:80/proxy", "")]
    [InlineData("/api/v1/namespaces/n/pods/proxy/proxy/proxy/a%2Fb", "/api/v1/namespaces/n/pods/proxy/proxy", "/proxy/a%2Fb")]
    public void A_path_is_split_where_the_proxy_ends(string path, string prefix, string rest) => Assert.Equal(new ProxyPath(prefix, rest), ProxyPath.Split(path));
}
