using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace ConsulPets.Loading;

/// <summary>
/// Where the Engine and its libraries live: apart from other modules' versions of the same libraries. What is not in the folder (the runtime's own
/// assemblies, and ConsulPets.Model, whose types cross the border) comes from PowerShell's context.
/// </summary>
internal sealed class EngineLoadContext(string folder) : AssemblyLoadContext("ConsulPets")
{
    // Assemblies with native code for this system, where the build made some (Module.targets). An image of another system could not be loaded at all.
    private readonly string[] folders = [Path.Combine(folder, NameOfSystem()), folder];

    /// <summary>Loads one of the module's own assemblies.</summary>
    /// <param name="name">Its simple name.</param>
    /// <returns>The assembly; null when the module does not carry it.</returns>
    public Assembly? Find(string? name) =>
        folders.Select(candidate => Path.Combine(candidate, $"{name}.dll")).FirstOrDefault(File.Exists) is { } path ? LoadFromAssemblyPath(path) : null;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) => Find(assemblyName.Name);

    // linux-x64, osx-arm64, win-x64. Not RuntimeInformation.RuntimeIdentifier, which names the distribution where that built the runtime.
    private static string NameOfSystem()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }
}
