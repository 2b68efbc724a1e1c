using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Admission;

public sealed class PodAdmissionTests
{
    private readonly AdmissionWorld world = new();

    [Fact]
    public void A_pod_has_its_accounts_token_unless_pod_or_account_say_otherwise()
    {
        JsonObject account = AdmissionWorld.Named("silent");
        account["automountServiceAccountToken"] = false;
        account["imagePullSecrets"] = new JsonArray(new JsonObject { ["name"] = "registry" });
        world.Create(ResourceKinds.ServiceAccounts, account);

        Assert.True(HasToken("""{}"""));
        Assert.False(HasToken("""{"automountServiceAccountToken":false}"""));
        Assert.False(HasToken("""{"serviceAccountName":"silent"}"""));
        Assert.True(HasToken("""{"serviceAccountName":"silent","automountServiceAccountToken":true}"""));
        Assert.Equal("registry", Pod("""{"serviceAccountName":"silent"}""").Items("spec", "imagePullSecrets").Single().Text("name"));
    }

    [Fact]
    public void A_pods_priority_is_its_classes()
    {
        JsonObject important = AdmissionWorld.Named("important");
        important["value"] = 1000;
        important["preemptionPolicy"] = "Never";
        world.Create(ResourceKinds.PriorityClasses, important);

        Assert.Equal((0, "PreemptLowerPriority"), Priority("{}"));
        Assert.Equal((1000, "Never"), Priority("""{"priorityClassName":"important"}"""));
        Assert.Equal((2_000_001_000, "PreemptLowerPriority"), Priority("""{"priorityClassName":"system-node-critical"}"""));
        Assert.Contains("must not be provided in pod spec", AdmissionWorld.Refusal(() => Pod("""{"priority":5}""")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", 2)]
    [InlineData("""{"tolerations":[{"operator":"Exists"}]}""", 1)]
    [InlineData("""{"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute"}]}""", 2)]
    [InlineData("""{"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoSchedule"}]}""", 3)]
    public void A_pod_leaves_a_lost_node_after_a_while_unless_it_says_otherwise(string spec, int tolerations) => Assert.Equal(tolerations, Pod(spec).Items("spec", "tolerations").Count());

    [Theory]
    [InlineData("consul", "Always")]
    [InlineData("consul:latest", "Always")]
    [InlineData("registry:5000/consul", "Always")]
    [InlineData("registry:5000/consul:1.8.7", "IfNotPresent")]
    [InlineData("consul:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "IfNotPresent")]
    public void An_image_that_may_change_is_pulled_always(string image, string policy) =>
        Assert.Equal(policy, Pod($$"""{"containers":[{"name":"c","image":"{{image}}"}]}""").Items("spec", "containers").Single().Text("imagePullPolicy"));

    [Theory]
    [InlineData("{}", "BestEffort")]
    [InlineData("""{"requests":{"cpu":"1"}}""", "Burstable")]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"}}""", "Guaranteed")]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}}""", "Burstable")]
    [InlineData("""{"limits":{"example.com/disk":"1"}}""", "BestEffort")]
    public void A_pods_class_is_told_by_what_it_asks_for(string resources, string quality) =>
        Assert.Equal(quality, Pod($$"""{"containers":[{"name":"c","image":"i","resources":{{resources}}}]}""").Text("status", "qosClass"));

    [Fact]
    public void A_scheduler_may_give_a_pod_its_node_once()
    {
        Pod("{}", "p");
        world.Update(ResourceKinds.Pods, "p", static copy => copy.Make("spec")["nodeName"] = "node-1");
        Assert.Contains(
            "pod updates may not change fields other than",
            AdmissionWorld.Refusal(() => world.Update(ResourceKinds.Pods, "p", static copy => copy.Make("spec")["nodeName"] = "node-2")),
            StringComparison.Ordinal);
    }

    private bool HasToken(string spec) => Pod(spec).Items("spec", "volumes").Any(static volume => volume.Text("name")!.StartsWith("kube-api-access-", StringComparison.Ordinal));

    private (long?, string?) Priority(string spec)
    {
        JsonObject pod = Pod(spec);
        return (pod.Number("spec", "priority"), pod.Text("spec", "preemptionPolicy"));
    }

    private JsonObject Pod(string spec, string? name = null) => world.Create(ResourceKinds.Pods, AdmissionWorld.Pod(name ?? $"p{Guid.NewGuid():N}", spec));
}
