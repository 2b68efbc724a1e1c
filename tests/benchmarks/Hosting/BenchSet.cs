using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ConsulPets.Benchmarks.Measuring;

namespace ConsulPets.Benchmarks.Hosting;

/// <summary>
/// Three Consul servers of a StatefulSet in a namespace of their own. Each pod has a readiness gate, a condition that this program sets: so a pod becomes
/// ready at a moment that it chooses, with Consul untouched.
/// </summary>
internal sealed partial class BenchSet : IAsyncDisposable
{
    public const string Name = "consul";
    private const string Gate = "consulpets.benchmarks/open";
    // New in each run: the namespace of an earlier run may still be on its way out.
    public static readonly string Namespace = $"bench-{Guid.NewGuid().ToString("N")[..6]}";

    private static readonly string[] Pods = ["consul-0", "consul-1", "consul-2"];

    private readonly HttpClient client = PlainClient.Open(Settings.KubeConfig!);

    public static async Task<BenchSet> MakeAsync()
    {
        Match image = ConsulImage().Match(await KubectlAsync(null, "get", "nodes", "-o", "jsonpath={.items[*].status.images[*].names}"));
        string name = Environment.GetEnvironmentVariable("CONSULPETS_TEST_CONSUL_IMAGE") is { Length: > 0 } named ? named
            : image.Success ? image.Groups[1].Value
            : throw new InvalidOperationException("the nodes have no hashicorp/consul image: name one in CONSULPETS_TEST_CONSUL_IMAGE");
        var set = new BenchSet();
        try
        {
            await KubectlAsync(Manifest(name), "apply", "-f", "-");
            await set.ReadyAsync();
            return set;
        }
        catch
        {
            await set.DisposeAsync();
            throw;
        }
    }

    public static async Task<string> KubectlAsync(string? input, params string[] arguments) =>
        (await ChildProcess.RunAsync("kubectl", ["--kubeconfig", Settings.KubeConfig!, .. arguments], input)).Output;

    /// <summary>Sets a pod's gate.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="open">Whether the pod may be ready.</param>
    public async Task SetGateAsync(string pod, bool open)
    {
        string patch = $$$"""{"status":{"conditions":[{"type":"{{{Gate}}}","status":"{{{(open ? "True" : "False")}}}"}]}}""";
        using var content = new StringContent(patch, Encoding.UTF8, new MediaTypeHeaderValue("application/strategic-merge-patch+json"));
        using HttpResponseMessage response = await client.PatchAsync(new Uri($"api/v1/namespaces/{Namespace}/pods/{pod}/status", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Waits for a pod's Ready condition.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="ready">What it is to be.</param>
    /// <returns>The timestamp of the event that said so.</returns>
    public async Task<long> WatchAsync(string pod, bool ready)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var uri = new Uri($"api/v1/namespaces/{Namespace}/pods?watch=true&resourceVersion=0&fieldSelector=metadata.name%3D{pod}", UriKind.Relative);
        using Stream stream = await client.GetStreamAsync(uri, deadline.Token);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            long now = Stopwatch.GetTimestamp();
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement status = document.RootElement.GetProperty("object").GetProperty("status");
            if (status.TryGetProperty("conditions", out JsonElement conditions)
                && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == (ready ? "True" : "False")))
            {
                return now;
            }
        }

        throw new InvalidOperationException($"the watch of {pod} ended");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await KubectlAsync(null, "delete", "namespace", Namespace, "--ignore-not-found", "--wait=false");
    }

    private async Task ReadyAsync()
    {
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(3))
        {
            try
            {
                foreach (string pod in Pods)
                {
                    await SetGateAsync(pod, open: true);
                    await WatchAsync(pod, ready: true);
                }

                return;
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                await Task.Delay(1000); // The pod is not made yet, or is slow.
            }
        }

        throw new InvalidOperationException("the pods were not ready within 3 minutes");
    }

    [GeneratedRegex("docker\\.io/(hashicorp/consul:[0-9]+\\.[0-9]+\\.[0-9]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex ConsulImage();

    private static string Manifest(string image) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: { name: {{Namespace}} }
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: {{Name}}, namespace: {{Namespace}} }
        spec:
          clusterIP: None
          publishNotReadyAddresses: true
          selector: { app: consul }
          ports: [{ name: http, port: 8500 }]
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: { name: {{Name}}, namespace: {{Namespace}} }
        spec:
          serviceName: consul
          replicas: 3
          podManagementPolicy: Parallel
          selector: { matchLabels: { app: consul } }
          template:
            metadata: { labels: { app: consul } }
            spec:
              terminationGracePeriodSeconds: 2
              readinessGates: [{ conditionType: {{Gate}} }]
              containers:
                - name: consul
                  image: {{image}}
                  imagePullPolicy: IfNotPresent
                  args: [agent, -server, -client, 0.0.0.0, -bootstrap-expect, "3", -retry-join, consul, -retry-interval, 2s]
                  ports: [{ name: http, containerPort: 8500 }]
        """;
}
