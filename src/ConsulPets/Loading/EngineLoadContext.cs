using System.Reflection;
using System.Runtime.Loader;

namespace ConsulPets.Loading;

/// <summary>
/// Where the Engine and its libraries live: apart from other modules' versions of the same libraries. What is not in the folder (the runtime's own
/// assemblies, and ConsulPets.Model, whose types cross the border) comes from PowerShell's context.
/// </summary>
internal sealed class EngineLoadContext(string folder) : AssemblyLoadContext("ConsulPets")
{
    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Combine(folder, $"{assemblyName.Name}.dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
