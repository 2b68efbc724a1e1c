namespace ConsulPets.Cluster.Tests;

/// <summary>Manifests that the tests apply.</summary>
public static class Fixture
{
    /// <summary>A fixture with the cluster's Consul image in it.</summary>
    public static string Read(string file, params (string Placeholder, string Value)[] values) => values.Aggregate(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", file)).Replace("CONSUL_IMAGE", TestCluster.ConsulImage, StringComparison.Ordinal),
        static (text, pair) => text.Replace(pair.Placeholder, pair.Value, StringComparison.Ordinal));
}
