using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Kubernetes;

/// <summary>A list of objects and the version it was read at.</summary>
/// <param name="Items">The objects.</param>
/// <param name="ResourceVersion">Where a watch may begin.</param>
public sealed record KubernetesList(IReadOnlyList<JsonElement> Items, string ResourceVersion);

/// <summary>An answer through the pod proxy.</summary>
/// <param name="Status">The pod's status code.</param>
/// <param name="Body">The body.</param>
/// <param name="Headers">Header names and first values, in lower case.</param>
public sealed record PodAnswer(int Status, byte[] Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>The verbs of the Kubernetes API that the module uses.</summary>
/// <param name="connection">The connection.</param>
public sealed partial class KubernetesApi(KubernetesConnection connection)
{
    /// <summary>The name under which the module owns fields.</summary>
    public const string FieldManager = "consulpets";

    private const int PageSize = 500;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The connection.</summary>
    public KubernetesConnection Connection { get; } = connection;

    /// <summary>Told of each request before it is sent: <c>GET api/v1/…</c>. Null when nobody listens.</summary>
    public Action<string>? OnRequest { get; init; }

    /// <summary>Reads one object.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="namespaceName">The namespace; null for a cluster-wide kind.</param>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The object; null when there is none.</returns>
    public async Task<JsonElement?> FindAsync(KubernetesResource resource, string? namespaceName, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var call = new KubernetesCall("get", resource.QualifiedName, namespaceName, name);
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, resource.Path(namespaceName, name), null, cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(call, response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads all objects of a kind, page by page.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="namespaceName">The namespace; null for all.</param>
    /// <param name="labelSelector">A label selector; null for all.</param>
    /// <param name="fieldSelector">A field selector; null for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The objects.</returns>
    public async Task<KubernetesList> ListAsync(
        KubernetesResource resource, string? namespaceName, string? labelSelector, string? fieldSelector, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var call = new KubernetesCall("list", resource.QualifiedName, namespaceName, null);
        var items = new List<JsonElement>();
        string next = string.Empty;
        do
        {
            string path = resource.Path(namespaceName)
                + Query(("labelSelector", labelSelector), ("fieldSelector", fieldSelector), ("limit", PageSize.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("continue", next));
            using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
            JsonElement page = await ReadAsync(call, response, cancellationToken).ConfigureAwait(false);
            items.AddRange(page.Items("items"));
            next = page.Text("metadata", "continue");
            if (next.Length == 0)
            {
                return new KubernetesList(items, page.Text("metadata", "resourceVersion"));
            }
        }
        while (true);
    }

    /// <summary>Watches a kind: first every object that there is, then each change. Ends when the server ends it.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="labelSelector">A label selector; null for all.</param>
    /// <param name="fieldSelector">A field selector; null for all.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>The events: ADDED, MODIFIED, DELETED with their objects.</returns>
    public async IAsyncEnumerable<(string Type, JsonElement Object)> WatchAsync(
        KubernetesResource resource, string namespaceName, string? labelSelector, string? fieldSelector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var call = new KubernetesCall("watch", resource.QualifiedName, namespaceName, null);
        string path = resource.Path(namespaceName)
            + Query(("watch", "true"), ("resourceVersion", "0"), ("labelSelector", labelSelector), ("fieldSelector", fieldSelector), ("timeoutSeconds", "300"));
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            await ReadAsync(call, response, cancellationToken).ConfigureAwait(false);
        }

        using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            using var document = JsonDocument.Parse(line);
            string type = document.RootElement.Text("type");
            if (type is "ADDED" or "MODIFIED" or "DELETED")
            {
                yield return (type, document.RootElement.GetProperty("object").Clone());
            }
            else if (type == "ERROR")
            {
                yield break; // 410 Gone: the caller looks again and watches anew.
            }
        }
    }

    /// <summary>Applies an object on the server's side, as the field manager <see cref="FieldManager"/>.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="manifest">The object, with the fields that the module has an opinion on.</param>
    /// <param name="force">Whether to take over fields of other managers.</param>
    /// <param name="dryRun">Whether to have it checked only.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The object as it is (or would be) stored.</returns>
    /// <exception cref="ConsulPetsException">FieldConflict, KubernetesInvalid, KubernetesForbidden.</exception>
    public async Task<JsonElement> ApplyAsync(KubernetesResource resource, JsonObject manifest, bool force, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(manifest);
        string name = (string)manifest["metadata"]!["name"]!;
        string? namespaceName = (string?)manifest["metadata"]!["namespace"];
        string path = resource.Path(namespaceName, name)
            + Query(("fieldManager", FieldManager), ("force", force ? "true" : "false"), ("dryRun", dryRun ? "All" : null));

        // JSON is YAML, so the apply media type takes it on every version.
        using var content = new StringContent(manifest.ToJsonString(), Encoding.UTF8, "application/apply-patch+yaml");
        using HttpResponseMessage response = await SendAsync(HttpMethod.Patch, path, content, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(new KubernetesCall("patch", resource.QualifiedName, namespaceName, name), response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes an object.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="name">The name.</param>
    /// <param name="propagation">Background, Foreground or Orphan.</param>
    /// <param name="uid">The unique ID that it must have; null for whichever bears the name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when it was gone already.</returns>
    public async Task<bool> DeleteAsync(
        KubernetesResource resource, string? namespaceName, string name, string propagation, string? uid, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        using StringContent content = DeleteOptions(propagation, uid);
        using HttpResponseMessage response = await SendAsync(HttpMethod.Delete, resource.Path(namespaceName, name), content, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        await ReadAsync(new KubernetesCall("delete", resource.QualifiedName, namespaceName, name), response, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Evicts a pod: deletes it unless a disruption budget forbids it.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="uid">The unique ID that it must have.</param>
    /// <param name="policyVersion">The version of the policy group that the cluster serves.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">DisruptionBudgetExceeded, KubernetesForbidden, KubernetesNotFound.</exception>
    public async Task EvictAsync(string namespaceName, string pod, string uid, string policyVersion, CancellationToken cancellationToken)
    {
        var eviction = new JsonObject
        {
            ["apiVersion"] = $"policy/{policyVersion}",
            ["kind"] = "Eviction",
            ["metadata"] = new JsonObject { ["name"] = pod, ["namespace"] = namespaceName },
            ["deleteOptions"] = new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = uid } },
        };
        using var content = new StringContent(eviction.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Post, KubernetesResource.Pods.Path(namespaceName, pod) + "/eviction", content, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            throw new ConsulPetsException(
                "DisruptionBudgetExceeded",
                ConsulPetsErrorKind.ResourceBusy,
                $"A disruption budget does not allow '{pod}' to be evicted now: another pod that it covers is away.",
                "Wait until all pods are ready (Get-ConsulPet), or restart it all the same with -Force",
                pod);
        }

        await ReadAsync(new KubernetesCall("create", "pods/eviction", namespaceName, pod), response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The versions of an API group that the cluster serves.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The versions, the cluster's preferred one first; empty when it does not know the group.</returns>
    public async Task<IReadOnlyList<string>> ServedVersionsAsync(string group, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, $"apis/{group}", null, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return [];
        }

        JsonElement answer = await ReadAsync(new KubernetesCall("get", group, null, null), response, cancellationToken).ConfigureAwait(false);
        string preferred = answer.Text("preferredVersion", "version");
        return [.. answer.Items("versions").Select(static version => version.Text("version")).OrderByDescending(version => version == preferred)];
    }

    /// <summary>Sends a request to a pod through the API server.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="port">The port.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query in the pod, without a leading slash.</param>
    /// <param name="headers">Headers for the pod.</param>
    /// <param name="timeout">How long the answer may take.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What the pod answered.</returns>
    /// <exception cref="ConsulPetsException">PodUnreachable when the API server did not reach the pod; KubernetesForbidden.</exception>
    public Task<PodAnswer> ProxyAsync(
        string namespaceName, string pod, ConsulPort port, HttpMethod method, string path, IEnumerable<KeyValuePair<string, string>> headers, TimeSpan timeout, CancellationToken cancellationToken) =>
        ProxyAsync(namespaceName, pod, port, method, path, null, headers, timeout, cancellationToken);

    /// <summary>Sends a request with a body to a pod through the API server.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="port">The port.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query in the pod, without a leading slash.</param>
    /// <param name="body">The body, in JSON; null for none.</param>
    /// <param name="headers">Headers for the pod.</param>
    /// <param name="timeout">How long the answer may take.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What the pod answered.</returns>
    /// <exception cref="ConsulPetsException">PodUnreachable when the API server did not reach the pod; KubernetesForbidden.</exception>
    public async Task<PodAnswer> ProxyAsync(
        string namespaceName, string pod, ConsulPort port, HttpMethod method, string path, string? body, IEnumerable<KeyValuePair<string, string>> headers, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(headers);
        string proxyPath = FormattableString.Invariant($"{KubernetesResource.Pods.Path(namespaceName)}/{port.Scheme}:{Uri.EscapeDataString(pod)}:{port.Number}/proxy/{path}");
        using var request = new HttpRequestMessage(method, proxyPath) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (KeyValuePair<string, string> header in headers)
        {
            request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        OnRequest?.Invoke($"{method} {proxyPath}");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            using HttpResponseMessage response = await Connection.SendAsync(request, RequestTimeout, deadline.Token).ConfigureAwait(false);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode && IsFromTheApiServer(answer))
            {
                throw ProxyFailure(response.StatusCode, answer);
            }

            return new PodAnswer((int)response.StatusCode, answer, Headers(response));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw PodUnreachable(pod, FormattableString.Invariant($"no answer within {timeout.TotalSeconds:0} s"), exception);
        }

        ConsulPetsException ProxyFailure(HttpStatusCode code, byte[] status)
        {
            var call = new KubernetesCall(ProxyVerb(method), "pods/proxy", namespaceName, pod);
            ConsulPetsException failure = KubernetesErrors.FromStatus(Connection, call, code, Encoding.UTF8.GetString(status));
            return failure.Kind is ConsulPetsErrorKind.PermissionDenied or ConsulPetsErrorKind.AuthenticationError
                ? failure
                : PodUnreachable(pod, failure.Message, failure);
        }
    }

    private static ConsulPetsException PodUnreachable(string pod, string problem, Exception cause) => new(
        "PodUnreachable",
        ConsulPetsErrorKind.ConnectionError,
        $"Consul in pod '{pod}' did not answer: {problem}",
        $"Look at the pod: Get-ConsulPet {pod} | Format-List",
        pod,
        cause);

    // The API server's own errors are Status objects; Consul's are plain text.
    private static bool IsFromTheApiServer(byte[] body) =>
        body.Length > 0 && body[0] == (byte)'{' && Encoding.UTF8.GetString(body).Contains("\"kind\":\"Status\"", StringComparison.Ordinal);

    // How the API server's authorizer names an HTTP method on pods/proxy (k8s.io/apiserver, pkg/endpoints/request/requestinfo.go).
    private static string ProxyVerb(HttpMethod method) =>
        method == HttpMethod.Put ? "update" : method == HttpMethod.Delete ? "delete" : method == HttpMethod.Post ? "create" : "get";

    private static Dictionary<string, string> Headers(HttpResponseMessage response) =>
        response.Headers.ToDictionary(static header => header.Key.ToLowerInvariant(), static header => header.Value.First(), StringComparer.Ordinal);

    private static StringContent DeleteOptions(string propagation, string? uid)
    {
        var options = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = propagation };
        if (uid is not null)
        {
            options["preconditions"] = new JsonObject { ["uid"] = uid };
        }

        return new StringContent(options.ToJsonString(), Encoding.UTF8, "application/json");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        OnRequest?.Invoke($"{method} {path}");
        return await Connection.SendAsync(request, RequestTimeout, cancellationToken).ConfigureAwait(false);
    }

    private async Task<JsonElement> ReadAsync(KubernetesCall call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            string body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw KubernetesErrors.FromStatus(Connection, call, response.StatusCode, body);
        }

        using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(stream, default, cancellationToken).ConfigureAwait(false);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw KubernetesErrors.Unreachable(Connection, "what answered is not a Kubernetes API server", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw KubernetesErrors.Unreachable(Connection, $"the answer broke off: {exception.Message}", exception);
        }
    }

    private static string Query(params (string Name, string? Value)[] parameters)
    {
        string[] given = [.. parameters.Where(static pair => !string.IsNullOrEmpty(pair.Value)).Select(static pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}")];
        return given.Length == 0 ? string.Empty : "?" + string.Join('&', given);
    }
}
