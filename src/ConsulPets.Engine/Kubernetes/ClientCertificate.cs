using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace ConsulPets.Engine.Kubernetes;

/// <summary>The certificate with which an account proves itself.</summary>
internal static class ClientCertificate
{
    /// <summary>Reads it.</summary>
    /// <param name="configuration">The account.</param>
    /// <returns>The certificate with its key; null when the account has none.</returns>
    public static X509Certificate2? Of(KubernetesClientConfiguration configuration)
    {
        string? certificate = Text(configuration.ClientCertificateData, configuration.ClientCertificateFilePath);
        string? key = Text(configuration.ClientCertificateKeyData, configuration.ClientKeyFilePath);
        if (certificate is null || key is null)
        {
            return null;
        }

        var pair = X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows())
        {
            return pair;
        }

        // Windows' TLS cannot use a key that exists in memory only (dotnet/runtime#23749): it takes the pair by way of PKCS 12.
        using (pair)
        {
#pragma warning disable SYSLIB0057 // The loader class that replaces this constructor is .NET 9's; the module runs on .NET 8 too.
            return new X509Certificate2(pair.Export(X509ContentType.Pkcs12));
#pragma warning restore SYSLIB0057
        }
    }

    private static string? Text(string? data, string? file) =>
        !string.IsNullOrWhiteSpace(data) ? Encoding.UTF8.GetString(Convert.FromBase64String(data))
        : !string.IsNullOrWhiteSpace(file) ? File.ReadAllText(file)
        : null;
}
