using System.Text.RegularExpressions;

namespace ConsulPets.Cluster.Tests;

/// <summary>What a user does beside the module, with the real kubectl.</summary>
public sealed class KubectlScenario
{
    [EachCluster(NeedsKubectl = true)]
    public void Kubectl_applies_scales_rolls_reaches_and_deletes_a_set(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "kubectl");
        var kubectl = new Kubectl(place.Cluster.AdminKubeConfig, place.Name);
        string manifest = place.Fixture("article-statefulset.yaml");

        Assert.Equal(["service/consul created", "statefulset.apps/consul created"], Lines(kubectl.Run("apply -f -", manifest)));
        Assert.Equal(["service/consul unchanged", "statefulset.apps/consul unchanged"], Lines(kubectl.Run("apply -f -", manifest)));
        Assert.Contains("roll", kubectl.Run("rollout status statefulset/consul --timeout=120s"), StringComparison.Ordinal);
        Assert.Matches(@"(?m)^consul\s+3/3\s", kubectl.Run("get statefulsets"));
        Assert.Equal(3, Regex.Count(kubectl.Run("get pods -l app=consul"), @"(?m)^consul-[012]\s+1/1\s+Running\s+0\s"));

        Assert.Equal("statefulset.apps/consul scaled", kubectl.Run("scale statefulset consul --replicas=2"));
        kubectl.Run("wait --for=delete pod/consul-2 --timeout=60s");
        Assert.Equal("statefulset.apps/consul scaled", kubectl.Run("scale statefulset consul --replicas=3 --current-replicas=2"));
        kubectl.Run("rollout status statefulset/consul --timeout=120s");
        Assert.Equal(["consul-0", "consul-1", "consul-2"], place.Api.Names(place.Name, "pods"));

        Dictionary<string, string> before = place.Api.PodUids(place.Name);
        Assert.Equal("statefulset.apps/consul restarted", kubectl.Run("rollout restart statefulset/consul"));
        kubectl.Run("rollout status statefulset/consul --timeout=180s");
        Dictionary<string, string> after = place.Api.PodUids(place.Name);
        Assert.All(before, pod => Assert.NotEqual(pod.Value, after[pod.Key]));
        Assert.Equal(2, Regex.Count(kubectl.Run("rollout history statefulset/consul"), @"(?m)^\d+\s"));

        Assert.Contains("Consul agent running!", kubectl.Run("logs consul-0"), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f-]{36}$", kubectl.Run("exec consul-0 -- cat /consul/data/node-id"));
        Assert.Matches("SuccessfulCreate", kubectl.Run("get events --field-selector involvedObject.name=consul"));
        Assert.Contains("Service Account", kubectl.Run("describe pod consul-0"), StringComparison.Ordinal);
        Assert.Contains("\"Member\"", kubectl.Forward("consul-0", 8500, Answer), StringComparison.Ordinal);

        kubectl.Run("delete -f - --timeout=60s", manifest);
        kubectl.Run("wait --for=delete pod -l app=consul --timeout=90s");
        Assert.Empty(place.Api.Names(place.Name, "statefulsets", "services", "pods"));
    }

    private static string Answer(int port)
    {
        using var client = new HttpClient();
        return client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/v1/agent/self")).GetAwaiter().GetResult();
    }

    private static string[] Lines(string text) => text.Split('\n');
}
