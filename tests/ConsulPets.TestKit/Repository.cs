using System.Reflection;

namespace ConsulPets.TestKit;

/// <summary>Where the checkout is that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static attribute => attribute.Key == "RepositoryRoot").Value!;

    public static string Manifest => Path.Combine(Root, "ConsulPets.psd1");

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);
}
