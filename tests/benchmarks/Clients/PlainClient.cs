using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace ConsulPets.Benchmarks;

/// <summary>
/// The floor: the least code that lists pods. It reads a kubeconfig of one cluster and one account with a client certificate, as files or as data, line by
/// line, and knows nothing else of the format.
/// </summary>
internal static class PlainClient
{
    public static HttpClient Open(string kubeConfig)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(kubeConfig))
        {
            string text = line.Trim().TrimStart('-').TrimStart();
            int colon = text.IndexOf(": ", StringComparison.Ordinal);
            if (colon > 0)
            {
                values.TryAdd(text[..colon], text[(colon + 2)..].Trim().Trim('"', '\''));
            }
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(kubeConfig))!;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Pem(values, folder, "certificate-authority"));
        var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPem(Pem(values, folder, "client-certificate"), Pem(values, folder, "client-key"))];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        return new HttpClient(handler) { BaseAddress = new Uri(values["server"].TrimEnd('/') + "/") };
    }

    public static async Task<int> CountPodsAsync(HttpClient client, string namespaceName)
    {
        using Stream stream = await client.GetStreamAsync(new Uri($"api/v1/namespaces/{namespaceName}/pods", UriKind.Relative)).ConfigureAwait(false);
        using JsonDocument document = await JsonDocument.ParseAsync(stream).ConfigureAwait(false);
        return document.RootElement.GetProperty("items").GetArrayLength();
    }

    private static string Pem(Dictionary<string, string> values, string folder, string key) => values.TryGetValue(key + "-data", out string? data)
        ? Encoding.UTF8.GetString(Convert.FromBase64String(data))
        : File.ReadAllText(Path.Combine(folder, values[key]));
}
