using System.Text;
using System.Text.RegularExpressions;

namespace ConsulPets.Cluster.Tests;

/// <summary>
/// A namespace of a test's own, with an account in it that has the rights that the README lists and no others: all scenarios run under it. Everything goes
/// with the namespace.
/// </summary>
public sealed partial class OperatorNamespace : IDisposable
{
    /// <summary>The account's name.</summary>
    public const string Account = "operator";

    private readonly string folder = Directory.CreateTempSubdirectory("consulpets-").FullName;

    public OperatorNamespace(ClusterKind kind, string purpose)
        : this(TestCluster.Of(kind), purpose)
    {
    }

    public OperatorNamespace(TestCluster cluster, string purpose)
    {
        Cluster = cluster;
        Name = $"{purpose}-{Guid.NewGuid().ToString("n")[..6]}";
        Api.CreateNamespace(Name);
        Api.Create(Name, Rights());
        BearerToken = Api.CreateAccount(Name, Account);
        KubeConfig = WriteKubeConfig("operator.kubeconfig", $"{{ token: {BearerToken} }}");
    }

    /// <summary>The cluster.</summary>
    public TestCluster Cluster { get; }

    /// <summary>What kind of cluster it is.</summary>
    public ClusterKind Kind => Cluster.Kind;

    /// <summary>The cluster, by other eyes than the module's.</summary>
    public ClusterApi Api => Cluster.Api;

    /// <summary>The namespace.</summary>
    public string Name { get; }

    /// <summary>The kubeconfig of the account with the README's rights; its context's namespace is this one.</summary>
    public string KubeConfig { get; }

    /// <summary>The account's token.</summary>
    public string BearerToken { get; }

    /// <summary>A folder for the test's files, deleted with the namespace.</summary>
    public string Folder => folder;

    /// <summary>A session under that account.</summary>
    public Shell Shell() => NewShell(KubeConfig);

    /// <summary>A session under the account of a kubeconfig; the variables $image and $other hold the cluster's Consul images.</summary>
    public Shell NewShell(string kubeConfig)
    {
        var shell = new Shell(kubeConfig: kubeConfig);
        shell.Set("image", Cluster.ConsulImage);
        shell.Set("other", Cluster.OtherConsulImage);
        return shell;
    }

    /// <summary>A kubeconfig for another service account of the namespace, which has no rights yet.</summary>
    public string KubeConfigOf(string account) => WriteKubeConfig($"{account}.kubeconfig", $"{{ token: {Api.CreateAccount(Name, account)} }}");

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
                server: {{Cluster.Server}}
                certificate-authority-data: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(Cluster.Authority))}}
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
        Api.DeleteNamespace(Name);
        Directory.Delete(folder, recursive: true);
    }

    // The README's own block, as a user would copy it.
    private string Rights()
    {
        string readme = File.ReadAllText(Repository.PathOf("README.md"));
        Match block = RightsBlock().Match(readme);
        Assert.True(block.Success, "README.md has no yaml block with the Role that an operator needs");
        return block.Groups[1].Value.Replace("namespace: default", $"namespace: {Name}", StringComparison.Ordinal);
    }

    [GeneratedRegex("```yaml\\n(apiVersion: rbac[\\s\\S]*?)```", RegexOptions.CultureInvariant)]
    private static partial Regex RightsBlock();
}
