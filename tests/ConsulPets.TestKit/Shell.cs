using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ConsulPets.TestKit;

/// <summary>What a command gave.</summary>
/// <param name="Output">The objects.</param>
/// <param name="Errors">The errors, the one that ended the command among them.</param>
/// <param name="Warnings">The warnings.</param>
/// <param name="Verbose">The verbose texts.</param>
public sealed record ShellResult(IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors, IReadOnlyList<string> Warnings, IReadOnlyList<string> Verbose)
{
    public dynamic this[int index] => Output[index];

    /// <summary>The error's id without the cmdlet behind it.</summary>
    public string? ErrorId => Errors.Count == 0 ? null : Errors[0].FullyQualifiedErrorId.Split(',')[0];
}

/// <summary>A PowerShell session in this process with the built module imported.</summary>
public sealed class Shell : IDisposable
{
    // One after another: sessions that were opened at the same time have been seen (once in some thousands) without the drive "/", on which every path is.
    private static readonly Lock Opening = new();

    private readonly Runspace runspace;

    public Shell(bool import = true, string? kubeConfig = null)
    {
        runspace = RunspaceFactory.CreateRunspace(Host, InitialSessionState.CreateDefault2());
        lock (Opening)
        {
            runspace.Open();
        }

        Assert.True(HasFiles(), $"PowerShell's engine opened a session without a file system; mounted are {string.Join(", ", DriveInfo.GetDrives().Select(static drive => $"{drive.Name} {drive.DriveType}"))}");
        KubeConfig = kubeConfig;
        if (import)
        {
            Import(runspace);
        }
    }

    public TestHost Host { get; } = new();

    /// <summary>Given to each of the module's commands as -KubeConfig; null to let them find their own.</summary>
    public string? KubeConfig { get; }

    public static void Import(Runspace runspace)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", Repository.Manifest).AddParameter("ErrorAction", "Stop").Invoke();
    }

    /// <summary>Sets a variable of the session.</summary>
    public void Set(string name, object? value) => runspace.SessionStateProxy.SetVariable(name, value);

    /// <summary>Runs a script. The variable $kube holds the parameters that name the test's cluster, to be splatted.</summary>
    public ShellResult Run(string script, params (string Name, object? Value)[] variables)
    {
        using PowerShell shell = Create(script, variables);
        return Collect(shell, static shell => shell.Invoke());
    }

    /// <summary>Runs a script that must not give an error.</summary>
    public ShellResult Ok(string script, params (string Name, object? Value)[] variables)
    {
        ShellResult result = Run(script, variables);
        Assert.True(result.Errors.Count == 0, $"{script}\n{string.Join('\n', result.Errors.Select(static error => $"{error.FullyQualifiedErrorId}: {error}"))}");
        return result;
    }

    /// <summary>Runs a script and shows its objects on the host, as a prompt does; gives what the screen then shows.</summary>
    public string Show(string script, params (string Name, object? Value)[] variables)
    {
        int before = Host.Screen.Length;
        using PowerShell shell = Create($"{script} | Out-Default", variables);
        shell.Invoke();
        return Host.Screen[before..];
    }

    /// <summary>A script that is ready to run: for tests that stop it or look at its streams.</summary>
    public PowerShell Create(string script, params (string Name, object? Value)[] variables)
    {
        var shell = PowerShell.Create(runspace);
        runspace.SessionStateProxy.SetVariable("kube", KubeConfig is null ? new System.Collections.Hashtable() : new System.Collections.Hashtable { ["KubeConfig"] = KubeConfig });
        foreach ((string name, object? value) in variables)
        {
            runspace.SessionStateProxy.SetVariable(name, value);
        }

        return shell.AddScript(script, useLocalScope: true);
    }

    public void Dispose() => runspace.Dispose();

    private static ShellResult Collect(PowerShell shell, Func<PowerShell, IEnumerable<PSObject>> run)
    {
        PSObject[] output = [];
        var errors = new List<ErrorRecord>();
        try
        {
            output = [.. run(shell)];
        }
        catch (RuntimeException exception)
        {
            errors.Add(exception.ErrorRecord);
        }

        errors.AddRange(shell.Streams.Error);
        return new ShellResult(output, errors, [.. shell.Streams.Warning.Select(static warning => warning.Message)], [.. shell.Streams.Verbose.Select(static verbose => verbose.Message)]);
    }

    private bool HasFiles() => runspace.SessionStateProxy.Drive.GetAllForProvider("FileSystem").Count > 0;
}
