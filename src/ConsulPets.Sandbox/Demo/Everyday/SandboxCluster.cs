using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace ConsulPets.Sandbox.Demo.Everyday;

/// <summary>The API server that a kubeconfig leads to. It reads what a sandbox writes: one file with an authority, and a token or a client certificate.</summary>
internal sealed class SandboxCluster : IDisposable
{
    private readonly HttpClient client;
    private readonly X509Certificate2Collection authority;
    private readonly X509Certificate2? account;

    private SandboxCluster(Uri server, string namespaceName, X509Certificate2Collection authority, X509Certificate2? account, string? token)
    {
        Namespace = namespaceName;
        this.authority = authority;
        this.account = account;
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (account is not null)
        {
            handler.SslOptions.ClientCertificates = [account];
        }

        if (authority.Count > 0)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authority);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        client = new HttpClient(handler) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30) };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>The namespace of the current context.</summary>
    public string Namespace { get; }

    /// <summary>Reads a kubeconfig.</summary>
    /// <param name="kubeConfig">Its text.</param>
    /// <param name="folder">The folder that relative paths in it start from.</param>
    /// <returns>The cluster of the current context.</returns>
    /// <exception cref="InvalidOperationException">It names no cluster.</exception>
    public static SandboxCluster Of(string kubeConfig, string folder)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(kubeConfig));
        YamlNode? root = yaml.Documents.Count == 0 ? null : yaml.Documents[0].RootNode;
        YamlNode? context = Part(Named(root, "contexts", Text(root, "current-context")), "context");
        YamlNode? cluster = Part(Named(root, "clusters", Text(context, "cluster")), "cluster");
        YamlNode? user = Part(Named(root, "users", Text(context, "user")), "user");
        string server = Text(cluster, "server") ?? throw new InvalidOperationException("The kubeconfig names no server.");
        X509Certificate2Collection authority = [];
        if (Pem(cluster, "certificate-authority", folder) is { } certificates)
        {
            authority.ImportFromPem(certificates);
        }

        X509Certificate2? account = Pem(user, "client-certificate", folder) is { } certificate && Pem(user, "client-key", folder) is { } key ? Usable(certificate, key) : null;
        return new SandboxCluster(new Uri(server.TrimEnd('/') + "/"), Text(context, "namespace") ?? "default", authority, account, Text(user, "token"));
    }

    /// <summary>Deletes a pod.</summary>
    /// <param name="namespaceName">Its namespace.</param>
    /// <param name="pod">Its name.</param>
    /// <param name="atOnce">Whether it has no time to end; else it has its own grace period.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When the server has taken it.</returns>
    /// <exception cref="HttpRequestException">The server refused.</exception>
    public async Task DeletePodAsync(string namespaceName, string pod, bool atOnce, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"api/v1/namespaces/{Uri.EscapeDataString(namespaceName)}/pods/{Uri.EscapeDataString(pod)}{(atOnce ? "?gracePeriodSeconds=0" : string.Empty)}");
        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(Reason(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)) ?? $"The API server answered {(int)response.StatusCode}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        account?.Dispose();
        foreach (X509Certificate2 certificate in authority)
        {
            certificate.Dispose();
        }
    }

    // On Windows TLS cannot use a key that was read from PEM, unless it went through PKCS#12 (dotnet/runtime#23749).
    private static X509Certificate2 Usable(string certificate, string key)
    {
        var account = X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows())
        {
            return account;
        }

        using (account)
        {
            return X509CertificateLoader.LoadPkcs12(account.Export(X509ContentType.Pkcs12), password: null);
        }
    }

    private static string? Reason(string body)
    {
        try
        {
            using var status = JsonDocument.Parse(body);
            return status.RootElement.GetProperty("message").GetString();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Pem(YamlNode? node, string name, string folder)
    {
        if (Text(node, name + "-data") is { } data)
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }

        return Text(node, name) is { } path ? File.ReadAllText(Path.Combine(folder, path)) : null;
    }

    private static YamlNode? Part(YamlNode? node, string name) => node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? value) ? value : null;

    private static string? Text(YamlNode? node, string name) => Part(node, name) is YamlScalarNode { Value.Length: > 0 } scalar ? scalar.Value : null;

    private static YamlNode? Named(YamlNode? root, string list, string? name) =>
        Part(root, list) is YamlSequenceNode items ? items.Children.FirstOrDefault(item => Text(item, "name") == name) : null;
}
