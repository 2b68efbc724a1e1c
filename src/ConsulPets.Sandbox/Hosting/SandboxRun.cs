using System.Diagnostics;

namespace ConsulPets.Sandbox.Hosting;

/// <summary>A sandbox and what belongs to it for one run of the program: its folder, and its kubeconfig at a second place.</summary>
internal sealed class SandboxRun : IAsyncDisposable
{
    private readonly SandboxFolder folder;
    private readonly KubeConfigCopy? copy;

    private SandboxRun(IRunningSandbox sandbox, SandboxFolder folder, KubeConfigCopy? copy, TimeSpan took)
    {
        Sandbox = sandbox;
        this.folder = folder;
        this.copy = copy;
        Took = took;
    }

    /// <summary>The sandbox.</summary>
    public IRunningSandbox Sandbox { get; }

    /// <summary>The kubeconfig to name: the copy that was asked for, else the sandbox's own.</summary>
    public string KubeConfig => copy?.Path ?? Sandbox.KubeConfig;

    /// <summary>How long it took until it served.</summary>
    public TimeSpan Took { get; }

    /// <summary>Starts a sandbox. If that fails or is cancelled, nothing is left behind.</summary>
    /// <param name="arguments">How it is to be.</param>
    /// <param name="start">What starts it.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The sandbox, serving.</returns>
    public static async Task<SandboxRun> StartAsync(
        SandboxArguments arguments, Func<SandboxOptions, IProgress<string>, CancellationToken, Task<IRunningSandbox>> start, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (arguments.KubeConfig is not null)
        {
            KubeConfigCopy.MustBeFree(arguments.KubeConfig);
        }

        long begin = Stopwatch.GetTimestamp();
        SandboxFolder folder = FolderOf(arguments);
        IRunningSandbox? sandbox = null;
        try
        {
            var options = new SandboxOptions { Folder = folder.Path, Port = arguments.Port, Nodes = arguments.Nodes, ConsulProgram = arguments.ConsulProgram };
            sandbox = await start(options, progress, cancellationToken).ConfigureAwait(false);
            KubeConfigCopy? copy = arguments.KubeConfig is null ? null : KubeConfigCopy.Make(sandbox.KubeConfig, arguments.KubeConfig);
            return new SandboxRun(sandbox, folder, copy, Stopwatch.GetElapsedTime(begin));
        }
        catch
        {
            if (sandbox is not null)
            {
                await sandbox.DisposeAsync().ConfigureAwait(false);
            }

            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            copy?.Dispose();
            await Sandbox.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            folder.Dispose();
        }
    }

    private static SandboxFolder FolderOf(SandboxArguments arguments) => (arguments.Folder, arguments.Verb) switch
    {
        (not null, _) => SandboxFolder.At(arguments.Folder),
        (_, SandboxVerb.Start) => SandboxFolder.OfTheUser,
        _ => SandboxFolder.Temporary(),
    };
}
