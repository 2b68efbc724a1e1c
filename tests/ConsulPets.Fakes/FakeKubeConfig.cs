using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ConsulPets.Fakes;

/// <summary>Kubeconfig files for a fake server, in a folder of their own.</summary>
internal static class FakeKubeConfig
{
    public static string Write(string folder, string server, FakeAuthority authority, FakeKubeConfigOptions options)
    {
        string path = Path.Combine(folder, options.FileName);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            apiVersion: v1
            kind: Config
            current-context: {{options.Context}}
            clusters:
            - name: {{options.Context}}-cluster
              cluster:
                server: {{options.Server ?? server}}

            """);
        if (server.StartsWith("https", StringComparison.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"    certificate-authority-data: {Base64(options.Authorities ?? authority.Pem)}\n");
        }

        Add("    tls-server-name", options.TlsServerName);
        text.Append(CultureInfo.InvariantCulture, $$"""
            contexts:
            - name: {{options.Context}}
              context:
                cluster: {{options.Context}}-cluster
                user: {{options.Context}}-user

            """);
        Add("    namespace", options.Namespace);
        text.Append(CultureInfo.InvariantCulture, $"users:\n- name: {options.Context}-user\n  user:\n");
        Add("    as", options.Impersonate);
        text.Append(User(folder, authority, options));
        File.WriteAllText(path, text.ToString());
        return path;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
            }
        }
    }

    private static string User(string folder, FakeAuthority authority, FakeKubeConfigOptions options)
    {
        switch (options.Account)
        {
            case FakeAccount.Token:
                return $"    token: {options.Token}\n";
            case FakeAccount.ClientCertificate:
            case FakeAccount.ExpiredClientCertificate:
                using (X509Certificate2 certificate = authority.Client("fake-user", options.Account == FakeAccount.ExpiredClientCertificate))
                using (ECDsa key = certificate.GetECDsaPrivateKey()!)
                {
                    return $"    client-certificate-data: {Base64(certificate.ExportCertificatePem())}\n    client-key-data: {Base64(key.ExportPkcs8PrivateKeyPem())}\n";
                }

            case FakeAccount.ExecPlugin:
                WriteScript(folder, options.Token);
                string arguments = string.Concat(options.ExecArguments.Select(static argument => $"      - '{argument}'\n"));
                return "    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: ./plugin.sh\n      interactiveMode: Never\n"
                    + (arguments.Length > 0 ? "      args:\n" + arguments : string.Empty);
            default:
                return "    {}\n";
        }
    }

    private static void WriteScript(string folder, string token)
    {
        string script = Path.Combine(folder, "plugin.sh");
        File.WriteAllText(script, $$$"""
            #!/bin/sh
            printf '%s\n' "$@" > '{{{folder}}}/exec-arguments'
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"{{{token}}}"}}'

            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
