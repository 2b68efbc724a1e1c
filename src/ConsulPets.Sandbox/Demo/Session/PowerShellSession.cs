using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ConsulPets.Sandbox.Demo.Everyday;
using ConsulPets.Sandbox.Demo.Screen;

namespace ConsulPets.Sandbox.Demo.Session;

/// <summary>A PowerShell session in this process, with the module imported. What it shows is what PowerShell's own console shows: tables, errors, progress.</summary>
internal sealed class PowerShellSession : IDisposable
{
    private readonly ConsoleHost host;
    private readonly ConsoleScreen screen;
    private readonly Runspace runspace;
    private readonly Lock guard = new();
    private PowerShell? running;
    private bool isEnding;

    /// <summary>Opens a session.</summary>
    /// <param name="screen">Where it shows things.</param>
    /// <param name="lines">Where answers to its questions come from.</param>
    /// <param name="manifest">The module to import.</param>
    /// <param name="variables">Variables to begin with, by name.</param>
    public PowerShellSession(ConsoleScreen screen, ILineSource lines, string manifest, IReadOnlyDictionary<string, object> variables)
    {
        this.screen = screen;
        host = new ConsoleHost(screen, lines);
        var state = InitialSessionState.CreateDefault2();
        EverydayCommands.AddTo(state);
        foreach ((string name, object value) in variables)
        {
            state.Variables.Add(new SessionStateVariableEntry(name, value, description: null));
        }

        // What is not here is not here: modules of a PowerShell that is installed beside this engine need assemblies which it does not have.
        state.Variables.Add(new SessionStateVariableEntry("PSModuleAutoLoadingPreference", "None", description: null));
        if (OperatingSystem.IsWindows())
        {
            // The manifest of a checkout is not signed; the policy of the machine is about scripts that somebody else wrote.
            state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        }

        runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        runspace.Open();
        using var import = PowerShell.Create(runspace);
        import.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("ErrorAction", "Stop").Invoke();
    }

    /// <summary>What `exit` gave; null while nobody said it.</summary>
    public int? ExitCode => host.ExitCode;

    /// <summary>The host.</summary>
    public ConsoleHost Host => host;

    /// <summary>Runs a script and shows what it gives.</summary>
    /// <param name="script">The script.</param>
    /// <param name="nested">Whether a command of this session is suspended meanwhile, on this very thread.</param>
    /// <returns>Whether it ran to its end without showing an error.</returns>
    public bool Run(string script, bool nested = false)
    {
        using PowerShell? shell = Begin(nested, out PowerShell? outer);
        if (shell is null)
        {
            return false;
        }

        int errorsBefore = host.ErrorLines;
        try
        {
            shell.AddScript(script, useLocalScope: false);

            // Errors take the way of the objects, so that both are shown in the order in which they came.
            shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
            shell.AddCommand("Out-Default");
            shell.Invoke(input: null, new PSInvocationSettings { AddToHistory = !nested });
            return host.ErrorLines == errorsBefore && shell.InvocationStateInfo.State == PSInvocationState.Completed;
        }
        catch (PipelineStoppedException)
        {
            return false;
        }
        catch (RuntimeException exception)
        {
            host.EndProgress();
            Show(exception.ErrorRecord, nested);
            return false;
        }
        finally
        {
            End(outer);
            if (!nested)
            {
                host.EndProgress();
            }
        }
    }

    /// <summary>Runs a script and gives what it gives, without showing anything.</summary>
    /// <param name="script">The script.</param>
    /// <param name="nested">Whether a command of this session is suspended meanwhile, on this very thread.</param>
    /// <returns>The objects.</returns>
    /// <exception cref="RuntimeException">It failed.</exception>
    public Collection<PSObject> Evaluate(string script, bool nested = false)
    {
        using PowerShell? shell = Begin(nested, out PowerShell? outer);
        try
        {
            return shell is null ? [] : shell.AddScript(script, useLocalScope: false).Invoke();
        }
        finally
        {
            End(outer);
        }
    }

    /// <summary>What could stand at a place of a script.</summary>
    /// <param name="text">The script.</param>
    /// <param name="cursor">The place.</param>
    /// <returns>The completions; null where there are none.</returns>
    public CommandCompletion? Complete(string text, int cursor)
    {
        using PowerShell? shell = Begin(nested: false, out PowerShell? outer);
        try
        {
            return shell is null ? null : CommandCompletion.CompleteInput(text, cursor, new Hashtable(), shell);
        }
        finally
        {
            End(outer);
        }
    }

    /// <summary>Stops what runs, from another thread. Returns at once.</summary>
    /// <returns>Whether something ran.</returns>
    public bool Stop()
    {
        lock (guard)
        {
            running?.BeginStop(callback: null, state: null);
            return running is not null;
        }
    }

    /// <summary>Stops what runs and lets nothing run any more.</summary>
    public void EndAll()
    {
        lock (guard)
        {
            isEnding = true;
            running?.BeginStop(callback: null, state: null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => runspace.Dispose();

    private PowerShell? Begin(bool nested, out PowerShell? outer)
    {
        lock (guard)
        {
            outer = running;
            if (isEnding)
            {
                return null;
            }

            running = nested ? PowerShell.Create(RunspaceMode.CurrentRunspace) : PowerShell.Create(runspace);
            return running;
        }
    }

    private void End(PowerShell? outer)
    {
        lock (guard)
        {
            running = outer;
        }
    }

    private void Show(ErrorRecord error, bool nested)
    {
        using PowerShell? shell = Begin(nested, out PowerShell? outer);
        try
        {
            shell?.AddCommand("Out-Default").Invoke(new[] { ErrorMark.On(error) });
        }
        catch (RuntimeException)
        {
            screen.WriteErrorLine(error.ToString());
        }
        finally
        {
            End(outer);
        }
    }
}
