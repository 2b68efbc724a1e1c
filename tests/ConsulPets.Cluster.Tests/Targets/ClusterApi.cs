using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

namespace ConsulPets.Cluster.Tests;

/// <summary>Arranges what a test needs, and looks at the cluster with other eyes than the module's: the official client's connection, and the API's own paths.</summary>
public sealed class ClusterApi
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);
    private readonly Kubernetes client;

    public ClusterApi(Kubernetes client) => this.client = client;

    /// <summary>Reads a path; it must be there.</summary>
    public JsonElement Get(string path) => Send(HttpMethod.Get, path, null, null) ?? throw new InvalidOperationException($"{path} is not there");

    /// <summary>Reads an object of a namespace; it must be there.</summary>
    public JsonElement Get(string namespaceName, string resource, string name) => Get($"{Collection(resource, namespaceName)}/{name}");

    /// <summary>The objects of a resource in a namespace.</summary>
    public JsonElement[] List(string namespaceName, string resource) => [.. Get(Collection(resource, namespaceName)).GetProperty("items").EnumerateArray()];

    /// <summary>The names of the objects of some resources in a namespace.</summary>
    public string[] Names(string namespaceName, params string[] resources) =>
        [.. resources.SelectMany(resource => List(namespaceName, resource)).Select(static item => item.GetProperty("metadata").GetProperty("name").GetString()!)];

    /// <summary>The pods of a namespace with their unique IDs.</summary>
    public Dictionary<string, string> PodUids(string namespaceName) => List(namespaceName, "pods").ToDictionary(
        static pod => pod.GetProperty("metadata").GetProperty("name").GetString()!,
        static pod => pod.GetProperty("metadata").GetProperty("uid").GetString()!);

    /// <summary>Creates the objects of a manifest.</summary>
    public void Create(string namespaceName, string yaml)
    {
        foreach (JsonObject json in Documents(yaml))
        {
            Send(HttpMethod.Post, Collection(ResourceOf(json), namespaceName), json.ToJsonString(), "application/json");
        }
    }

    /// <summary>Applies a manifest server-side, under a field manager's name.</summary>
    public void Apply(string namespaceName, string yaml, string manager)
    {
        foreach (JsonObject json in Documents(yaml))
        {
            string path = $"{Collection(ResourceOf(json), namespaceName)}/{json["metadata"]!["name"]}?fieldManager={manager}";
            Send(HttpMethod.Patch, path, json.ToJsonString(), "application/apply-patch+yaml");
        }
    }

    /// <summary>Creates a namespace.</summary>
    public void CreateNamespace(string name) =>
        Send(HttpMethod.Post, "/api/v1/namespaces", $$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}"}}""", "application/json");

    /// <summary>Creates a service account with a token that does not end, and gives the token.</summary>
    public string CreateAccount(string namespaceName, string name)
    {
        Create(namespaceName, $$"""
            apiVersion: v1
            kind: ServiceAccount
            metadata: { name: {{name}} }
            """);
        return CreateToken(namespaceName, name, $"{name}-token");
    }

    /// <summary>Creates a token of a service account, which ends with the Secret that it is in.</summary>
    public string CreateToken(string namespaceName, string account, string secret)
    {
        Create(namespaceName, $$"""
            apiVersion: v1
            kind: Secret
            metadata:
              name: {{secret}}
              annotations: { kubernetes.io/service-account.name: {{account}} }
            type: kubernetes.io/service-account-token
            """);

        // The token controller fills the secret in.
        DateTime until = DateTime.UtcNow.AddSeconds(60);
        while (DateTime.UtcNow < until)
        {
            if (Get(namespaceName, "secrets", secret).TryGetProperty("data", out JsonElement data) && data.TryGetProperty("token", out JsonElement token))
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(token.GetString()!));
            }
        }

        throw new TimeoutException($"the token of {account} was not made");
    }

    /// <summary>Changes an object by a list of operations (RFC 6902).</summary>
    public void Patch(string namespaceName, string resource, string name, string operations) =>
        Send(HttpMethod.Patch, $"{Collection(resource, namespaceName)}/{name}", operations, "application/json-patch+json");

    /// <summary>Deletes an object, by its own grace period or one that is given.</summary>
    public void Delete(string namespaceName, string resource, string name, int? graceSeconds = null) =>
        Send(HttpMethod.Delete, $"{Collection(resource, namespaceName)}/{name}{(graceSeconds is null ? string.Empty : $"?gracePeriodSeconds={graceSeconds}")}", null, null);

    /// <summary>Deletes a pod abruptly, as the failure of its node does: no time to leave.</summary>
    public void Lose(string namespaceName, params string[] pods)
    {
        foreach (string pod in pods)
        {
            Delete(namespaceName, "pods", pod, graceSeconds: 0);
        }
    }

    /// <summary>Asks for a namespace's end, and does not wait for it.</summary>
    public void DeleteNamespace(string name) => Send(HttpMethod.Delete, $"/api/v1/namespaces/{name}", null, null);

    /// <summary>Runs a command in a pod's consul container; it must succeed.</summary>
    public string Run(string namespaceName, string pod, params string[] command)
    {
        using var limit = new CancellationTokenSource(Longest);
        string output = string.Empty;
        string errors = string.Empty;
        int code = client.NamespacedPodExecAsync(
            pod,
            namespaceName,
            "consul",
            command,
            tty: false,
            async (input, standardOutput, standardError) =>
            {
                Task<string> text = new StreamReader(standardOutput).ReadToEndAsync(limit.Token);
                errors = await new StreamReader(standardError).ReadToEndAsync(limit.Token).ConfigureAwait(false);
                output = await text.ConfigureAwait(false);
            },
            limit.Token).GetAwaiter().GetResult();
        return code == 0 ? output.Trim() : throw new InvalidOperationException($"{string.Join(' ', command)} in {pod} ended with {code}: {errors}");
    }

    /// <summary>Sends a request that must be refused; gives the refusal. What is no JSON is given as its text.</summary>
    public JsonElement Refusal(string method, string path, string? body, string type)
    {
        (int code, string text) = Ask(new HttpMethod(method), path, body, type);
        Assert.True(code >= 400, $"{method} {path} was not refused: {code} {text}");
        return JsonSerializer.SerializeToElement(text.StartsWith('{') ? JsonNode.Parse(text) : new JsonObject { ["code"] = code, ["text"] = text.Trim() });
    }

    /// <summary>Writes a key through the Consul agent of a pod.</summary>
    /// <returns>Whether Consul acknowledged it.</returns>
    public bool TryPutKey(string namespaceName, string pod, string key)
    {
        try
        {
            (int code, string text) = Ask(HttpMethod.Put, $"{Consul(namespaceName, pod)}/kv/{key}", "x", "application/octet-stream");
            return code == 200 && text.Trim() == "true";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The IP address of the leader as a pet's agent names it; null when it names none or does not answer in time.</summary>
    public string? Leader(string namespaceName, string pod, TimeSpan atMost)
    {
        using var limit = new CancellationTokenSource(atMost);
        try
        {
            (int code, string text) = Ask(HttpMethod.Get, $"{Consul(namespaceName, pod)}/status/leader", null, null, limit.Token);
            return code == 200 && text.Trim().Trim('"').Split(':')[0] is { Length: > 0 } leader ? leader : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Orders something of the sandbox that happens at once: <c>nodes/node-1/vanish</c>, <c>pods/demo/consul-0/cut</c>.</summary>
    public void Order(string path) => Send(HttpMethod.Post, $"/sandbox/{path}", "{}", "application/json");

    /// <summary>The keys that the Consul agent of a pod knows below a prefix.</summary>
    public string[] Keys(string namespaceName, string pod, string prefix) =>
        [.. Get($"{Consul(namespaceName, pod)}/kv/{prefix}?keys").EnumerateArray().Select(static key => key.GetString()!)];

    /// <summary>Orders a fault of the sandbox; gives its ID.</summary>
    public string OrderFault(string fault) => Send(HttpMethod.Post, "/sandbox/faults", fault, "application/json")!.Value.GetProperty("id").ToString();

    /// <summary>How often a fault of the sandbox has happened.</summary>
    public int FaultHits(string id) => Get("/sandbox/faults").GetProperty("faults").EnumerateArray().Single(fault => fault.GetProperty("id").ToString() == id).GetProperty("hits").GetInt32();

    private static string Consul(string namespaceName, string pod) => $"/api/v1/namespaces/{namespaceName}/pods/http:{pod}:8500/proxy/v1";

    private static IEnumerable<JsonObject> Documents(string yaml) =>
        KubernetesYaml.LoadAllFromString(yaml).Select(static document => JsonNode.Parse(KubernetesJson.Serialize(document))!.AsObject());

    private static string ResourceOf(JsonObject json) => json["kind"]!.GetValue<string>().ToLowerInvariant() switch
    {
        "poddisruptionbudget" => "poddisruptionbudgets",
        string kind => kind + "s",
    };

    private string Collection(string resource, string? namespaceName)
    {
        string root = resource switch
        {
            "statefulsets" or "daemonsets" or "controllerrevisions" => "/apis/apps/v1",
            "leases" => "/apis/coordination.k8s.io/v1",
            "roles" or "rolebindings" => "/apis/rbac.authorization.k8s.io/v1",

            // v1 from Kubernetes 1.21 on, v1beta1 up to 1.24.
            "poddisruptionbudgets" => $"/apis/{Get("/apis/policy").GetProperty("preferredVersion").GetProperty("groupVersion").GetString()}",
            _ => "/api/v1",
        };
        return namespaceName is null ? $"{root}/{resource}" : $"{root}/namespaces/{namespaceName}/{resource}";
    }

    private JsonElement? Send(HttpMethod method, string path, string? body, string? type)
    {
        (int code, string text) = Ask(method, path, body, type);
        return code < 300 ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException($"{method} {path}: {code} {text}");
    }

    private (int Code, string Text) Ask(HttpMethod method, string path, string? body, string? type, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, new Uri(client.BaseUri, path));
        if (body is not null)
        {
            request.Content = new StringContent(body, new MediaTypeHeaderValue(type!));
        }

        client.Credentials?.ProcessHttpRequestAsync(request, CancellationToken.None).GetAwaiter().GetResult();
        using HttpResponseMessage response = client.HttpClient.Send(request, cancellationToken);
        using var reader = new StreamReader(response.Content.ReadAsStream(cancellationToken));
        return ((int)response.StatusCode, reader.ReadToEnd());
    }
}
