using System.Text.Json.Nodes;
using ConsulPets.Engine.Manifests;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class PetSetManifestTests
{
    private static readonly PetSetSpecification Plain = new() { Name = "consul", Namespace = "infra" };

    private static JsonObject One(PetSetSpecification specification, string kind, string? name = null) =>
        PetSetManifest.Build(specification, "v1").Single(item => item.Resource.Kind == kind && (name is null || (string)item.Json["metadata"]!["name"]! == name)).Json;

    private static JsonObject Server(PetSetSpecification specification) => JsonNode.Parse((string)One(specification, "ConfigMap")["data"]!["server.json"]!)!.AsObject();

    private static JsonNode Pod(PetSetSpecification specification, string kind = "StatefulSet") => One(specification, kind)["spec"]!["template"]!["spec"]!;

    [Fact]
    public void What_a_pod_needs_comes_before_the_workload() =>
        Assert.Equal(["ServiceAccount", "ConfigMap", "Service", "Service", "PodDisruptionBudget", "StatefulSet"], PetSetManifest.Build(Plain, "v1").Select(static item => item.Resource.Kind));

    [Fact]
    public void Every_object_is_in_the_namespace_and_carries_the_labels_and_the_users_own_never_win_over_them()
    {
        PetSetSpecification specification = Plain with { Labels = new Dictionary<string, string> { ["team"] = "a", ["app.kubernetes.io/instance"] = "wrong" } };
        Assert.All(PetSetManifest.Build(specification, "v1"), static item =>
        {
            JsonNode labels = item.Json["metadata"]!["labels"]!;
            Assert.Equal("infra", (string)item.Json["metadata"]!["namespace"]!);
            Assert.Equal(("consulpets", "consul", "a"), ((string)labels["app.kubernetes.io/managed-by"]!, (string)labels["app.kubernetes.io/instance"]!, (string)labels["team"]!));
        });
        JsonNode spec = One(specification, "StatefulSet")["spec"]!;
        Assert.All(spec["selector"]!["matchLabels"]!.AsObject(), label => Assert.Equal((string)label.Value!, (string)spec["template"]!["metadata"]!["labels"]![label.Key]!));
        Assert.True(JsonNode.DeepEquals(spec["selector"]!["matchLabels"], One(specification, "Service", "consul")["spec"]!["selector"]));
    }

    [Fact]
    public void The_headless_service_publishes_pods_that_are_not_ready_and_has_gossip_on_both_protocols()
    {
        JsonNode spec = One(Plain, "Service", "consul")["spec"]!;
        Assert.Equal(("None", true), ((string)spec["clusterIP"]!, (bool)spec["publishNotReadyAddresses"]!));
        Assert.Equal(["8301/TCP", "8301/UDP"], spec["ports"]!.AsArray().Select(static port => $"{port!["port"]}/{port["protocol"]}").Where(static port => port.StartsWith("8301", StringComparison.Ordinal)));
        Assert.Equal("consul", (string)One(Plain, "StatefulSet")["spec"]!["serviceName"]!);
    }

    [Fact]
    public void Port_names_are_ones_that_Kubernetes_takes_and_services_point_at_ports_that_the_container_has()
    {
        string[] ports = [.. Pod(Plain)["containers"]![0]!["ports"]!.AsArray().Select(static port => (string)port!["name"]!)];
        Assert.Equal(ports.Distinct(), ports);
        Assert.All(ports, static name => Assert.Matches("^[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$", name));
        foreach (string service in new[] { "consul", "consul-client" })
        {
            Assert.All(One(Plain, "Service", service)["spec"]!["ports"]!.AsArray(), port => Assert.Contains((string)port!["targetPort"]!, ports));
        }
    }

    [Fact]
    public void A_pod_runs_as_an_ordinary_user_and_is_ready_when_it_knows_a_leader()
    {
        JsonNode pod = Pod(Plain);
        JsonNode container = pod["containers"]![0]!;
        Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!);
        Assert.True((bool)container["securityContext"]!["readOnlyRootFilesystem"]!);
        Assert.Contains("/v1/status/leader", container["readinessProbe"]!["exec"]!["command"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(container["livenessProbe"]);
        Assert.Equal(["agent", "-server", "-advertise=$(POD_IP)", "-bind=$(POD_IP)"], container["args"]!.AsArray().Select(static word => (string)word!));
        string[] volumes = [.. pod["volumes"]!.AsArray().Select(static volume => (string)volume!["name"]!), "data"];
        Assert.All(container["volumeMounts"]!.AsArray(), mount => Assert.Contains((string)mount!["name"]!, volumes));
        Assert.Equal("consul-server", (string)pod["volumes"]!.AsArray().Single(static volume => (string)volume!["name"]! == "config")!["configMap"]!["name"]!);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    public void The_servers_expect_each_other_and_keep_the_quorum(int replicas, int quorum)
    {
        JsonObject server = Server(Plain with { Replicas = replicas, Datacenter = "dc9" });
        Assert.Equal((replicas, quorum, "dc9", true), ((int)server["bootstrap_expect"]!, (int)server["autopilot"]!["min_quorum"]!, (string)server["datacenter"]!, (bool)server["leave_on_terminate"]!));
        Assert.Equal("""["consul.infra.svc"]""", server["retry_join"]!.ToJsonString());
    }

    [Fact]
    public void The_users_configuration_wins_and_nested_objects_are_merged()
    {
        JsonObject server = Server(Plain with { ServerConfigJson = """{"leave_on_terminate":false,"autopilot":{"cleanup_dead_servers":false},"retry_join":["a","b"],"acl":{"enabled":true}}""" });
        Assert.False((bool)server["leave_on_terminate"]!);
        Assert.Equal("""{"min_quorum":2,"cleanup_dead_servers":false}""", server["autopilot"]!.ToJsonString());
        Assert.Equal("""["a","b"]""", server["retry_join"]!.ToJsonString());
        Assert.Equal("""{"enabled":true}""", server["acl"]!.ToJsonString());
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("3")]
    public void A_configuration_that_is_no_JSON_object_is_refused(string json) =>
        Assert.Equal("ServerConfigInvalid", Assert.Throws<ConsulPetsException>(() => Server(Plain with { ServerConfigJson = json })).ErrorId);

    [Fact]
    public void A_StatefulSet_keeps_its_volumes_and_starts_all_at_once()
    {
        JsonNode spec = One(Plain with { StorageClass = "fast", StorageSize = "5Gi" }, "StatefulSet")["spec"]!;
        Assert.Equal("Parallel", (string)spec["podManagementPolicy"]!);
        Assert.Equal("""{"whenDeleted":"Retain","whenScaled":"Retain"}""", spec["persistentVolumeClaimRetentionPolicy"]!.ToJsonString());
        JsonNode claim = spec["volumeClaimTemplates"]![0]!["spec"]!;
        Assert.Equal(("fast", "5Gi"), ((string)claim["storageClassName"]!, (string)claim["resources"]!["requests"]!["storage"]!));
        Assert.Null(One(Plain, "StatefulSet")["spec"]!["volumeClaimTemplates"]![0]!["spec"]!["storageClassName"]);
        Assert.Equal(["spec.minReadySeconds", "spec.persistentVolumeClaimRetentionPolicy"], PetSetManifest.Build(Plain, "v1")[^1].Optional);
    }

    [Theory]
    [InlineData(PetSetKind.StatefulSet, true)]
    [InlineData(PetSetKind.DaemonSet, false)]
    public void Ephemeral_servers_and_cattle_have_no_claims(PetSetKind kind, bool ephemeral)
    {
        PetSetSpecification specification = Plain with { Kind = kind, Ephemeral = ephemeral };
        JsonNode spec = One(specification, kind.ToString())["spec"]!;
        Assert.Null(spec["volumeClaimTemplates"]);
        Assert.Null(spec["persistentVolumeClaimRetentionPolicy"]);
        Assert.NotNull(Pod(specification, kind.ToString())["volumes"]!.AsArray().Single(static volume => (string)volume!["name"]! == "data")!["emptyDir"]);
    }

    [Fact]
    public void A_DaemonSet_has_neither_a_budget_nor_a_size()
    {
        IReadOnlyList<ManifestObject> objects = PetSetManifest.Build(Plain with { Kind = PetSetKind.DaemonSet }, "v1");
        Assert.DoesNotContain(objects, static item => item.Resource.Kind == "PodDisruptionBudget");
        Assert.Null(objects[^1].Json["spec"]!["replicas"]);
        Assert.Null(objects[^1].Json["spec"]!["serviceName"]);
        Assert.DoesNotContain(PetSetManifest.Build(Plain, null), static item => item.Resource.Kind == "PodDisruptionBudget");
        Assert.Equal("policy/v1beta1", (string)PetSetManifest.Build(Plain, "v1beta1")[4].Json["apiVersion"]!);
    }

    [Fact]
    public void What_a_site_sets_is_in_the_pod()
    {
        JsonNode pod = Pod(Plain with
        {
            ResourcesJson = """{"limits":{"memory":"1Gi"}}""",
            TolerationsJson = """[{"key":"k"}]""",
            NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" },
            PriorityClass = "high",
            ImagePullSecrets = ["s1", "s2"],
            Image = "registry/consul:1",
        });
        Assert.Equal("""{"limits":{"memory":"1Gi"}}""", pod["containers"]![0]!["resources"]!.ToJsonString());
        Assert.Equal("""[{"key":"k"}]""", pod["tolerations"]!.ToJsonString());
        Assert.Equal("""{"disk":"ssd"}""", pod["nodeSelector"]!.ToJsonString());
        Assert.Equal("""[{"name":"s1"},{"name":"s2"}]""", pod["imagePullSecrets"]!.ToJsonString());
        Assert.Equal(("high", "registry/consul:1"), ((string)pod["priorityClassName"]!, (string)pod["containers"]![0]!["image"]!));
    }
}
