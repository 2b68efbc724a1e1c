using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConsulPets.Engine.Tests;

public class WorkloadReaderTests
{
    private const string HelmCommand = "exec /usr/local/bin/docker-entrypoint.sh consul agent -advertise=\"${ADVERTISE_IP}\" -config-dir=/consul/config -config-file=/consul/extra-config/extra-from-values.json";
    private const string ArticleCommand = "PETSET_NAME=consul\nexec /bin/consul agent \\\n -server \\\n -bootstrap-expect=3 \\\n -data-dir=/consul/data";

    public static TheoryData<string, string, string[], string, bool> Containers() => new()
    {
        { "ours", "hashicorp/consul:1.21.4", ["agent", "-server"], "app.kubernetes.io/component=server", true },
        { "ours, by its command alone", "hashicorp/consul:1.21.4", ["agent", "-server"], "", true },
        { "Helm's server", "hashicorp/consul:1.21.4", ["/bin/sh", "-ec", HelmCommand], "component=server", true },
        { "Helm's client", "hashicorp/consul:1.14.0", ["/bin/sh", "-ec", HelmCommand], "component=client", false },
        { "the article's", "consul:v0.6.4", ["/bin/sh", "-ec", ArticleCommand], "app=consul", true },
        { "in development mode with bootstrap", "consul", ["agent", "-bootstrap"], "", true },
        { "by digest from a registry with a port", "registry:5000/hashicorp/consul-enterprise@sha256:0123", ["agent", "-server=true"], "", true },
        { "a client agent", "consul:1.8.0", ["agent", "-retry-join=consul-server"], "", false },
        { "a client agent that names a server", "consul:1.8.0", ["agent", "-retry-join=-server.example"], "", false },
        { "the control plane", "hashicorp/consul-k8s-control-plane:1.4.0", ["consul-k8s-control-plane", "inject-connect", "agent", "-server"], "component=server", false },
        { "the data plane", "hashicorp/consul-dataplane:1.4.0", ["agent", "-server"], "component=server", false },
        { "the template tool", "hashicorp/consul-template:0.40", ["agent", "-server"], "component=server", false },
        { "something else", "nginx", ["agent", "-server"], "component=server", false },
    };

    private static JsonElement Json(JsonNode node) => JsonSerializer.SerializeToElement(node);

    [Theory]
    [MemberData(nameof(Containers))]
    public void A_workload_is_a_pet_set_when_it_runs_a_Consul_server(string what, string image, string[] command, string label, bool isRecognised)
    {
        JsonObject labels = label.Length == 0 ? [] : new JsonObject { [label.Split('=')[0]] = label.Split('=')[1] };
        var workload = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "consul", ["namespace"] = "default" },
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = labels },
                    ["spec"] = new JsonObject
                    {
                        ["containers"] = new JsonArray(
                            new JsonObject { ["name"] = "sidecar", ["image"] = "envoy" },
                            new JsonObject { ["name"] = "c", ["image"] = image, ["command"] = new JsonArray([.. command.Select(static word => (JsonNode)word)]) }),
                    },
                },
            },
        };
        ObservedWorkload? read = WorkloadReader.Workload(Json(workload), PetSetKind.StatefulSet);
        Assert.True(isRecognised == (read is not null), what);
        Assert.True(read is null || read.Image == image);
    }

    [Theory]
    [InlineData("8500", "http", 8500)]
    [InlineData("8501", "https", 8501)]
    [InlineData("8500,8501", "http", 8500)]
    [InlineData("8080,8300", "http", 8500)]
    [InlineData("", "http", 8500)]
    public void The_API_is_found_by_the_ports_number(string ports, string scheme, int number)
    {
        var container = new JsonObject { ["ports"] = new JsonArray([.. ports.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static port => (JsonNode)new JsonObject { ["containerPort"] = int.Parse(port, System.Globalization.CultureInfo.InvariantCulture) })]) };
        Assert.Equal(new ConsulPort(scheme, number), ConsulContainer.HttpPort(Json(container)));
    }

    [Fact]
    public void Selectors_are_read_with_their_expressions()
    {
        JsonNode workload = JsonNode.Parse("""
            {"metadata":{"name":"c","namespace":"n","uid":"u","generation":3},
             "spec":{"selector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"k","operator":"In","values":["x","y"]},{"key":"l","operator":"NotIn","values":["z"]},{"key":"m","operator":"Exists"},{"key":"o","operator":"DoesNotExist"}]},
                     "ordinals":{"start":2},"updateStrategy":{"rollingUpdate":{"partition":4}},
                     "template":{"spec":{"hostNetwork":true,"containers":[{"image":"consul","args":["agent","-server"]}]}}},
             "status":{"observedGeneration":2,"updateRevision":"r"}}
            """)!;
        ObservedWorkload read = WorkloadReader.Workload(Json(workload), PetSetKind.StatefulSet)!;
        Assert.Equal("a=b,k in (x,y),l notin (z),m,!o", read.Selector);
        Assert.Equal((1, 2, 4, true, false, "r"), (read.Replicas, read.FirstOrdinal, read.Partition, read.HostNetwork, read.ControllerIsCurrent, read.UpdateRevision));
    }

    [Theory]
    [InlineData("""{"phase":"Running","containerStatuses":[{"name":"c","state":{"running":{}}}]}""", "Running", null, true)]
    [InlineData("""{"phase":"Pending","containerStatuses":[{"name":"c","state":{"waiting":{"reason":"ImagePullBackOff","message":"no such image"}}}]}""", "ImagePullBackOff", "no such image", false)]
    [InlineData("""{"phase":"Running","containerStatuses":[{"name":"c","state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 10s"}},"lastState":{"terminated":{"exitCode":1}}}]}""", "CrashLoopBackOff", "the container ended with code 1; back-off 10s", false)]
    [InlineData("""{"phase":"Pending","containerStatuses":[{"name":"c","state":{"waiting":{"reason":"ContainerCreating"}}}]}""", "ContainerCreating", null, false)]
    [InlineData("""{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes"}]}""", "Unschedulable", "0/3 nodes", false)]
    [InlineData("{}", "Unknown", null, false)]
    public void A_pods_phase_is_the_reason_that_it_waits_for(string status, string phase, string? detail, bool isRunning)
    {
        JsonNode pod = JsonNode.Parse($$"""{"metadata":{"name":"p","uid":"u"},"spec":{"containers":[{"name":"c","image":"consul","args":["agent","-server"]}]},"status":{{status}}}""")!;
        ObservedPod read = WorkloadReader.Pod(Json(pod));
        Assert.Equal((phase, detail, isRunning), (read.Phase, read.PhaseDetail, read.Running));
        pod["metadata"]!["deletionTimestamp"] = "2026-11-22T20:00:00Z";
        Assert.Equal("Terminating", WorkloadReader.Pod(Json(pod)).Phase);
    }
}
