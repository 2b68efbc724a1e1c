using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ConsulPets.Sandbox.Api.Wire;

/// <summary>The kubeconfig that leads to the sandbox.</summary>
internal static class KubeConfigFile
{
    /// <summary>The name of its only cluster and context, so that nobody takes the sandbox for a cluster that matters.</summary>
    public const string ContextName = "consulpets-sandbox";

    private const string UserName = "consulpets-sandbox-admin";

    /// <summary>Writes it: at once or not at all, and readable by its owner only.</summary>
    /// <param name="path">The file. Its folder exists; a file that is there is replaced.</param>
    /// <param name="server">The API server's address.</param>
    /// <param name="certificates">The authority to trust, and the administrator's certificate.</param>
    /// <param name="token">The administrator's token; null to have the administrator's certificate in it instead.</param>
    public static void Write(string path, Uri server, SandboxCertificates certificates, string? token)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(certificates);
        string temporary = $"{path}.{Guid.NewGuid():n}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(Text(server, certificates, token)));
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Its text. It holds the administrator's token or key.</summary>
    /// <param name="server">The API server's address.</param>
    /// <param name="certificates">The authority to trust, and the administrator's certificate.</param>
    /// <param name="token">The administrator's token; null to have the administrator's certificate in it instead.</param>
    /// <returns>YAML.</returns>
    public static string Text(Uri server, SandboxCertificates certificates, string? token)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(certificates);
        string user = token is not null
            ? $"    token: {token}\n"
            : $"    client-certificate-data: {Base64(certificates.Administrator.ExportCertificatePem())}\n    client-key-data: {Base64(KeyPem(certificates.Administrator))}\n";
        return $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: {ContextName}
              cluster:
                server: {server.GetLeftPart(UriPartial.Authority)}
                certificate-authority-data: {Base64(certificates.AuthorityPem)}
            users:
            - name: {UserName}
              user:
            {user.TrimEnd('\n')}
            contexts:
            - name: {ContextName}
              context:
                cluster: {ContextName}
                user: {UserName}
                namespace: default
            current-context: {ContextName}

            """.ReplaceLineEndings("\n");
    }

    private static string KeyPem(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The certificate has no key.");
        return key.ExportECPrivateKeyPem();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
