using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Faults;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Tests.Api;

/// <summary>An API server that listens, with the namespaces default and other, and clients for it.</summary>
internal sealed class ApiFixture : IAsyncDisposable
{
    public const string Token = "the-administrators-token";

    private readonly List<HttpClient> clients = [];

    private ApiFixture(ObjectRegistry registry, SandboxCertificates certificates, ApiServer server)
    {
        Registry = registry;
        Certificates = certificates;
        Server = server;
        Administrator = Client(Token);
    }

    public ObjectRegistry Registry { get; }

    public SandboxCertificates Certificates { get; }

    public ApiServer Server { get; }

    public HttpClient Administrator { get; }

    public static async Task<ApiFixture> StartAsync(TimeProvider? clock = null, Func<HttpContext, Task<bool>>? routes = null)
    {
        var registry = new ObjectRegistry(new ObjectStore(), clock ?? TimeProvider.System);
        foreach (string name in (string[])["default", "other"])
        {
            registry.Create(ResourceKinds.Namespaces, string.Empty, Named(name), WriteRequest.Controller);
        }

        var certificates = SandboxCertificates.Create();
        ApiServer server = await ApiServer.StartAsync(new ApiServerSettings(registry, new NoPods(), new FaultGate(), Token, certificates, 0, routes), CancellationToken.None);
        return new ApiFixture(registry, certificates, server);
    }

    public static JsonObject Named(string name, params (string Key, string Value)[] labels)
    {
        var json = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } };
        foreach ((string key, string value) in labels)
        {
            json.Make("metadata", "labels")[key] = value;
        }

        return json;
    }

    public HttpClient Client(string? token, X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(Certificates.Authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build((X509Certificate2)shown!);
        };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        var client = new HttpClient(handler) { BaseAddress = Server.Address, DefaultRequestVersion = HttpVersion.Version20 };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("tester/1.0");
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        clients.Add(client);
        return client;
    }

    public StoredObject ConfigMap(string name, params (string Key, string Value)[] labels) =>
        Registry.Create(ResourceKinds.ConfigMaps, "default", Named(name, labels), WriteRequest.Controller);

    public StoredObject Pod(string name, string phase = "Running", params (string Key, string Value)[] labels)
    {
        JsonObject pod = Named(name, labels);
        pod["spec"] = new JsonObject { ["nodeName"] = "node-1", ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "hashicorp/consul:1.8.7" }) };
        pod["status"] = new JsonObject { ["phase"] = phase, ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }) };
        return Registry.Create(ResourceKinds.Pods, "default", pod, WriteRequest.Controller);
    }

    public Task<(int Code, JsonObject Json)> GetAsync(string path, string? accept = null) => SendAsync(HttpMethod.Get, path, null, accept: accept);

    public async Task<(int Code, JsonObject Json)> SendAsync(HttpMethod method, string path, string? body, string type = "application/json", string? accept = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version20 };
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using HttpResponseMessage response = await (client ?? Administrator).SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.StartsWith('{') ? (JsonObject)JsonNode.Parse(text)! : new JsonObject { ["text"] = text });
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        clients.ForEach(static client => client.Dispose());
        Certificates.Dispose();
    }
}
