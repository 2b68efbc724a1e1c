using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Admission;

/// <summary>What may change once an object exists, where a dry run against a real server cannot tell.</summary>
public sealed class ChangeTests
{
    private readonly AdmissionWorld world = new();

    [Theory]
    [InlineData("Bound", "2Gi", true, null)]
    [InlineData("Bound", "2Gi", false, "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize")]
    [InlineData("Bound", "512Mi", true, "field can not be less than previous value")]
    [InlineData("Pending", "2Gi", true, "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")]
    public void A_claim_grows_when_it_is_bound_and_its_class_allows_it(string phase, string size, bool mayGrow, string? refusal)
    {
        world.Update(ResourceKinds.StorageClasses, "standard", copy => copy["allowVolumeExpansion"] = mayGrow);
        JsonObject claim = AdmissionWorld.Named("data");
        claim["spec"] = JsonNode.Parse("""{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}""");
        world.Create(ResourceKinds.Claims, claim);
        world.Update(ResourceKinds.Claims, "data", static copy => copy.Make("spec")["volumeName"] = "pv");
        world.Registry.Update(
            ResourceKinds.Claims,
            Fixtures.Namespace,
            "data",
            copy =>
            {
                copy.Make("status")["phase"] = phase;
                return copy;
            },
            new WriteRequest(Subresource: "status"));

        JsonObject Grow() => world.Update(ResourceKinds.Claims, "data", copy => copy.Make("spec", "resources", "requests")["storage"] = size);
        if (refusal is null)
        {
            Assert.Equal(size, Grow().Text("spec", "resources", "requests", "storage"));
        }
        else
        {
            Assert.Contains(refusal, AdmissionWorld.Refusal(Grow), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_daemon_sets_generation_of_templates_counts_its_templates()
    {
        JsonObject set = AdmissionWorld.Named("d");
        set["spec"] = JsonNode.Parse("""{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}""");
        Assert.Equal("1", Generation(world.Create(ResourceKinds.DaemonSets, set)));
        Assert.Equal("1", Generation(world.Update(ResourceKinds.DaemonSets, "d", static copy => copy.Make("spec")["minReadySeconds"] = 5)));
        Assert.Equal("2", Generation(world.Update(ResourceKinds.DaemonSets, "d", static copy => copy.Make("spec", "template", "spec")["hostNetwork"] = true)));
        static string? Generation(JsonObject json) => json.Text("metadata", "annotations", "deprecated.daemonset.template.generation");
    }

    [Fact]
    public void A_namespace_keeps_its_finalizer_and_its_name_as_a_label()
    {
        JsonObject changed = world.Update(ResourceKinds.Namespaces, Fixtures.Namespace, static copy =>
        {
            copy.Remove("spec");
            copy.Make("metadata").Remove("labels");
        });
        Assert.Equal(["kubernetes"], changed.Texts("spec", "finalizers"));
        Assert.Equal(Fixtures.Namespace, changed.Text("metadata", "labels", "kubernetes.io/metadata.name"));
    }

    [Fact]
    public void What_is_being_deleted_gets_no_new_finalizers()
    {
        JsonObject map = AdmissionWorld.Named("m");
        map.Make("metadata")["finalizers"] = new JsonArray("example.com/one");
        world.Create(ResourceKinds.ConfigMaps, map);
        world.Registry.Delete(ResourceKinds.ConfigMaps, Fixtures.Namespace, "m", new DeleteRequest());
        Assert.Contains(
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"example.com/two\"}",
            AdmissionWorld.Refusal(() => world.Update(ResourceKinds.ConfigMaps, "m", static copy => ((JsonArray)copy.At("metadata", "finalizers")!).Add("example.com/two"))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_status_is_left_as_its_writer_wrote_it()
    {
        world.Create(ResourceKinds.Pods, AdmissionWorld.Pod("p"));
        world.Registry.Update(
            ResourceKinds.Pods,
            Fixtures.Namespace,
            "p",
            static copy =>
            {
                copy["status"] = JsonNode.Parse("""{"phase":"Running","qosClass":"BestEffort","containerStatuses":[{"name":"c","ready":false}]}""");
                return copy;
            },
            WriteRequest.NodeStatus with { Manager = null });
        JsonObject pod = world.Update(ResourceKinds.Pods, "p", static copy => copy.Make("metadata", "labels")["a"] = "b");
        Assert.Equal("""{"phase":"Running","qosClass":"BestEffort","containerStatuses":[{"name":"c","ready":false}]}""", pod["status"]!.ToJsonString());
    }
}
