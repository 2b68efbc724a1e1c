using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Tests.Admission;

namespace ConsulPets.Cluster.Tests;

/// <summary>What the sandbox serves beside what a real API server serves, field by field: the same sets by the same commands, then every object that came of it.</summary>
public sealed class SideBySideScenario
{
    private static readonly string[] Resources =
        ["statefulsets", "daemonsets", "pods", "services", "endpoints", "configmaps", "serviceaccounts", "persistentvolumeclaims", "poddisruptionbudgets", "controllerrevisions"];

    [RealClusterFact]
    public void The_same_sets_look_the_same_on_both()
    {
        Dictionary<string, JsonObject> real = Story(ClusterKind.Real);
        Dictionary<string, JsonObject> sandbox = Story(ClusterKind.Sandbox);
        Assert.Equal(real.Keys.Order(), sandbox.Keys.Order());
        string[] differences =
        [
            .. real.SelectMany(one =>
                Differences.Between(one.Key, one.Value, sandbox[one.Key], MeantDifferences.Objects).Select(difference => $"{one.Key} {difference}")),
        ];
        Assert.True(differences.Length == 0, string.Join('\n', differences));
    }

    [RealClusterFact]
    public void Refusals_have_the_same_code_reason_words_and_details()
    {
        Dictionary<string, JsonObject> real = Refused(ClusterKind.Real);
        Dictionary<string, JsonObject> sandbox = Refused(ClusterKind.Sandbox);
        string[] differences =
        [
            .. real.SelectMany(one => Differences.Between(one.Key, one.Value, sandbox[one.Key], MeantDifferences.Refusals).Select(difference => $"{one.Key} {difference}")),
        ];
        Assert.True(differences.Length == 0, string.Join('\n', differences));
    }

    private static Dictionary<string, JsonObject> Story(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "beside");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul");
        shell.Bootstrap("cattle", "-Kind DaemonSet");
        Assert.True(SpinWait.SpinUntil(() => IsAvailable(place.Api, place.Name), TimeSpan.FromSeconds(60)), "the pets do not become available");
        var normal = new NormalForm(place.Name);
        Dictionary<string, JsonObject> objects = Resources
            .SelectMany(resource => place.Api.List(place.Name, resource).Select(item => (Id: $"{resource}/{item.GetProperty("metadata").GetProperty("name").GetString()}", Item: item)))
            .Select(found => (Id: normal.Text(found.Id), Json: normal.Object(found.Item)))
            .GroupBy(static found => found.Id)
            .ToDictionary(static group => group.Key, static group => group.First().Json);
        objects["events"] = normal.Events(place.Api.List(place.Name, "events"));
        return objects;
    }

    // Some seconds after they are ready (minReadySeconds). StatefulSets tell it since 1.22.
    private static bool IsAvailable(ClusterApi api, string place)
    {
        Thread.Sleep(200); // Between two looks.
        JsonElement set = api.Get(place, "statefulsets", "consul").GetProperty("status");
        JsonElement daemons = api.Get(place, "daemonsets", "cattle").GetProperty("status");
        return (!set.TryGetProperty("availableReplicas", out JsonElement available) || available.GetInt32() == 3)
            && daemons.TryGetProperty("numberAvailable", out JsonElement pods) && pods.GetInt32() == 3;
    }

    // Each request is one that the real server refuses.
    private static Dictionary<string, JsonObject> Refused(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "refused");
        place.Api.Create(place.Name, """
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: there }
            data: { a: b }
            ---
            apiVersion: v1
            kind: Pod
            metadata: { name: guarded, labels: { app: guarded } }
            spec: { containers: [{ name: main, image: busybox, imagePullPolicy: Never, command: [sleep, "1000"] }] }
            """);
        string core = $"/api/v1/namespaces/{place.Name}";
        var normal = new NormalForm(place.Name);
        return new Dictionary<string, (string Method, string Path, string? Body, string Type)>
        {
            ["missing"] = ("GET", $"{core}/pods/none", null, string.Empty),
            ["missing set"] = ("GET", $"/apis/apps/v1/namespaces/{place.Name}/statefulsets/none", null, string.Empty),
            ["missing to delete"] = ("DELETE", $"{core}/configmaps/none", null, string.Empty),
            ["missing to patch"] = ("PATCH", $"{core}/configmaps/none", """{"data":{"a":"c"}}""", "application/merge-patch+json"),
            ["missing namespace"] = ("POST", "/api/v1/namespaces/none/configmaps", """{"metadata":{"name":"x"}}""", "application/json"),
            ["unknown resource"] = ("GET", $"{core}/horses", null, string.Empty),
            ["unknown group"] = ("GET", "/apis/none.example/v1/horses", null, string.Empty),
            ["there already"] = ("POST", $"{core}/configmaps", """{"metadata":{"name":"there"}}""", "application/json"),
            ["no name"] = ("POST", $"{core}/configmaps", "{}", "application/json"),
            ["bad name"] = ("POST", $"{core}/configmaps", """{"metadata":{"name":"A_b"}}""", "application/json"),
            ["other namespace"] = ("POST", $"{core}/configmaps", """{"metadata":{"name":"x","namespace":"default"}}""", "application/json"),
            ["other name"] = ("PUT", $"{core}/configmaps/there", """{"metadata":{"name":"x"}}""", "application/json"),
            ["stale version"] = ("PUT", $"{core}/configmaps/there", """{"metadata":{"name":"there","resourceVersion":"1"}}""", "application/json"),
            ["other uid to delete"] = ("DELETE", $"{core}/configmaps/there", """{"preconditions":{"uid":"00000000-0000-0000-0000-000000000000"}}""", "application/json"),
            ["broken text"] = ("POST", $"{core}/configmaps", "{", "application/json"),
            ["unknown patch"] = ("PATCH", $"{core}/configmaps/there", "{}", "text/plain"),
            ["failed test"] = ("PATCH", $"{core}/configmaps/there", """[{"op":"test","path":"/data/a","value":"x"}]""", "application/json-patch+json"),
            ["bad selector"] = ("GET", $"{core}/pods?fieldSelector=spec.nonsense%3Dx", null, string.Empty),
            ["apply without manager"] = ("PATCH", $"{core}/configmaps/there", """{"apiVersion":"v1","kind":"ConfigMap"}""", "application/apply-patch+yaml"),
            ["set without selector"] = ("POST", $"/apis/apps/v1/namespaces/{place.Name}/statefulsets", """{"metadata":{"name":"x"},"spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""", "application/json"),
            ["service without ports"] = ("POST", $"{core}/services", """{"metadata":{"name":"x"},"spec":{"selector":{"a":"b"}}}""", "application/json"),
            ["pod with changed spec"] = ("PATCH", $"{core}/pods/guarded", """{"spec":{"hostname":"x"}}""", "application/merge-patch+json"),
        }.ToDictionary(static one => one.Key, one => normal.Object(place.Api.Refusal(one.Value.Method, one.Value.Path, one.Value.Body, one.Value.Type)));
    }
}
