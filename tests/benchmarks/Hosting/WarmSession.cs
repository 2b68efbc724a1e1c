using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ConsulPets.Benchmarks.Hosting;

/// <summary>A session in this process with the module imported: for commands that are run again and again.</summary>
internal sealed class WarmSession : IDisposable
{
    private readonly Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());

    public WarmSession()
    {
        runspace.Open();
        Run($"Import-Module '{Settings.Manifest}' -ErrorAction Stop");
    }

    /// <summary>Runs a script that must succeed.</summary>
    /// <param name="script">The script.</param>
    /// <returns>The objects, and how many requests went out when the script asked for -Debug.</returns>
    public (Collection<PSObject> Objects, int Requests) Run(string script)
    {
        using PowerShell shell = PowerShell.Create(runspace).AddScript(script);
        Collection<PSObject> objects = shell.Invoke();
        return shell.Streams.Error.Count == 0
            ? (objects, shell.Streams.Debug.Count(static record => record.Message.StartsWith("GET ", StringComparison.Ordinal)))
            : throw new InvalidOperationException($"{script}: {shell.Streams.Error[0]}");
    }

    /// <summary>Times a script.</summary>
    /// <param name="script">The script.</param>
    /// <returns>The milliseconds.</returns>
    public double Time(string script)
    {
        long began = Stopwatch.GetTimestamp();
        Run(script);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    public void Dispose() => runspace.Dispose();
}
