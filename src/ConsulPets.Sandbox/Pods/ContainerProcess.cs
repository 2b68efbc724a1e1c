using System.ComponentModel;
using System.Diagnostics;

namespace ConsulPets.Sandbox.Pods;

/// <summary>A process that runs, with the group that it leads. When it ends, what is left of its group ends too, as in a container whose first process ends.</summary>
internal sealed class ContainerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly bool leadsGroup;
    private readonly string runFile;
    private readonly Action<int> forget;

    private ContainerProcess(Process process, bool leadsGroup, string runFile, Action<int> forget)
    {
        this.process = process;
        this.leadsGroup = leadsGroup;
        this.runFile = runFile;
        this.forget = forget;
        Id = process.Id;
        Exit = WaitAsync();
    }

    /// <summary>Its number.</summary>
    public int Id { get; }

    /// <summary>Its exit code; 128 and the signal's number for one that a signal ended.</summary>
    public Task<int> Exit { get; }

    /// <summary>Its standard input.</summary>
    public Stream Input => process.StandardInput.BaseStream;

    /// <summary>Its standard output.</summary>
    public Stream Output => process.StandardOutput.BaseStream;

    /// <summary>Its standard error.</summary>
    public Stream Error => process.StandardError.BaseStream;

    /// <summary>Starts one.</summary>
    /// <param name="launcher">What starts it.</param>
    /// <param name="plan">What to start.</param>
    /// <param name="runFolder">Where to note that it runs, for a later sandbox to find it when this one crashes.</param>
    /// <param name="owners">Where to note whose it is.</param>
    /// <param name="pod">The pod's unique ID.</param>
    /// <returns>The process.</returns>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static async Task<ContainerProcess> StartAsync(ProcessLauncher launcher, ProcessPlan plan, string runFolder, ConnectionOwners owners, string pod)
    {
        Process process = await launcher.StartAsync(plan).ConfigureAwait(false);
        owners.Add(process.Id, pod);
        return new ContainerProcess(process, launcher.HasGroups, LeftOverProcesses.Note(runFolder, process), owners.Remove);
    }

    /// <summary>Asks it to end. Where there are no signals (Windows) it is ended.</summary>
    public void Terminate()
    {
        if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else if (!leadsGroup || !UnixSignal.SendToGroup(Id, UnixSignal.Terminate))
        {
            Signal(UnixSignal.Terminate);
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        if (leadsGroup && UnixSignal.SendToGroup(Id, UnixSignal.Kill))
        {
            return;
        }

        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended.
        }
    }

    /// <summary>Ends it and closes its streams.</summary>
    /// <returns>When it is gone.</returns>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await Exit.ConfigureAwait(false);
        process.Dispose();
    }

    private void Signal(int signal)
    {
        if (!process.HasExited)
        {
            UnixSignal.Send(Id, signal);
        }
    }

    private async Task<int> WaitAsync()
    {
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (leadsGroup)
        {
            // Others of the group hold its outputs open, and ports.
            UnixSignal.SendToGroup(Id, UnixSignal.Kill);
        }

        forget(Id);
        LeftOverProcesses.Forget(runFile);
        return process.ExitCode;
    }
}
