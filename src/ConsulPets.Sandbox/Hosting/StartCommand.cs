namespace ConsulPets.Sandbox.Hosting;

/// <summary>`start`: runs a sandbox until it is told to end.</summary>
internal static class StartCommand
{
    /// <summary>Says how to reach the sandbox and waits.</summary>
    /// <param name="run">The sandbox.</param>
    /// <param name="arguments">What was asked for.</param>
    /// <param name="terminal">Where to say it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(SandboxRun run, SandboxArguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        IEnumerable<string> lines = arguments.Quiet ? [run.KubeConfig] : ReadyText.Lines(run.Sandbox, run.KubeConfig, ModuleFiles.Manifest, run.Took);
        foreach (string line in lines)
        {
            await terminal.Output.WriteLineAsync(line).ConfigureAwait(false);
        }

        // A script that reads the path from a pipe must not wait for a buffer to fill.
        await terminal.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        Task inputEnds = arguments.UntilInputEnds ? InputEndsAsync(terminal.Input) : Task.Delay(Timeout.Infinite, CancellationToken.None);
        await Task.WhenAny(run.Sandbox.Failure, inputEnds, Task.Delay(Timeout.Infinite, cancellationToken)).ConfigureAwait(false);
        if (!arguments.Quiet && cancellationToken.IsCancellationRequested)
        {
            await terminal.Output.WriteLineAsync("Ending the sandbox and everything in it.").ConfigureAwait(false);
        }

        return SandboxCommandLine.Done;
    }

    // Console.In reads synchronously whatever it is asked for: a thread of its own.
    private static Task InputEndsAsync(TextReader input) => Task.Factory.StartNew(
        () =>
        {
            while (input.Read() >= 0)
            {
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
