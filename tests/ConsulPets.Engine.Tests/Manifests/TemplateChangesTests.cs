using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Manifests;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests.Manifests;

public class TemplateChangesTests
{
    // A set that a hand wrote: a sidecar first, and fields that the module knows nothing of.
    private const string Template = """
        {
          "metadata":{"labels":{"app":"consul"},"annotations":{"keep":"me"}},
          "spec":{
            "hostAliases":[{"ip":"10.0.0.1"}],
            "priorityClassName":"high",
            "priority":1000,
            "nodeSelector":{"disk":"ssd"},
            "volumes":[{"name":"config","configMap":{"name":"consul-server","defaultMode":420}},{"name":"other","configMap":{"name":"unrelated"}}],
            "containers":[
              {"name":"sidecar","image":"envoy:1"},
              {"name":"consul","image":"consul:1.8","command":["consul","agent","-server"],"resources":{"requests":{"cpu":"1"}},"volumeMounts":[{"name":"config","mountPath":"/consul/config"}]}
            ]
          }
        }
        """;

    public static TheoryData<string, TemplateChange, string, string> Changes => new()
    {
        { "the image of Consul's container alone", new TemplateChange { Image = "consul:1.9" }, """{"spec":{"containers":[{"name":"sidecar","image":"envoy:1"},{"name":"consul","image":"consul:1.9",""", "image consul:1.8 -> consul:1.9" },
        { "the same image", new TemplateChange { Image = "consul:1.8" }, "{}", "" },
        { "resources as a whole", new TemplateChange { ResourcesJson = """{"limits":{"cpu":"2"}}""" }, "\"resources\":{\"limits\":{\"cpu\":\"2\"}}", "resources" },
        { "no resources", new TemplateChange { ResourcesJson = "{}" }, "\"command\":[\"consul\",\"agent\",\"-server\"],\"volumeMounts\"", "resources" },
        { "a node selector in place of the other", new TemplateChange { NodeSelector = new Dictionary<string, string> { ["zone"] = "a" } }, """{"spec":{"nodeSelector":{"disk":null,"zone":"a"}}}""", "node selector" },
        { "no node selector", new TemplateChange { NodeSelector = new Dictionary<string, string>() }, """{"spec":{"nodeSelector":null}}""", "node selector" },
        { "no tolerations where there are none", new TemplateChange { TolerationsJson = "[]" }, "{}", "" },
        { "tolerations", new TemplateChange { TolerationsJson = """[{"key":"x"}]""" }, """{"spec":{"tolerations":[{"key":"x"}]}}""", "tolerations" },
        { "a priority class, and not the number of the former one", new TemplateChange { PriorityClass = "low" }, """{"spec":{"priority":null,"priorityClassName":"low"}}""", "priority class low" },
        { "no priority class", new TemplateChange { PriorityClass = "" }, """{"spec":{"priorityClassName":null,"priority":null}}""", "priority class" },
        { "an annotation more, one less, one that was not there less", new TemplateChange { Annotations = new Dictionary<string, string?> { ["keep"] = null, ["new"] = "1", ["none"] = null } }, """{"metadata":{"annotations":{"keep":null,"new":"1"}}}""", "annotation keep, annotation new" },
        { "a label", new TemplateChange { Labels = new Dictionary<string, string?> { ["team"] = "x", ["app"] = "consul" } }, """{"metadata":{"labels":{"team":"x"}}}""", "label team" },
        { "pull secrets", new TemplateChange { ImagePullSecrets = ["a"] }, """{"spec":{"imagePullSecrets":[{"name":"a"}]}}""", "pull secrets" },
        { "nothing", new TemplateChange(), "{}", "" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Only_what_was_asked_for_is_another(string what, TemplateChange change, string patch, string words)
    {
        var template = JsonNode.Parse(Template)!.AsObject();
        (JsonObject changed, IReadOnlyList<string> said) = TemplateChanges.Apply(template, change, null);
        Assert.Contains(patch, MergePatch.Between(template, changed).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal((what, words), (what, string.Join(", ", said)));

        // Done again it changes nothing: a run that was cut short knows its template by that.
        (JsonObject again, IReadOnlyList<string> nothing) = TemplateChanges.Apply(changed, change, null);
        Assert.True(JsonNode.DeepEquals(changed, again));
        Assert.Empty(nothing);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Template), template), "the template that was given was changed");
    }

    [Fact]
    public void Another_config_map_takes_the_place_of_the_one_that_the_servers_read()
    {
        var template = JsonNode.Parse(Template)!.AsObject();
        Assert.Equal(["consul-server"], TemplateChanges.ConfigMaps(template));
        (JsonObject changed, IReadOnlyList<string> words) = TemplateChanges.Apply(template, new TemplateChange(), ("consul-server", "consul-server-12345678"));
        Assert.Equal(["consul-server-12345678"], TemplateChanges.ConfigMaps(changed));
        Assert.Contains("unrelated", changed.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("defaultMode", changed.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["server configuration"], words);
    }

    [Fact]
    public void A_configuration_is_a_config_map_of_its_own_named_after_what_it_says()
    {
        using JsonDocument current = JsonDocument.Parse("""{"metadata":{"name":"consul-server","labels":{"app.kubernetes.io/managed-by":"consulpets"}},"data":{"server.json":"{\"server\":true,\"log_level\":\"INFO\"}","more.json":"{}"}}""");
        var workload = new ObservedWorkload
        {
            Name = "consul",
            Namespace = "default",
            Uid = "u",
            Kind = PetSetKind.StatefulSet,
            Replicas = 3,
            ControllerIsCurrent = true,
            Image = "consul",
            Selector = "app=consul",
            Created = default,
        };
        JsonObject changed = ServerConfigMap.After(current.RootElement, workload, """{"log_level":"DEBUG"}""");
        JsonObject same = ServerConfigMap.After(current.RootElement, workload, """{"log_level":"DEBUG"}""");
        JsonObject other = ServerConfigMap.After(current.RootElement, workload, """{"log_level":"WARN"}""");
        string name = (string)changed["metadata"]!["name"]!;
        Assert.True(ServerConfigMap.IsOfUpdate(name, "consul"), name);
        Assert.False(ServerConfigMap.IsOfUpdate(name, "consul-server"), name);
        Assert.False(ServerConfigMap.IsOfUpdate("consul-server", "consul"));
        Assert.Equal(changed.ToJsonString(), same.ToJsonString());
        Assert.NotEqual(name, (string)other["metadata"]!["name"]!);
        Assert.Equal("""{"server":true,"log_level":"DEBUG"}""", JsonNode.Parse((string)changed["data"]!["server.json"]!)!.ToJsonString());
        Assert.Equal("{}", (string?)changed["data"]!["more.json"]);
        Assert.Equal("consulpets", (string?)changed["metadata"]!["labels"]!["app.kubernetes.io/managed-by"]);
        Assert.Equal("consul-server", (string?)ServerConfigMap.After(current.RootElement, workload, """{"log_level":"INFO"}""")["metadata"]!["name"]);
    }
}
