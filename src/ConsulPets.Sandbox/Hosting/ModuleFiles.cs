using System.Reflection;

namespace ConsulPets.Sandbox.Hosting;

/// <summary>Where the module is that was built together with this program.</summary>
internal static class ModuleFiles
{
    private const string ManifestName = "ConsulPets.psd1";

    /// <summary>The manifest to import: of the checkout that the program was built from, else, where that was moved, of the one that the program lies in.</summary>
    public static string Manifest { get; } = Find();

    /// <summary>Says so when the module was not built.</summary>
    /// <exception cref="FileNotFoundException">It was not.</exception>
    public static void MustBeBuilt()
    {
        if (!File.Exists(Path.Combine(Path.GetDirectoryName(Manifest)!, "module", "bin", "ConsulPets.dll")))
        {
            throw new FileNotFoundException($"The module of {Manifest} is not built; run: dotnet build src/ConsulPets");
        }
    }

    private static string Find()
    {
        string built = Path.Combine(
            typeof(ModuleFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "RepositoryRoot").Value!, ManifestName);
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null && !File.Exists(built); folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, ManifestName);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return built;
    }
}
