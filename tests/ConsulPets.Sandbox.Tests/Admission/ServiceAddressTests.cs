using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Admission;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Admission;

public sealed class ServiceAddressTests
{
    [Fact]
    public void Every_address_of_the_range_is_given_once_before_one_comes_again()
    {
        var addresses = new ServiceAddresses(7);
        string[] all = [.. Enumerable.Range(0, 50 * 254).Select(_ => addresses.Allocate(static _ => false)!)];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal("127.7.200.1", all[0]);
        Assert.Equal("127.7.249.254", all[^1]);
        Assert.All(all, address => Assert.True(addresses.Contains(address)));
        Assert.Equal(all[0], addresses.Allocate(static _ => false));
    }

    [Theory]
    [InlineData("127.7.199.254")]
    [InlineData("127.7.250.1")]
    [InlineData("127.7.200.0")]
    [InlineData("127.7.200.255")]
    [InlineData("127.8.200.1")]
    [InlineData("::1")]
    [InlineData("nonsense")]
    public void What_is_beside_the_range_is_not_in_it(string address) => Assert.False(new ServiceAddresses(7).Contains(address));

    [Fact]
    public void A_full_range_gives_nothing()
    {
        Assert.Null(new ServiceAddresses(7).Allocate(static _ => true));
        Assert.Null(new ServiceAddresses(7).AllocatePort(static _ => true));
    }

    [Fact]
    public void Services_that_are_created_at_once_have_addresses_of_their_own()
    {
        var world = new AdmissionWorld();
        Parallel.For(0, 100, index => world.Create(ResourceKinds.Services, AdmissionWorld.Service($"s{index}", """{"type":"NodePort"}""")));
        IReadOnlyList<StoredObject> services = world.Registry.List(ResourceKinds.Services);
        Assert.Equal(100, services.Select(static service => service.Json.Text("spec", "clusterIP")).Distinct().Count());
        Assert.Equal(100, services.Select(static service => service.Json.Items("spec", "ports").Single().Number("nodePort")).Distinct().Count());
    }

    [Fact]
    public void An_address_that_was_asked_for_is_given_once_and_free_again_after_the_service()
    {
        var world = new AdmissionWorld();
        const string spec = """{"clusterIP":"127.0.210.9"}""";
        Assert.Equal("""["127.0.210.9"]""", world.Create(ResourceKinds.Services, AdmissionWorld.Service("one", spec)).At("spec", "clusterIPs")!.ToJsonString());
        Assert.Contains(
            "spec.clusterIPs: Invalid value: []string{\"127.0.210.9\"}: failed to allocate IP 127.0.210.9: provided IP is already allocated",
            AdmissionWorld.Refusal(() => world.Create(ResourceKinds.Services, AdmissionWorld.Service("two", spec))),
            StringComparison.Ordinal);
        world.Registry.Delete(ResourceKinds.Services, Fixtures.Namespace, "one", new DeleteRequest());
        world.Create(ResourceKinds.Services, AdmissionWorld.Service("two", spec));
    }

    [Fact]
    public void A_dry_run_and_a_refusal_hold_no_address()
    {
        var world = new AdmissionWorld();
        string tried = world.Create(ResourceKinds.Services, AdmissionWorld.Service("tried"), dryRun: true).Text("spec", "clusterIP")!;
        world.Create(ResourceKinds.Services, AdmissionWorld.Service("real", $$"""{"clusterIP":"{{tried}}"}"""));
    }

    [Fact]
    public void A_service_keeps_its_address_and_ports_when_it_is_replaced()
    {
        var world = new AdmissionWorld();
        JsonObject before = world.Create(ResourceKinds.Services, AdmissionWorld.Service("s", """{"type":"NodePort"}"""));
        JsonObject after = world.Update(ResourceKinds.Services, "s", static copy => copy["spec"] = JsonNode.Parse("""{"type":"NodePort","selector":{"a":"b"},"ports":[{"port":80}]}"""));
        Assert.Equal(before.Text("spec", "clusterIP"), after.Text("spec", "clusterIP"));
        Assert.Equal(before.Items("spec", "ports").Single().Number("nodePort"), after.Items("spec", "ports").Single().Number("nodePort"));
    }

    [Fact]
    public void An_address_may_not_change()
    {
        var world = new AdmissionWorld();
        world.Create(ResourceKinds.Services, AdmissionWorld.Service("s", """{"clusterIP":"None"}"""));
        Assert.Contains(
            "spec.clusterIPs[0]: Invalid value: []string{\"127.0.201.1\"}: may not change once set",
            AdmissionWorld.Refusal(() => world.Update(ResourceKinds.Services, "s", static copy =>
            {
                copy.Make("spec")["clusterIP"] = "127.0.201.1";
                copy.Make("spec").Remove("clusterIPs");
            })),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_port_belongs_to_one_service()
    {
        var world = new AdmissionWorld();
        const string spec = """{"type":"NodePort","ports":[{"port":80,"nodePort":30080}]}""";
        world.Create(ResourceKinds.Services, AdmissionWorld.Service("one", spec));
        Assert.Contains(
            "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated",
            AdmissionWorld.Refusal(() => world.Create(ResourceKinds.Services, AdmissionWorld.Service("two", spec))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_headless_service_without_selector_is_open_to_both_families()
    {
        JsonObject spec = new AdmissionWorld().Create(ResourceKinds.Services, AdmissionWorld.Service("s", """{"clusterIP":"None"}""")).Part("spec")!;
        Assert.Equal("""["IPv4","IPv6"]""", spec["ipFamilies"]!.ToJsonString());
        Assert.Equal("RequireDualStack", spec.Text("ipFamilyPolicy"));
    }
}
