using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using ConsulPets.Sandbox.Demo.Prompt;
using ConsulPets.Sandbox.Demo.Screen;
using ConsulPets.Sandbox.Demo.Session;
using ConsulPets.Sandbox.Demo.Story;
using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Demo;

/// <summary>`demo`: plays the story in a sandbox.</summary>
internal static class DemoCommand
{
    // Fast enough for a line to take less than a second, slow enough to be read along.
    private static readonly TimeSpan BetweenKeys = TimeSpan.FromMilliseconds(8);

    // Nothing in the story takes a minute; what does is broken, and nobody waits five minutes for a demo.
    private const int LongestWaitSeconds = 90;

    /// <summary>Plays it.</summary>
    /// <param name="run">The sandbox.</param>
    /// <param name="arguments">What was asked for.</param>
    /// <param name="terminal">The terminal.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The exit code.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static async Task<int> RunAsync(SandboxRun run, SandboxArguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        long begin = Stopwatch.GetTimestamp();
        var screen = new ConsoleScreen(terminal);
        var text = new TypedText(screen, terminal.OutputIsTerminal ? BetweenKeys : TimeSpan.Zero);
        var lines = new TerminalLines(screen, static (_, _) => null);
        using var session = new SandboxSession(run, screen, lines, new KeyValuePair<string, object>("*-ConsulPet*:TimeoutSeconds", LongestWaitSeconds));
        text.Tell($"A sandbox runs: a small Kubernetes API whose pods are processes on this machine. The servers below are real Consul; the default of -Image is {run.Sandbox.ConsulImage} here.");
        var player = new DemoPlayer(session.Shell, screen, text, ending => arguments.Pause ? WaitForEnterAsync(screen, ending) : Task.CompletedTask);
        try
        {
            bool wentWell = await player.PlayAsync(DemoStory.Steps, cancellationToken).ConfigureAwait(false);
            string took = ((int)Math.Round(Stopwatch.GetElapsedTime(begin).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            screen.WriteLine();
            text.Tell(wentWell ? $"The story took {took} s. To try it yourself: the commands `shell` and `start` of this program." : $"The story ends here, after {took} s.");
            return wentWell ? SandboxCommandLine.Done : SandboxCommandLine.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            screen.WriteLine();
            return SandboxCommandLine.CutShort;
        }
    }

    private static async Task WaitForEnterAsync(ConsoleScreen screen, CancellationToken cancellationToken)
    {
        screen.Write("-- Enter goes on --");

        // The reading cannot be called off; when everything ends meanwhile, its thread ends with the process.
        await Task.Run(screen.Terminal.Input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!screen.Terminal.InputIsTerminal)
        {
            screen.WriteLine();
        }
    }
}
