using ConsulPets.Sandbox.Demo;

namespace ConsulPets.Sandbox.Hosting;

/// <summary>
/// The program: understands its command line and does what it asks for. Whatever happens, what it started has ended when it returns.
/// Nothing of PowerShell is named here or in what `start` uses: an assembly is loaded by the first method that names one of its types.
/// </summary>
internal static class SandboxCommandLine
{
    /// <summary>The exit code when all went well.</summary>
    public const int Done = 0;

    /// <summary>The exit code when something failed.</summary>
    public const int Failed = 1;

    /// <summary>The exit code when the command line makes no sense.</summary>
    public const int Misunderstood = 2;

    /// <summary>The exit code when Ctrl-C or a signal cut it short, as shells have it for SIGINT.</summary>
    public const int CutShort = 130;

    /// <summary>Runs the program on this process's terminal, until it is done or a signal ends it.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="start">Starts a sandbox; tells on the way what it does.</param>
    /// <param name="consul">The command line of `consul`: its words, standard output, standard error.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string[] arguments,
        Func<SandboxOptions, IProgress<string>, CancellationToken, Task<IRunningSandbox>> start,
        Func<string[], TextWriter, TextWriter, CancellationToken, Task<int>> consul)
    {
        using var interrupts = Interrupts.OfThisProcess();
        return await RunAsync(arguments, start, consul, Terminal.OfThisProcess(), interrupts).ConfigureAwait(false);
    }

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="start">Starts a sandbox.</param>
    /// <param name="consul">The command line of `consul`.</param>
    /// <param name="terminal">Where it reads and writes.</param>
    /// <param name="interrupts">What ends it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string[] arguments,
        Func<SandboxOptions, IProgress<string>, CancellationToken, Task<IRunningSandbox>> start,
        Func<string[], TextWriter, TextWriter, CancellationToken, Task<int>> consul,
        Terminal terminal,
        Interrupts interrupts)
    {
        try
        {
            SandboxArguments parsed = CommandLineParser.Parse(arguments);
            switch (parsed.Verb)
            {
                case SandboxVerb.Help:
                    await terminal.Output.WriteLineAsync(HelpText.All).ConfigureAwait(false);
                    return Done;
                case SandboxVerb.Consul:
                    return await consul([.. parsed.Rest], terminal.Output, terminal.Error, interrupts.Ended).ConfigureAwait(false);
                default:
                    return await RunSandboxAsync(parsed, start, terminal, interrupts).ConfigureAwait(false);
            }
        }
        catch (CommandLineException exception)
        {
            await terminal.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return Misunderstood;
        }
        catch (OperationCanceledException) when (interrupts.Ended.IsCancellationRequested)
        {
            return CutShort;
        }
        catch (Exception exception)
        {
            await terminal.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return Failed;
        }
    }

    private static async Task<int> RunSandboxAsync(
        SandboxArguments arguments, Func<SandboxOptions, IProgress<string>, CancellationToken, Task<IRunningSandbox>> start, Terminal terminal, Interrupts interrupts)
    {
        if (arguments.Verb is SandboxVerb.Demo or SandboxVerb.Shell)
        {
            ModuleFiles.MustBeBuilt();
        }

        var progress = new ProgressLines(arguments.Quiet ? null : terminal.Error);
        SandboxRun run = await SandboxRun.StartAsync(arguments, start, progress, interrupts.Ended).ConfigureAwait(false);
        await using (run.ConfigureAwait(false))
        {
            // A sandbox that breaks ends what runs in it too.
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(interrupts.Ended);
            _ = run.Sandbox.Failure.ContinueWith(_ => TryCancel(ending), TaskScheduler.Default);
            int exitCode = arguments.Verb switch
            {
                SandboxVerb.Demo => await DemoCommand.RunAsync(run, arguments, terminal, ending.Token).ConfigureAwait(false),
                SandboxVerb.Shell => await ShellCommand.RunAsync(run, terminal, interrupts, ending.Token).ConfigureAwait(false),
                _ => await StartCommand.RunAsync(run, arguments, terminal, interrupts.Ended).ConfigureAwait(false),
            };
            if (run.Sandbox.Failure.IsCompleted && !interrupts.Ended.IsCancellationRequested)
            {
                await terminal.Error.WriteLineAsync($"The sandbox broke: {run.Sandbox.Failure.Exception?.GetBaseException().Message ?? "it ended by itself."}").ConfigureAwait(false);
                return Failed;
            }

            return exitCode;
        }
    }

    private static void TryCancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // What ran in the sandbox has ended.
        }
    }
}
