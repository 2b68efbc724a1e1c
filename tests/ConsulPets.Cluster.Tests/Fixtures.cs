namespace ConsulPets.Cluster.Tests;

/// <summary>Manifests that the tests apply.</summary>
public static class Fixtures
{
    /// <summary>A fixture with the cluster's Consul image in it.</summary>
    public static string Fixture(this OperatorNamespace place, string file, params (string Placeholder, string Value)[] values) => values.Aggregate(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", file)).Replace("CONSUL_IMAGE", place.Cluster.ConsulImage, StringComparison.Ordinal),
        static (text, pair) => text.Replace(pair.Placeholder, pair.Value, StringComparison.Ordinal));

    /// <summary>Runs the consul command in a pod.</summary>
    public static string Consul(this OperatorNamespace place, string pod, params string[] arguments) => place.Api.Run(place.Name, pod, ["consul", .. arguments]);
}
