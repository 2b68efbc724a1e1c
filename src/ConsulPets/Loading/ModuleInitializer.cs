using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace ConsulPets.Loading;

/// <summary>
/// Makes the Engine resolvable, when the first cmdlet needs it. PowerShell calls this for each runspace that imports or removes the module, so it counts.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private const string EngineName = "ConsulPets.Engine";

    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!, "Dependencies");
    private static readonly Lazy<EngineLoadContext> Context = new(static () => new EngineLoadContext(Folder));
    private static readonly object Gate = new();
    private static int imports;

    /// <summary>Called by PowerShell on import.</summary>
    public void OnImport()
    {
        lock (Gate)
        {
            if (imports++ == 0)
            {
                AssemblyLoadContext.Default.Resolving += Resolve;
            }
        }
    }

    /// <summary>Called by PowerShell on removal.</summary>
    /// <param name="psModuleInfo">The module.</param>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        lock (Gate)
        {
            if (--imports == 0)
            {
                AssemblyLoadContext.Default.Resolving -= Resolve;
            }
        }
    }

    // By path, not by name: a context that does not find a name asks the default one, which would ask here again, without end, until the stack is full.
    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) => name.Name == EngineName ? Context.Value.Find(EngineName) : null;
}
