using System.Net;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Pods;

public sealed class PureRuleTests
{
    private static readonly PathTranslation Paths = new([("/consul/data", "/p/d"), ("/consul/data/deep", "/p/deep"), ("/consul", "/p/c"), ("/tmp/", "/p/t"), ("/etc/app.conf", "/p/f")]);

    [Theory]
    [InlineData("-data-dir=/consul/data", "-data-dir=/p/d")]
    [InlineData("/consul/data/raft", "/p/d/raft")]
    [InlineData("/consul/data/deep/x", "/p/deep/x")]
    [InlineData("/consul/database", "/p/c/database")]
    [InlineData("/consul/data-old", "/p/c/data-old")]
    [InlineData("/consular", "/consular")]
    [InlineData("/bin/consul", "/bin/consul")]
    [InlineData("cat '/consul/data/node-id'; ls /tmp", "cat '/p/d/node-id'; ls /p/t")]
    [InlineData("http://x:80/tmp", "http://x:80/tmp")]
    [InlineData("a:/tmp:/consul", "a:/p/t:/p/c")]
    [InlineData("/etc/app.conf", "/p/f")]
    [InlineData("/etc/app.config", "/etc/app.config")]
    [InlineData("{\"data_dir\":\"/consul/data\"}", "{\"data_dir\":\"/p/d\"}")]
    public void Paths_are_translated_at_their_boundaries_the_longest_first(string before, string after) => Assert.Equal(after, Paths.Translate(before));

    [Theory]
    [InlineData("$(A)", "1")]
    [InlineData("x$(A)y$(B)", "x1y$(B)")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$$(A)", "$1")]
    [InlineData("$A", "$A")]
    [InlineData("$(A", "$(A")]
    public void References_to_variables_are_expanded_as_Kubernetes_does(string before, string after) =>
        Assert.Equal(after, EnvironmentBuilder.Expand(before, new Dictionary<string, string> { ["A"] = "1" }));

    [Theory]
    [InlineData("agent -server", "consul agent -data-dir=/consul/data -config-dir=/consul/config -server")]
    [InlineData("-v", "consul -v")]
    [InlineData("members", "consul members")]
    [InlineData("sh -c x", "sh -c x")]
    [InlineData("consul agent", "consul agent")]
    public void The_images_entry_point_is_followed(string arguments, string line)
    {
        Assert.Equal(line, string.Join(' ', ConsulProgram.CommandLine([], arguments.Split(' '))));
        Assert.Equal(line, string.Join(' ', ConsulProgram.CommandLine(["/usr/local/bin/docker-entrypoint.sh"], arguments.Split(' '))));
        Assert.Equal("x " + arguments, string.Join(' ', ConsulProgram.CommandLine(["x"], arguments.Split(' '))));
    }

    [Theory]
    [InlineData("agent -server", "agent -config-file=D -server -bind=H -client=H -advertise=P")]
    [InlineData("agent -advertise=X", "agent -config-file=D -advertise=X -bind=H -client=H")]
    [InlineData("agent --advertise X", "agent -config-file=D --advertise X -bind=H -client=H")]
    [InlineData("agent -advertise-wan=X", "agent -config-file=D -advertise-wan=X -bind=H -client=H -advertise=P")]
    [InlineData("members", "members")]
    public void An_agent_is_bound_to_its_pod(string arguments, string bound) => Assert.Equal(bound, string.Join(' ', ConsulProgram.Bind(arguments.Split(' '), "P", "H", "D")));

    [Theory]
    [InlineData("http://127.0.0.1:8500/v1", "http://H:8500/v1")]
    [InlineData("http://localhost:8500", "http://H:8500")]
    [InlineData("-http-addr=0.0.0.0:1", "-http-addr=H:1")]
    [InlineData("127.0.0.10", "127.0.0.10")]
    [InlineData("10.127.0.0.1", "10.127.0.0.1")]
    [InlineData("localhost.example.com", "localhost.example.com")]
    [InlineData("my-localhost", "my-localhost")]
    public void The_pod_itself_is_its_own_address_in_commands(string before, string after) => Assert.Equal(after, LocalAddresses.Replace(before, "H"));

    [Fact]
    public void Listening_addresses_in_a_configuration_file_are_the_pods_and_others_stay() =>
        Assert.Equal("""{"addresses":{"http":"H"},"x":"0.0.0.0"}""", LocalAddresses.InConfiguration("""{"addresses":{"http":"0.0.0.0"},"x":"0.0.0.0"}""", "H"));

    [Theory]
    [InlineData("docker.io/library/consul:1.8.7", true, "docker.io", "library/consul", "1.8.7")]
    [InlineData("consul", true, "docker.io", "library/consul", null)]
    [InlineData("hashicorp/consul:1.8.7-b", true, "docker.io", "hashicorp/consul", "1.8.7-b")]
    [InlineData("hashicorp/consul-enterprise:1.8.7-ent", false, "docker.io", "hashicorp/consul-enterprise", "1.8.7-ent")]
    [InlineData("localhost:5000/hashicorp/consul", false, "localhost:5000", "hashicorp/consul", null)]
    public void An_images_name_is_read_as_a_runtime_does(string name, bool isConsul, string registry, string repository, string? tag)
    {
        Assert.Equal((registry, repository, tag), ImageCatalogue.Parse(name));
        Assert.Equal(isConsul, ImageCatalogue.IsConsul(name));
    }

    [Theory]
    [InlineData("hashicorp/consul:1.8.7", "/8")]
    [InlineData("hashicorp/consul:1.8.7-b", "/8")]
    [InlineData("hashicorp/consul", "/10")]
    [InlineData("consul:latest", "/10")]
    [InlineData("consul:1.9.0", "/brought/1.9.0")]
    [InlineData("consul:1.9.0-b", "/brought/1.9.0")]
    [InlineData("consul:2.0.0", null)]
    [InlineData("nginx:1", null)]
    public async Task A_tag_names_the_version_that_runs(string name, string? program)
    {
        var images = new ImageCatalogue([("1.8.7", "/8"), ("1.10.1", "/10")], static version => Task.FromResult(version == "1.9.0" ? $"/brought/{version}" : null));
        ImageOutcome outcome = await images.FindAsync(name, mayPull: true);
        Assert.Equal(program, outcome.Image?.Program);
        Assert.Equal(program is null, outcome.Problem is not null);
    }

    [Theory]
    [InlineData("wget -q -O - http://127.0.0.1:8500/v1/status/leader | grep -E '\".+\"'", "\"127.0.0.1:8300\"", true)]
    [InlineData("(wget -q -O - http://127.0.0.1:8500/v1/status/leader 2>/dev/null || curl -s http://127.0.0.1:8500/v1/status/leader) | grep -E '\".+\"'", "\"\"", false)]
    [InlineData("curl http://127.0.0.1:8500/v1/status/leader 2>/dev/null | grep -E \"\\\".+\\\"\"", "\"x\"", true)]
    [InlineData("curl -f http://127.0.0.1:8500/v1/status/leader", "", true)]
    public void A_probe_that_asks_a_URL_is_understood(string script, string body, bool accepted)
    {
        ProbeCommand ask = ProbeCommand.Parse(["/bin/sh", "-ec", script])!;
        Assert.Equal("/v1/status/leader", ask.Address.AbsolutePath);
        Assert.Equal(accepted, ask.Accepts(true, body));
        Assert.False(ask.Accepts(false, body));
    }

    [Theory]
    [InlineData("cat /ready")]
    [InlineData("curl http://x/ | sed s/a/b/")]
    [InlineData("curl http://x/ | grep -E '('")]
    public void Another_probe_is_not(string script) => Assert.Null(ProbeCommand.Parse(["sh", "-c", script]));

    [Theory]
    [InlineData("100m", 0.1)]
    [InlineData("128Mi", 134217728)]
    [InlineData("1.5", 1.5)]
    [InlineData("2e3", 2000)]
    public void Quantities_are_read(string text, double expected) => Assert.Equal((decimal)expected, Quantity.Parse(text));

    [Theory]
    [InlineData("{}", "BestEffort")]
    [InlineData("""{"requests":{"cpu":"1"}}""", "Burstable")]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"}}""", "Guaranteed")]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}}""", "Burstable")]
    public void The_class_of_service_follows_the_resources(string resources, string expected) => Assert.Equal(
        expected, PodStatusBuilder.QualityOfService(new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["resources"] = JsonNode.Parse(resources) }) } }));

    [Fact]
    public void Restarts_wait_longer_each_time_and_a_long_run_is_forgiven()
    {
        var backOff = new RestartBackOff(new PodRuntimeOptions { Folder = "x" });
        double[] waits = [.. Enumerable.Range(0, 8).Select(_ => backOff.Next(TimeSpan.FromSeconds(1)).TotalSeconds)];
        Assert.Equal([0, 10, 20, 40, 80, 160, 300, 300], waits);
        Assert.Equal(TimeSpan.Zero, backOff.Next(TimeSpan.FromMinutes(11)));
        Assert.Equal(10, backOff.Next(TimeSpan.Zero).TotalSeconds);
    }

    [Fact]
    public void A_probe_changes_its_mind_after_as_many_results_as_it_was_told()
    {
        var counter = new ProbeCounter(ProbeSettings.Of(JsonNode.Parse("""{"successThreshold":2,"failureThreshold":3}""")!.AsObject()));
        bool?[] results = [.. new[] { true, true, false, true, false, false, false }.Select(counter.Count)];
        Assert.Equal([null, true, null, null, null, null, false], results);
    }

    [Fact]
    public void Addresses_come_in_pairs_and_are_not_given_out_again_soon()
    {
        using LoopbackAddresses addresses = LoopbackAddresses.Claim();
        using LoopbackAddresses others = LoopbackAddresses.Claim();
        Assert.NotEqual(addresses.Block, others.Block);
        var seen = new HashSet<IPAddress>();
        for (int index = 0; index < 1000; index++)
        {
            PodAddress pair = addresses.Take();
            Assert.True(seen.Add(pair.Visible));
            byte[] visible = pair.Visible.GetAddressBytes();
            Assert.Equal(new IPAddress([127, addresses.Block, (byte)(visible[2] + 100), visible[3]]), pair.Hidden);
            Assert.InRange(visible[2], 1, 99);
            addresses.Release(pair);
        }
    }

    [Fact]
    public void A_connection_is_found_in_the_kernels_table() => Assert.Equal("4711", ConnectionOwners.Inode(
        [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:1F90 0202417F:206D 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 20 4 30 10 -1",
        ],
        new IPEndPoint(IPAddress.Loopback, 8080),
        new IPEndPoint(IPAddress.Parse("127.65.2.2"), 8301)));

    [Theory]
    [InlineData("Always", false, false, 0, true)]
    [InlineData(null, false, false, 0, true)]
    [InlineData("OnFailure", false, false, 0, false)]
    [InlineData("OnFailure", false, false, 1, true)]
    [InlineData("Never", false, false, 1, false)]
    [InlineData("Always", true, false, 0, false)]
    [InlineData("Always", true, false, 1, true)]
    [InlineData("Never", true, true, 0, true)]
    public void The_policy_decides_on_a_restart(string? policy, bool isInit, bool isSidecar, int code, bool isRestarted) =>
        Assert.Equal(isRestarted, RestartRule.IsRestarted(policy, isInit, isSidecar, code));

    [Fact]
    public void The_environment_is_built_of_all_its_sources_in_order()
    {
        JsonObject pod = JsonNode.Parse("""{"metadata":{"name":"web","namespace":"default","labels":{"app":"x"}},"status":{"podIP":"1.2.3.4"}}""")!.AsObject();
        JsonObject container = JsonNode.Parse("""
            {"resources":{"limits":{"memory":"2Mi","cpu":"1500m"}},
             "envFrom":[{"prefix":"P_","configMapRef":{"name":"map"}},{"secretRef":{"name":"none","optional":true}}],
             "env":[{"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},{"name":"APP","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"}}},
                    {"name":"BOTH","value":"$(IP)-$(P_a)-$$(IP)-$(LATER)"},{"name":"LATER","value":"x"},
                    {"name":"SECRET","valueFrom":{"secretKeyRef":{"name":"secret","key":"s"}}},
                    {"name":"MEMORY","valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1Mi"}}},{"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}}]}
            """)!.AsObject();
        EnvironmentOutcome outcome = EnvironmentBuilder.Build(pod, container, [], static (kind, name) => (kind.Kind, name) switch
        {
            ("ConfigMap", "map") => JsonNode.Parse("""{"data":{"a":"A"}}""")!.AsObject(),
            ("Secret", "secret") => JsonNode.Parse("""{"data":{"s":"aGk="}}""")!.AsObject(),
            _ => null,
        });
        Assert.Null(outcome.Problem);
        Assert.Equal("P_a=A IP=1.2.3.4 APP=x BOTH=1.2.3.4-A-$(IP)-$(LATER) LATER=x SECRET=hi MEMORY=2 CPU=2", string.Join(' ', outcome.Variables.Select(static pair => $"{pair.Key}={pair.Value}")));
    }

    [Theory]
    [InlineData("""{"configMapKeyRef":{"name":"none","key":"k"}}""", "configmap \"none\" not found")]
    [InlineData("""{"configMapKeyRef":{"name":"map","key":"k"}}""", "couldn't find key k in ConfigMap default/map")]
    [InlineData("""{"secretKeyRef":{"name":"none","key":"k"}}""", "secret \"none\" not found")]
    [InlineData("""{"configMapKeyRef":{"name":"none","key":"k","optional":true}}""", null)]
    public void A_missing_source_is_named(string from, string? problem) => Assert.Equal(problem, EnvironmentBuilder.Build(
        JsonNode.Parse("""{"metadata":{"namespace":"default"}}""")!.AsObject(),
        new JsonObject { ["env"] = new JsonArray(new JsonObject { ["name"] = "X", ["valueFrom"] = JsonNode.Parse(from) }) },
        [],
        static (kind, name) => kind == ResourceKinds.ConfigMaps && name == "map" ? JsonNode.Parse("""{"data":{"a":"A"}}""")!.AsObject() : null).Problem);

    [Fact]
    public void A_service_means_its_ready_pods_by_number_or_name()
    {
        StoredObject[] pods =
        [
            Pod("ready", """{"conditions":[{"type":"Ready","status":"True"}]}"""),
            Pod("unready", """{"conditions":[{"type":"Ready","status":"False"}]}"""),
        ];
        JsonObject service = JsonNode.Parse("""{"spec":{"selector":{"app":"x"},"ports":[{"port":80,"targetPort":"http"},{"port":81,"targetPort":9},{"port":82}]}}""")!.AsObject();
        Assert.Equal([("ready", 8500)], ServiceTargets.Of(service, 80, "TCP", pods));
        Assert.Equal([("ready", 9)], ServiceTargets.Of(service, 81, "TCP", pods));
        Assert.Equal([("ready", 82)], ServiceTargets.Of(service, 82, "TCP", pods));
        service.Make("spec")["publishNotReadyAddresses"] = true;
        Assert.Equal(2, ServiceTargets.Of(service, 82, "TCP", pods).Count);
        Assert.Empty(ServiceTargets.Of(service, 82, "UDP", pods));

        static StoredObject Pod(string uid, string status) => new(
            ResourceKinds.Pods.Key("default", uid),
            JsonNode.Parse($$$"""{"metadata":{"uid":"{{{uid}}}","labels":{"app":"x"} },"spec":{"containers":[{"ports":[{"name":"http","containerPort":8500}]}]},"status":{{{status}}} }""")!.AsObject(),
            1);
    }
}
