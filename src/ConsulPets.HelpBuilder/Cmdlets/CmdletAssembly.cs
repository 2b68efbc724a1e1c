using System.Reflection;
using System.Runtime.InteropServices;

namespace ConsulPets.HelpBuilder.Cmdlets;

/// <summary>
/// Reads the cmdlets of an assembly by its metadata: no code of the module runs in the build, and no PowerShell is needed.
/// </summary>
internal static class CmdletAssembly
{
    /// <summary>The cmdlets, by name.</summary>
    public static IReadOnlyList<CmdletDeclaration> Read(string assembly, IReadOnlyList<string> references)
    {
        string fullPath = Path.GetFullPath(assembly);
        using var context = new MetadataLoadContext(new PathAssemblyResolver(
        [
            fullPath,
            .. references.SelectMany(Assemblies),
            .. Assemblies(Path.GetDirectoryName(fullPath)!),
            .. Assemblies(RuntimeEnvironment.GetRuntimeDirectory()),
        ]));
        return
        [
            .. context.LoadFromAssemblyPath(fullPath).GetExportedTypes()
                .Select(CmdletReader.Read)
                .OfType<CmdletDeclaration>()
                .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal),
        ];
    }

    private static string[] Assemblies(string reference) =>
        Directory.Exists(reference) ? Directory.GetFiles(reference, "*.dll") : [reference];
}
