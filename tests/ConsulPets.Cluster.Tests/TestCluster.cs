using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ConsulPets.Cluster.Tests;

/// <summary>The cluster that the tests run on.</summary>
public static partial class TestCluster
{
    private static readonly Lazy<string> Image = new(FindImage);
    private static readonly Lazy<JsonElement> Cluster = new(static () =>
    {
        using var config = JsonDocument.Parse(Kubectl.Run("config", "view", "--raw", "--minify", "--flatten", "-o", "json"));
        return config.RootElement.GetProperty("clusters")[0].GetProperty("cluster").Clone();
    });

    /// <summary>The administrator's kubeconfig; null when no cluster was given.</summary>
    public static string? AdminKubeConfig { get; } = Environment.GetEnvironmentVariable("CONSULPETS_TEST_KUBECONFIG") is { Length: > 0 } path ? path : null;

    /// <summary>A Consul image that the cluster can run.</summary>
    public static string ConsulImage => Image.Value;

    /// <summary>The Consul version in that image.</summary>
    public static string ConsulVersion => ConsulImage[(ConsulImage.LastIndexOf(':') + 1)..];

    /// <summary>The API server's address.</summary>
    public static Uri Server => new(Cluster.Value.GetProperty("server").GetString()!);

    /// <summary>The cluster's authority, in PEM.</summary>
    public static string Authority => Encoding.UTF8.GetString(Convert.FromBase64String(Cluster.Value.GetProperty("certificate-authority-data").GetString()!));

    // What the nodes have already is what needs no registry.
    private static string FindImage()
    {
        if (Environment.GetEnvironmentVariable("CONSULPETS_TEST_CONSUL_IMAGE") is { Length: > 0 } named)
        {
            return named;
        }

        string images = Kubectl.Run("get", "nodes", "-o", "jsonpath={.items[*].status.images[*].names}");
        Match match = ConsulWithVersion().Match(images);
        return match.Success ? match.Groups[1].Value : throw new InvalidOperationException("the nodes have no hashicorp/consul image: name one in CONSULPETS_TEST_CONSUL_IMAGE");
    }

    [GeneratedRegex("docker\\.io/(hashicorp/consul:[0-9]+\\.[0-9]+\\.[0-9]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex ConsulWithVersion();
}
