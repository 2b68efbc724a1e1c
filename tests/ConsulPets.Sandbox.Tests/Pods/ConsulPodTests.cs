using System.Diagnostics;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Pods;

[Collection("Consul")]
public sealed class ConsulPodTests
{
    private const string Labels = """{"app":"consul"}""";

    private const string Probe = """
        {"exec":{"command":["/bin/sh","-ec","(wget -q -O - http://127.0.0.1:8500/v1/status/leader 2>/dev/null || curl -s http://127.0.0.1:8500/v1/status/leader) | grep -E '\".+\"'"]},"initialDelaySeconds":1,"periodSeconds":1,"timeoutSeconds":5,"failureThreshold":2}
        """;

    private static readonly string Spec = $$$"""
        {"terminationGracePeriodSeconds":30,"hostname":"NAME","subdomain":"consul",
         "containers":[{"name":"consul","image":"hashicorp/consul:latest","args":["agent","-server","-advertise=$(POD_IP)","-bind=$(POD_IP)"],
           "env":[{"name":"POD_IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"} } }],
           "ports":[{"containerPort":8500,"name":"http"}],
           "readinessProbe":{{{Probe}}},
           "volumeMounts":[{"name":"data","mountPath":"/consul/data"},{"name":"config","mountPath":"/consul/config"},{"name":"tmp","mountPath":"/tmp"}]}],
         "volumes":[{"name":"config","configMap":{"name":"consul-config"}},{"name":"tmp","emptyDir":{}},{"name":"data","persistentVolumeClaim":{"claimName":"data-NAME"}}]}
        """;

    private static ImageCatalogue Images => new([ConsulFactAttribute.Program]);

    [ConsulFact]
    public async Task Three_servers_find_each_other_and_elect_a_leader_and_a_lost_one_returns_as_itself()
    {
        await using var nodes = new Nodes(Images, change: static options => options with { NameWait = TimeSpan.FromSeconds(3) });
        Prepare(nodes);
        var watch = Stopwatch.StartNew();
        string[] names = ["consul-0", "consul-1", "consul-2"];
        foreach (string name in names)
        {
            Add(nodes, name);
        }

        foreach (string name in names)
        {
            await nodes.UntilReady(name);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"It took {watch.Elapsed}.");
        Assert.Equal(3, (await Ask(nodes, "consul-0", "/v1/status/peers"))!.AsArray().Count);

        // The node's programs and files, as exec shows them.
        string id = (await nodes.Run("consul-1", "cat", "/consul/data/node-id")).Output;
        Assert.Equal(36, id.Trim().Length);
        (int code, string members, string error) = await nodes.Run("consul-1", "consul", "members");
        Assert.True(code == 0, error);
        Assert.Equal(3, members.Split('\n').Count(static line => line.Contains("alive", StringComparison.Ordinal)));

        // Lost without a word, it comes back with its claim and another address.
        StoredObject lost = nodes.Get("consul-1");
        string address = lost.Json.Text("status", "podIP")!;
        nodes.Registry.Delete(ResourceKinds.Pods, "default", "consul-1", new DeleteRequest(0));
        Add(nodes, "consul-1", withClaim: false);
        await Nodes.PollAsync(() => Task.FromResult(IsReady(nodes, "consul-1")), "it is back, once the others hold its old self for dead (30 s)", TimeSpan.FromMinutes(2));
        Assert.NotEqual(address, nodes.Get("consul-1").Json.Text("status", "podIP"));
        Assert.Equal(id, (await nodes.Run("consul-1", "cat", "/consul/data/node-id")).Output);
        await Nodes.PollAsync(async () => await Alive(nodes, "consul-0") == 3, "three alive");

        // Killed, it is restarted in place.
        Assert.True(nodes.Runtime.Kill("default", "consul-2"));
        StoredObject restarted = await nodes.Until("consul-2", static json => json.Items("status", "containerStatuses").Any(static status => status.Number("restartCount") == 1));
        Assert.Equal("OOMKilled", restarted.Json.Items("status", "containerStatuses").First().Text("lastState", "terminated", "reason"));
        await nodes.UntilReady("consul-2");

        // Asked to end, it leaves and ends within its time.
        string uid = nodes.Get("consul-2").Uid;
        nodes.Registry.Delete(ResourceKinds.Pods, "default", "consul-2", new DeleteRequest());
        await nodes.UntilGone("consul-2", uid);
        await Nodes.PollAsync(async () => await Alive(nodes, "consul-0") == 2, "two alive");
    }

    [ConsulFact]
    public async Task A_server_that_is_cut_off_fails_for_the_others_and_answers_its_node_and_heals()
    {
        await using var nodes = new Nodes(Images, change: static options => options with { NameWait = TimeSpan.FromSeconds(3) });
        Prepare(nodes);
        foreach (string name in (string[])["consul-0", "consul-1", "consul-2"])
        {
            Add(nodes, name);
        }

        foreach (string name in (string[])["consul-0", "consul-1", "consul-2"])
        {
            await nodes.UntilReady(name);
        }

        Assert.True(nodes.Runtime.Cut("default", "consul-1", true));
        await Nodes.PollAsync(async () => await Status(nodes, "consul-0", "consul-1") == 4, "the others see it failed");
        Assert.NotNull(await Ask(nodes, "consul-1", "/v1/agent/self"));
        await Nodes.PollAsync(async () => await Status(nodes, "consul-1", "consul-0") == 4, "it sees the others failed");
        Assert.True(nodes.Runtime.Cut("default", "consul-1", false));
        await Nodes.PollAsync(async () => await Alive(nodes, "consul-0") == 3 && await Alive(nodes, "consul-1") == 3, "all see all");
        await nodes.UntilReady("consul-1");
    }

    [ConsulFact]
    public async Task An_agent_that_a_script_starts_keeps_to_its_pods_addresses_and_advertises_its_services()
    {
        await using var nodes = new Nodes(Images);
        string script = string.Join('\n',
            "case \"$HOSTNAME\" in",
            "  behind-0) address=ADDRESS ;;",
            "esac",
            "exec consul agent -server -node=\"server-${HOSTNAME##*-}-of-east\" -data-dir=/consul/data -client=0.0.0.0 -bind=0.0.0.0 \\",
            "  -advertise=\"$address\" -bootstrap-expect=1 -retry-interval=3s -retry-join=ADDRESS");
        StoredObject first = nodes.Shell("find-block", "sleep 1000");
        string block = (await nodes.UntilReady("find-block")).Json.Text("status", "podIP")!.Split('.')[1];
        Assert.NotNull(first);
        string service = $"127.{block}.200.7";
        nodes.Create(ResourceKinds.Services, $$$"""
            {"metadata":{"name":"behind-0"},"spec":{"clusterIP":"{{{service}}}","publishNotReadyAddresses":true,"selector":{"app":"behind"},
             "ports":[{"name":"http","port":8500,"targetPort":"http"},{"name":"lan","port":8301,"protocol":"TCP"},{"name":"gossip","port":8301,"protocol":"UDP"},{"name":"raft","port":8300}]}}
            """);
        nodes.Pod("behind-0", $$$"""
            {"hostname":"behind-0","terminationGracePeriodSeconds":5,"containers":[{"name":"consul","image":"hashicorp/consul:latest","command":["/bin/sh","-ec",{{{JsonValue.Create(script.Replace("ADDRESS", service, StringComparison.Ordinal)).ToJsonString()}}}],
             "ports":[{"containerPort":8500,"name":"http"}],"readinessProbe":{{{Probe}}} }]}
            """, """{"app":"behind"}""");
        await nodes.UntilReady("behind-0");
        JsonNode members = (await Ask(nodes, "behind-0", "/v1/agent/members"))!;
        Assert.Equal("server-0-of-east", members[0].Text("Name"));
        Assert.Equal(service, members[0].Text("Addr"));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.Contains($"{service}:8300", await http.GetStringAsync($"http://{service}:8500/v1/status/leader"), StringComparison.Ordinal);
    }

    private static void Prepare(Nodes nodes)
    {
        nodes.Create(ResourceKinds.Services, """
            {"metadata":{"name":"consul"},"spec":{"clusterIP":"None","publishNotReadyAddresses":true,"selector":{"app":"consul"},"ports":[{"name":"http","port":8500}]}}
            """);
        var configuration = new JsonObject
        {
            ["server"] = true,
            ["datacenter"] = "dc1",
            ["data_dir"] = "/consul/data",
            ["bootstrap_expect"] = 3,
            ["client_addr"] = "0.0.0.0",
            ["retry_join"] = new JsonArray("consul.default.svc"),
            ["retry_interval"] = "3s",
            ["leave_on_terminate"] = true,
            ["autopilot"] = new JsonObject { ["min_quorum"] = 2 },
        };
        nodes.Create(ResourceKinds.ConfigMaps, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "consul-config" }, ["data"] = new JsonObject { ["server.json"] = configuration.ToJsonString() } }.ToJsonString());
    }

    private static void Add(Nodes nodes, string name, bool withClaim = true)
    {
        if (withClaim)
        {
            string folder = Path.Combine(nodes.Folder + "-claims", name);
            nodes.Create(ResourceKinds.Volumes, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = $"pv-{name}" },
                ["spec"] = new JsonObject
                {
                    ["hostPath"] = new JsonObject { ["path"] = folder },
                    ["capacity"] = new JsonObject { ["storage"] = "1Gi" },
                    ["accessModes"] = new JsonArray("ReadWriteOnce"),
                },
            }.ToJsonString());
            nodes.Create(ResourceKinds.Claims, $$$"""{"metadata":{"name":"data-{{{name}}}"},"spec":{"volumeName":"pv-{{{name}}}","accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}} },"status":{"phase":"Bound"}}""");
        }

        nodes.Pod(name, Spec.Replace("NAME", name, StringComparison.Ordinal), Labels);
    }

    private static bool IsReady(Nodes nodes, string pod) => nodes.Get(pod).Json.Items("status", "containerStatuses").Any(static status => status.Truth("ready") == true);

    private static async Task<JsonNode?> Ask(Nodes nodes, string pod, string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) => await nodes.Runtime.ConnectAsync(nodes.Get(pod), 8500, cancellationToken),
            UseProxy = false,
        });
        return JsonNode.Parse(await http.GetStringAsync(new Uri($"http://consul{path}")));
    }

    private static async Task<long?> Status(Nodes nodes, string asked, string about) =>
        (await Ask(nodes, asked, "/v1/agent/members"))!.AsArray().FirstOrDefault(member => member.Text("Name") == about).Number("Status");

    private static async Task<int> Alive(Nodes nodes, string asked) => (await Ask(nodes, asked, "/v1/agent/members"))!.AsArray().Count(static member => member.Number("Status") == 1);
}
