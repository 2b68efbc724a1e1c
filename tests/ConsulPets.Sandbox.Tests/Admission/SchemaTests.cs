using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Admission;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Admission;

public sealed class SchemaTests
{
    public static TheoryData<string> Ids => [.. Fixtures.All.Select(static fixture => fixture.Id)];

    public static TheoryData<string> Kinds => [.. ResourceKinds.All.Select(static kind => kind.QualifiedName)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_has_a_schema(string name)
    {
        ResourceKind kind = ResourceKinds.All.Single(kind => kind.QualifiedName == name);
        Assert.Empty(KnownFields.Unknown(kind, new JsonObject { ["apiVersion"] = kind.ApiVersion(), ["kind"] = kind.Kind, ["metadata"] = new JsonObject { ["name"] = "a" } }));
        Assert.Equal(["metadata.nonsense", "nonsense"], KnownFields.Unknown(kind, new JsonObject { ["metadata"] = new JsonObject { ["nonsense"] = 1 }, ["nonsense"] = 2 }));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void What_a_real_server_answers_is_known(string id)
    {
        Fixture fixture = Fixtures.Get(id);
        Assert.Empty(KnownFields.Unknown(KindOf(fixture.Sent), fixture.Sent));
        if (!fixture.IsRefused)
        {
            Assert.Empty(KnownFields.Unknown(KindOf(fixture.Answer), fixture.Answer));
        }
    }

    [Fact]
    public void Unknown_fields_are_found_wherever_they_are_and_labels_are_none()
    {
        JsonObject set = Parse("""
            {"spec":{"nonsense":1,"template":{"metadata":{"labels":{"anything":"goes"}},"spec":{"containers":[{"name":"c"},{"name":"d","imag":"i","env":[{"nam":"A"}]}]}},
             "volumeClaimTemplates":[{"spec":{"storageclass":"x"}}]}}
            """);
        string[] expected =
        [
            "spec.nonsense", "spec.template.spec.containers[1].imag", "spec.template.spec.containers[1].env[0].nam", "spec.volumeClaimTemplates[0].spec.storageclass",
        ];
        Assert.Equal(expected, KnownFields.Unknown(ResourceKinds.StatefulSets, set));
        Assert.Equal(expected, KnownFields.Drop(ResourceKinds.StatefulSets, set));
        Assert.Empty(KnownFields.Unknown(ResourceKinds.StatefulSets, set));
        Assert.Equal("goes", set.Text("spec", "template", "metadata", "labels", "anything"));
    }

    [Theory]
    [InlineData("""{"spec":{"replicas":"3"}}""", "json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"replicas":1.5}}""", "json: cannot unmarshal number 1.5 into Go struct field StatefulSetSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"replicas":3000000000}}""", "json: cannot unmarshal number 3000000000 into Go struct field StatefulSetSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":[]}""", "json: cannot unmarshal array into Go struct field StatefulSet.spec of type v1.StatefulSetSpec")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":{"name":"c"}}}}}""", "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container")]
    [InlineData("""{"spec":{"template":{"spec":{"hostNetwork":"yes"}}}}""", "json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.hostNetwork of type bool")]
    [InlineData("""{"spec":{"template":{"spec":{"restartPolicy":1}}}}""", "json: cannot unmarshal number into Go struct field PodSpec.spec.template.spec.restartPolicy of type v1.RestartPolicy")]
    [InlineData("""{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":true}}}}""", "json: cannot unmarshal bool into Go value of type int32")]
    [InlineData("""{"metadata":{"creationTimestamp":"yesterday"}}""", "parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"")]
    public void A_value_of_another_type_is_refused_when_it_is_read(string json, string problem) =>
        Assert.Equal($"StatefulSet in version \"v1\" cannot be handled as a StatefulSet: {problem}", Decoding.Problem(ResourceKinds.StatefulSets, "v1", Parse(json)));

    [Theory]
    [InlineData("""{"spec":{"replicas":null,"template":null}}""")]
    [InlineData("""{"spec":{"nonsense":{"a":[1]}}}""")]
    [InlineData("""{"metadata":{"creationTimestamp":null}}""")]
    [InlineData("""{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":"50%"}}}}""")]
    public void Absent_and_unknown_values_are_of_no_wrong_type(string json) => Assert.Null(Decoding.Problem(ResourceKinds.StatefulSets, "v1", Parse(json)));

    // Whatever a client sends may be refused, but it may not bring the server down.
    [Theory]
    [MemberData(nameof(Ids))]
    public void No_value_of_a_wrong_type_confuses_admission(string id)
    {
        Fixture fixture = Fixtures.Get(id);
        ResourceKind kind = KindOf(fixture.Sent);
        AdmissionContext context = AdmissionContext.Over(new AdmissionWorld().Registry.Store);
        foreach (string path in Paths(fixture.Sent, string.Empty).ToArray())
        {
            foreach (string value in (ReadOnlySpan<string>)["null", "7", "-1", "1.5", "true", "\"\"", "\"x y\"", "[]", "[1]", "{}", "{\"a\":1}", "[{}]", "[[]]"])
            {
                var json = (JsonObject)fixture.Sent.DeepClone();
                json.Make("metadata")["namespace"] = Fixtures.Namespace;
                Replace(json, path, JsonNode.Parse(value));
                _ = Decoding.Problem(kind, null, json);
                try
                {
                    Defaults.Fill(context, kind, json, fixture.Live);
                    _ = Validation.Problems(context, kind, json, fixture.Live);
                }
                catch (ConsulPets.Sandbox.Api.ApiException)
                {
                    // A service account or priority class that is not there.
                }
            }
        }
    }

    private static ResourceKind KindOf(JsonObject json) =>
        ResourceKinds.OfManifest(json.Text("apiVersion"), json.Text("kind"))!;

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static IEnumerable<string> Paths(JsonNode? node, string path) => node switch
    {
        JsonObject map => map.SelectMany(pair => Paths(pair.Value, $"{path}\t{pair.Key}").Prepend($"{path}\t{pair.Key}")),
        JsonArray list => list.SelectMany((item, index) => Paths(item, $"{path}\t{index}").Prepend($"{path}\t{index}")),
        _ => [],
    };

    private static void Replace(JsonNode node, string path, JsonNode? value)
    {
        string[] steps = path.Split('\t', StringSplitOptions.RemoveEmptyEntries);
        foreach (string step in steps[..^1])
        {
            node = node is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : node[step]!;
        }

        if (node is JsonArray last)
        {
            last[int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            node[steps[^1]] = value;
        }
    }
}
