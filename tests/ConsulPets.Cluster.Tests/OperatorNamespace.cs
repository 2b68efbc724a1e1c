using System.Text;
using System.Text.RegularExpressions;

namespace ConsulPets.Cluster.Tests;

/// <summary>
/// A namespace of a test's own, with an account in it that has the rights that the README lists and no others: all scenarios run under it. Everything goes
/// with the namespace.
/// </summary>
public sealed partial class OperatorNamespace : IDisposable
{
    private const string Account = "operator";
    private readonly string folder = Directory.CreateTempSubdirectory("consulpets-").FullName;

    public OperatorNamespace(string purpose)
    {
        Name = $"{purpose}-{Guid.NewGuid().ToString("n")[..6]}";
        Kubectl.Run("create", "namespace", Name);
        Kubectl.Run("create", "serviceaccount", Account, "-n", Name);
        Kubectl.Apply(Name, Rights());
        Kubectl.Apply(Name, Token);
        BearerToken = WaitForToken();
        KubeConfig = WriteKubeConfig("operator.kubeconfig", $"{{ token: {BearerToken} }}");
    }

    /// <summary>The namespace.</summary>
    public string Name { get; }

    /// <summary>The kubeconfig of the account with the README's rights; its context's namespace is this one.</summary>
    public string KubeConfig { get; }

    /// <summary>The account's token.</summary>
    public string BearerToken { get; }

    /// <summary>A folder for the test's files, deleted with the namespace.</summary>
    public string Folder => folder;

    /// <summary>A session under that account.</summary>
    public Shell Shell() => new(kubeConfig: KubeConfig);

    /// <summary>A kubeconfig for another service account of the namespace, which has no rights yet.</summary>
    public string KubeConfigOf(string account)
    {
        Kubectl.Run("create", "serviceaccount", account, "-n", Name);
        Kubectl.Apply(Name, Token.Replace(Account, account, StringComparison.Ordinal));
        return WriteKubeConfig($"{account}.kubeconfig", $"{{ token: {WaitForToken(account)} }}");
    }

    /// <summary>Writes a kubeconfig for the cluster, with an account as its <c>user</c> says.</summary>
    public string WriteKubeConfig(string file, string user)
    {
        string path = Path.Combine(folder, file);
        File.WriteAllText(path, $$"""
            apiVersion: v1
            kind: Config
            current-context: {{Name}}
            clusters:
            - name: test
              cluster:
                server: {{TestCluster.Server}}
                certificate-authority-data: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(TestCluster.Authority))}}
            contexts:
            - name: {{Name}}
              context: { cluster: test, user: account, namespace: {{Name}} }
            users:
            - name: account
              user: {{user}}
            """);
        return path;
    }

    public void Dispose()
    {
        Kubectl.Run("delete", "namespace", Name, "--wait=false");
        Directory.Delete(folder, recursive: true);
    }

    private static string Token => $$"""
        apiVersion: v1
        kind: Secret
        metadata:
          name: {{Account}}-token
          annotations:
            kubernetes.io/service-account.name: {{Account}}
        type: kubernetes.io/service-account-token
        """;

    // The README's own block, as a user would copy it.
    private string Rights()
    {
        string readme = File.ReadAllText(Repository.PathOf("README.md"));
        Match block = RightsBlock().Match(readme);
        Assert.True(block.Success, "README.md has no yaml block with the Role that an operator needs");
        return block.Groups[1].Value.Replace("namespace: default", $"namespace: {Name}", StringComparison.Ordinal);
    }

    private string WaitForToken(string account = Account)
    {
        // The token controller fills the secret in: watched, not slept for.
        DateTime until = DateTime.UtcNow.AddSeconds(60);
        while (DateTime.UtcNow < until)
        {
            string data = Kubectl.Run("get", "secret", $"{account}-token", "-n", Name, "-o", "jsonpath={.data.token}");
            if (data.Length > 0)
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(data));
            }
        }

        throw new TimeoutException($"the token of {account} was not made");
    }

    [GeneratedRegex("```yaml\\n(apiVersion: rbac[\\s\\S]*?)```", RegexOptions.CultureInvariant)]
    private static partial Regex RightsBlock();
}
