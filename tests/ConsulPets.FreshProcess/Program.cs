using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

// usage: ConsulPets.FreshProcess [--kill-after-write] <script> [assembly to load first]
// Prints each output object as a line, errors as "error: <id>: <text>", and at the end every loaded assembly as "loaded: <context>: <name> <version>".
// With --kill-after-write it kills itself (SIGKILL) as soon as an operation of the module says that it has written a step, having printed "killed after: <kind>".
bool killsItself = args is ["--kill-after-write", ..];
args = killsItself ? args[1..] : args;
if (args.Length > 1)
{
    Assembly.LoadFrom(args[1]);
}

using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
runspace.Open();
using var shell = PowerShell.Create(runspace);
if (killsItself)
{
    shell.Streams.Verbose.DataAdding += (_, added) => KillAfterWrite(added.ItemAdded.ToString()!);
}

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

static void KillAfterWrite(string message)
{
    const string Written = ": written: ";
    int at = message.IndexOf(Written, StringComparison.Ordinal);
    if (at < 0)
    {
        return;
    }

    Console.WriteLine($"killed after: {message[(at + Written.Length)..].Split(' ')[0]}");
    Console.Out.Flush();
    Process.GetCurrentProcess().Kill();
}
