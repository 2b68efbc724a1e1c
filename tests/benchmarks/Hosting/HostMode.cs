using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ConsulPets.Benchmarks.Hosting;

/// <summary>
/// The process that is timed: opens a session, imports a module, runs a command, and prints what each took. It first runs a command of the engine's own,
/// as a session has done long before its user types Import-Module.
/// </summary>
internal static class HostMode
{
    /// <summary>Runs.</summary>
    /// <param name="manifest">The module to import; empty for none.</param>
    /// <param name="script">The command; empty for none.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string manifest, string script)
    {
        using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        Invoke(runspace, static shell => shell.AddCommand("Get-Module"));
        long began = Stopwatch.GetTimestamp();
        if (manifest.Length > 0)
        {
            Invoke(runspace, shell => shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("ErrorAction", "Stop"));
        }

        double import = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        began = Stopwatch.GetTimestamp();
        if (script.Length > 0)
        {
            Invoke(runspace, shell => shell.AddScript(script));
        }

        double first = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{import:0.000} {first:0.000}"));
        return 0;
    }

    private static void Invoke(Runspace runspace, Func<PowerShell, PowerShell> add)
    {
        using PowerShell shell = add(PowerShell.Create(runspace));
        shell.Invoke();
        if (shell.Streams.Error.Count > 0)
        {
            throw new InvalidOperationException(shell.Streams.Error[0].ToString());
        }
    }
}
