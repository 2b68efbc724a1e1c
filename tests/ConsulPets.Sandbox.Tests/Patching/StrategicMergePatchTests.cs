using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Patching;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Patching;

public sealed class StrategicMergePatchTests
{
    [Theory]

    // Maps.
    [InlineData("""{"spec":{"a":{"b":1}}}""", """{"spec":{"a":{"c":2}}}""", """{"spec":{"a":{"b":1,"c":2}}}""")]
    [InlineData("""{"metadata":{"labels":{"a":"1","b":"2"}}}""", """{"metadata":{"labels":{"a":null}}}""", """{"metadata":{"labels":{"b":"2"}}}""")]
    [InlineData("""{"metadata":{"labels":{"a":"1"}}}""", """{"metadata":{"labels":{"$patch":"replace","b":"2"}}}""", """{"metadata":{"labels":{"b":"2"}}}""")]
    [InlineData("""{"metadata":{"labels":{"a":"1"}}}""", """{"metadata":{"labels":{"$patch":"delete"}}}""", """{"metadata":{"labels":{}}}""")]
    [InlineData("""{"metadata":{"labels":{"a":"1"}}}""", """{"metadata":{"labels":{"$patch":"merge","b":"2"}}}""", """{"metadata":{"labels":{"a":"1","b":"2"}}}""")]
    [InlineData("""{"spec":{}}""", """{"spec":{"x":{"$patch":"delete"},"y":{"$retainKeys":["z"],"z":1}}}""", """{"spec":{"y":{"z":1}}}""")]

    // Lists that are one value.
    [InlineData("""{"spec":{"tolerations":[{"key":"a"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","command":["x","y"]}]}}""", """{"spec":{"containers":[{"name":"a","command":["z"]}]}}""", """{"spec":{"containers":[{"name":"a","command":["z"]}]}}""")]

    // Lists with keys, in the order of Kubernetes 1.20.2: what the patch names first comes first.
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"x"}]}}""", """{"spec":{"containers":[{"name":"a","image":"y"}]}}""", """{"spec":{"containers":[{"name":"a","image":"y"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"main"}]}}""", """{"spec":{"containers":[{"name":"two"}]}}""", """{"spec":{"containers":[{"name":"two"},{"name":"main"}]}}""")]
    [InlineData(
        """{"spec":{"containers":[{"name":"a"},{"name":"b"},{"name":"c"}]}}""",
        """{"spec":{"containers":[{"name":"b","$patch":"delete"},{"name":"d"}]}}""",
        """{"spec":{"containers":[{"name":"d"},{"name":"a"},{"name":"c"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""", """{"spec":{"containers":[{"$patch":"replace"},{"name":"z"}]}}""", """{"spec":{"containers":[{"name":"z"}]}}""")]
    [InlineData("""{"spec":{}}""", """{"spec":{"containers":[{"name":"b","$patch":"delete"},{"name":"d"}]}}""", """{"spec":{"containers":[{"name":"d"}]}}""")]
    [InlineData(
        """{"spec":{"containers":[{"name":"a","env":[{"name":"X","value":"1"}],"volumeMounts":[{"mountPath":"/a","name":"v"}],"ports":[{"containerPort":1,"protocol":"TCP"}]}]}}""",
        """{"spec":{"containers":[{"name":"a","env":[{"name":"Y","value":"2"},{"name":"X","$patch":"delete"}],"volumeMounts":[{"mountPath":"/a","name":"w"}],"ports":[{"containerPort":1,"name":"p"}]}]}}""",
        """{"spec":{"containers":[{"name":"a","env":[{"name":"Y","value":"2"}],"volumeMounts":[{"mountPath":"/a","name":"w"}],"ports":[{"containerPort":1,"protocol":"TCP","name":"p"}]}]}}""")]
    [InlineData(
        """{"spec":{"topologySpreadConstraints":[{"topologyKey":"z","maxSkew":1}],"hostAliases":[{"ip":"1","hostnames":["a"]}],"imagePullSecrets":[{"name":"s"}]}}""",
        """{"spec":{"topologySpreadConstraints":[{"topologyKey":"z","maxSkew":2}],"hostAliases":[{"ip":"1","hostnames":["b"]}],"imagePullSecrets":[{"name":"s"},{"name":"t"}]}}""",
        """{"spec":{"topologySpreadConstraints":[{"topologyKey":"z","maxSkew":2}],"hostAliases":[{"ip":"1","hostnames":["b"]}],"imagePullSecrets":[{"name":"s"},{"name":"t"}]}}""")]
    [InlineData("""{"status":{"conditions":[{"type":"Ready","status":"False"},{"type":"X","status":"True"}]}}""", """{"status":{"conditions":[{"type":"Ready","status":"True"}]}}""", """{"status":{"conditions":[{"type":"Ready","status":"True"},{"type":"X","status":"True"}]}}""")]
    [InlineData("""{"metadata":{"ownerReferences":[{"uid":"1","name":"a"}]}}""", """{"metadata":{"ownerReferences":[{"uid":"1","$patch":"delete"},{"uid":"2","name":"b"}]}}""", """{"metadata":{"ownerReferences":[{"uid":"2","name":"b"}]}}""")]

    // Orders.
    [InlineData(
        """{"spec":{"containers":[{"name":"main"}]}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"main"},{"name":"two"}],"containers":[{"name":"two"}]}}""",
        """{"spec":{"containers":[{"name":"main"},{"name":"two"}]}}""")]
    [InlineData(
        """{"spec":{"containers":[{"name":"injected"},{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}}""",
        """{"spec":{"containers":[{"name":"injected"},{"name":"b"},{"name":"a"}]}}""")]

    // Sets, in the order of Kubernetes 1.20.2.
    [InlineData("""{"metadata":{"finalizers":["x/w"]}}""", """{"metadata":{"finalizers":["x/z","x/w"]}}""", """{"metadata":{"finalizers":["x/z","x/w"]}}""")]
    [InlineData("""{"metadata":{"finalizers":["x/z","x/w"]}}""", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["x/z"],"finalizers":["x/q"]}}""", """{"metadata":{"finalizers":["x/q","x/w"]}}""")]
    [InlineData("""{"metadata":{"finalizers":["x/z"]}}""", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["x/z"]}}""", """{"metadata":{}}""")]
    [InlineData("""{"metadata":{"finalizers":["x/q","x/w"]}}""", """{"metadata":{"$setElementOrder/finalizers":["x/w","x/q"],"finalizers":["x/q"]}}""", """{"metadata":{"finalizers":["x/w","x/q"]}}""")]

    // Keys that stay: a volume is of one sort.
    [InlineData(
        """{"spec":{"volumes":[{"name":"data","emptyDir":{}}]}}""",
        """{"spec":{"volumes":[{"$retainKeys":["name","configMap"],"name":"data","configMap":{"name":"c"}}]}}""",
        """{"spec":{"volumes":[{"name":"data","configMap":{"name":"c"}}]}}""")]
    public void Pods_are_patched_by_the_keys_of_their_lists(string target, string patch, string expected)
    {
        JsonObject before = Write.Json(target);

        Write.AssertSame(expected, StrategicMergePatch.Apply(ResourceKinds.Pods, before, Write.Json(patch)));

        Write.AssertSame(target, before);
    }

    [Fact]
    public void Ports_of_services_are_known_by_their_number() => Write.AssertSame(
        """{"spec":{"ports":[{"port":8500,"targetPort":7777,"protocol":"TCP"},{"port":53,"protocol":"UDP"}]}}""",
        StrategicMergePatch.Apply(
            ResourceKinds.Services,
            Write.Json("""{"spec":{"ports":[{"port":8500,"targetPort":8500,"protocol":"TCP"},{"port":53,"protocol":"UDP"}]}}"""),
            Write.Json("""{"spec":{"ports":[{"port":8500,"targetPort":7777}]}}""")));

    [Fact]
    public void Secrets_of_accounts_are_known_by_their_name_and_their_pull_secrets_are_one_value() => Write.AssertSame(
        """{"secrets":[{"name":"b"},{"name":"a"}],"imagePullSecrets":[{"name":"y"}]}""",
        StrategicMergePatch.Apply(
            ResourceKinds.ServiceAccounts,
            Write.Json("""{"secrets":[{"name":"a"}],"imagePullSecrets":[{"name":"x"}]}"""),
            Write.Json("""{"secrets":[{"name":"b"}],"imagePullSecrets":[{"name":"y"}]}""")));

    [Fact]
    public void What_kubectl_apply_sends_changes_the_template_of_a_workload()
    {
        JsonObject live = Write.Json(
            """
            {"spec":{"replicas":3,"template":{"metadata":{"labels":{"app":"db"}},"spec":{"containers":[
              {"name":"main","image":"a:1","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"imagePullPolicy":"Always"},{"name":"injected","image":"i"}]}}}}
            """);

        JsonObject after = StrategicMergePatch.Apply(
            ResourceKinds.StatefulSets,
            live,
            Write.Json(
                """
                {"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"main"}],"containers":[
                  {"$setElementOrder/env":[{"name":"B"},{"name":"C"}],"name":"main","image":"a:2","env":[{"name":"C","value":"3"},{"$patch":"delete","name":"A"}]}]}}}}
                """));

        Write.AssertSame(
            """
            {"spec":{"replicas":3,"template":{"metadata":{"labels":{"app":"db"}},"spec":{"containers":[
              {"name":"main","image":"a:2","env":[{"name":"B","value":"2"},{"name":"C","value":"3"}],"imagePullPolicy":"Always"},{"name":"injected","image":"i"}]}}}}
            """,
            after);
    }

    [Fact]
    public void Without_lists_of_its_own_it_is_a_merge_patch()
    {
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            JsonObject target = RandomObjects.Any(random, 3);
            JsonObject patch = RandomObjects.Any(random, 3);
            patch["c"] = random.Next(2) == 0 ? null : new JsonObject { ["a"] = null, ["b"] = 1 };

            Write.AssertSame(MergePatch.Apply(target, patch).ToJsonString(), StrategicMergePatch.Apply(ResourceKinds.ConfigMaps, target, patch));
        }
    }

    // As Kubernetes 1.20.2 words it.
    [Theory]
    [InlineData("""{"spec":{"containers":[{"image":"x"}]}}""", 500, "map: map[image:x] does not contain declared merge key: name")]
    [InlineData("""{"spec":{"containers":[{"name":"main","$patch":"bogus"}]}}""", 500, "unknown patch type: bogus in map: map[$patch:bogus name:main]")]
    [InlineData("""{"spec":{"$patch":"bogus"}}""", 500, "unknown patch type: bogus in map: map[$patch:bogus]")]
    [InlineData("""{"spec":{"containers":["x"]}}""", 500, "list element types are not identical: [[map[name:main]] [x]]")]
    [InlineData("""{"spec":{"containers":[null]}}""", 500, "list element types are not identical: [[map[name:main]] [<nil>]]")]
    [InlineData("""{"spec":{"$patch":{}}}""", 500, "unknown patch type: map[] in map: map[$patch:map[]]")]
    [InlineData("""{"spec":{"containers":"x"}}""", 422, " \"\" is invalid: patch: Invalid value: \"map[spec:map[containers:x]]\": cannot restore slice from string")]
    [InlineData("""{"metadata":{"$retainKeys":["name"],"labels":{}}}""", 500, "invalid patch format of retainKeys")]
    [InlineData("""{"spec":{"$setElementOrder/containers":[{"name":"a"},{"name":"b"}],"containers":[{"name":"b"},{"name":"a"}]}}""", 500, "The order in patch list:")]
    public void A_patch_that_makes_no_sense_is_refused(string patch, int code, string message)
    {
        JsonObject pod = Write.Json("""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"main"}]}}""");

        ApiException refusal = Assert.Throws<ApiException>(() => StrategicMergePatch.Apply(ResourceKinds.Pods, pod, Write.Json(patch)));

        Assert.Equal(code, refusal.Code);
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }
}
