extern alias AotClient;

using System.Security.Cryptography.X509Certificates;
using System.Text;
using AotClient::k8s;
using AotClient::k8s.Authentication;

namespace ConsulPets.Benchmarks.Clients;

/// <summary>KubernetesClient.Aot for the kubeconfig and the credentials only; HttpClient and JsonDocument for the rest. What the module does.</summary>
internal static class AotCredentialsList
{
    public static async Task<int> CountPodsAsync(string kubeConfig, string namespaceName)
    {
        KubernetesClientConfiguration configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeConfig);
        ServiceClientCredentials? credentials = Kubernetes.CreateCredentials(configuration);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates =
        [
            X509Certificate2.CreateFromPem(
                Text(configuration.ClientCertificateData, configuration.ClientCertificateFilePath), Text(configuration.ClientCertificateKeyData, configuration.ClientKeyFilePath)),
        ];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(configuration.SslCaCerts);
        using var client = new HttpClient(handler) { BaseAddress = new Uri(configuration.Host.TrimEnd('/') + "/") };
        if (credentials is not null)
        {
            using var request = new HttpRequestMessage();
            await credentials.ProcessHttpRequestAsync(request, CancellationToken.None).ConfigureAwait(false);
        }

        return await PlainClient.CountPodsAsync(client, namespaceName).ConfigureAwait(false);
    }

    private static string Text(string? data, string? file) => string.IsNullOrEmpty(data) ? File.ReadAllText(file!) : Encoding.UTF8.GetString(Convert.FromBase64String(data));
}
