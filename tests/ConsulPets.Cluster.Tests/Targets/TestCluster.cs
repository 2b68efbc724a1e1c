using System.Text;
using System.Text.RegularExpressions;
using k8s;

namespace ConsulPets.Cluster.Tests;

/// <summary>A cluster that the tests run on.</summary>
public sealed partial class TestCluster
{
    private static readonly Lazy<TestCluster> Real = new(static () => new TestCluster(ClusterKind.Real, RealKubeConfig!));
    private static readonly Lazy<TestCluster> Sandbox = new(static () => new TestCluster(ClusterKind.Sandbox, SandboxProcess.KubeConfig));
    private readonly Lazy<string> image;

    private TestCluster(ClusterKind kind, string kubeConfig)
    {
        Kind = kind;
        AdminKubeConfig = kubeConfig;
        KubernetesClientConfiguration configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeConfig);
        Server = new Uri(configuration.Host);
        Authority = string.Concat(configuration.SslCaCerts.Select(static certificate => certificate.ExportCertificatePem() + "\n"));
        Api = new ClusterApi(new Kubernetes(configuration));
        image = new Lazy<string>(FindImage);
    }

    /// <summary>What kind of cluster it is.</summary>
    public ClusterKind Kind { get; }

    /// <summary>The administrator's kubeconfig.</summary>
    public string AdminKubeConfig { get; }

    /// <summary>A Consul image that the cluster can run.</summary>
    public string ConsulImage => image.Value;

    /// <summary>The Consul version in that image.</summary>
    public string ConsulVersion => ConsulImage[(ConsulImage.LastIndexOf(':') + 1)..];

    /// <summary>The same Consul in another image, to be rolled to.</summary>
    public string OtherConsulImage => $"{ConsulImage}-b";

    /// <summary>An image that cannot be pulled.</summary>
    public static string MissingImage => "hashicorp/consul:none-such";

    /// <summary>The API server's address.</summary>
    public Uri Server { get; }

    /// <summary>The cluster's authority, in PEM.</summary>
    public string Authority { get; }

    /// <summary>The cluster, by other eyes than the module's.</summary>
    public ClusterApi Api { get; }

    /// <summary>The cluster of a kind.</summary>
    public static TestCluster Of(ClusterKind kind) => kind == ClusterKind.Real ? Real.Value : Sandbox.Value;

    /// <summary>A sandbox that no other scenario runs on: for faults that would reach them too. It ends with this process.</summary>
    public static TestCluster NewSandbox() => new(ClusterKind.Sandbox, SandboxProcess.Start());

    /// <summary>Why there is no cluster of a kind; null when there is one.</summary>
    public static string? WhyNot(ClusterKind kind) => kind switch
    {
        ClusterKind.Real when RealKubeConfig is null => "needs a real cluster: export CONSULPETS_TEST_KUBECONFIG=\"$(tests/cluster/up.sh)\"",
        ClusterKind.Sandbox when OperatingSystem.IsWindows() => "pods that run shell commands need a Unix",
        _ => null,
    };

    private static string? RealKubeConfig { get; } = Environment.GetEnvironmentVariable("CONSULPETS_TEST_KUBECONFIG") is { Length: > 0 } path ? path : null;

    // What the nodes have already is what needs no registry.
    private string FindImage()
    {
        if (Environment.GetEnvironmentVariable("CONSULPETS_TEST_CONSUL_IMAGE") is { Length: > 0 } named)
        {
            return named;
        }

        Match match = ConsulWithVersion().Match(Api.Get("/api/v1/nodes").GetRawText());
        return match.Success ? match.Groups[1].Value : throw new InvalidOperationException("the nodes have no hashicorp/consul image: name one in CONSULPETS_TEST_CONSUL_IMAGE");
    }

    [GeneratedRegex("docker\\.io/(hashicorp/consul:[0-9]+\\.[0-9]+\\.[0-9]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex ConsulWithVersion();
}
