using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

// usage: ConsulPets.FreshProcess <script> [assembly to load first]
// Prints each output object as a line, errors as "error: <id>: <text>", and at the end every loaded assembly as "loaded: <context>: <name> <version>".
if (args.Length > 1)
{
    Assembly.LoadFrom(args[1]);
}

using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
runspace.Open();
using var shell = PowerShell.Create(runspace);
try
{
    foreach (PSObject item in shell.AddScript(args[0]).Invoke())
    {
        Console.WriteLine(item);
    }
}
catch (RuntimeException exception)
{
    Console.WriteLine($"error: {exception.ErrorRecord.FullyQualifiedErrorId}: {exception.Message}");
}

foreach (ErrorRecord error in shell.Streams.Error)
{
    Console.WriteLine($"error: {error.FullyQualifiedErrorId}: {error}");
}

foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
{
    string context = System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(assembly)?.Name ?? "none";
    Console.WriteLine($"loaded: {context}: {assembly.GetName().Name} {assembly.GetName().Version}");
}
