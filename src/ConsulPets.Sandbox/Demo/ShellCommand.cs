using System.Management.Automation;
using System.Runtime.CompilerServices;
using ConsulPets.Sandbox.Demo.Everyday;
using ConsulPets.Sandbox.Demo.Prompt;
using ConsulPets.Sandbox.Demo.Screen;
using ConsulPets.Sandbox.Demo.Session;
using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Demo;

/// <summary>`shell`: a PowerShell prompt in a sandbox.</summary>
internal static class ShellCommand
{
    private static readonly string[] ToTry = ["  New-ConsulPetSet consul -Wait", "  Get-ConsulPet", "  Get-Help Restart-ConsulPet -Examples"];

    /// <summary>Opens the prompt and waits for its end.</summary>
    /// <param name="run">The sandbox.</param>
    /// <param name="terminal">The terminal.</param>
    /// <param name="interrupts">Where Ctrl-C comes from: it stops what runs and not the prompt.</param>
    /// <param name="cancellationToken">Ends the prompt.</param>
    /// <returns>The exit code.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static async Task<int> RunAsync(SandboxRun run, Terminal terminal, Interrupts interrupts, CancellationToken cancellationToken)
    {
        var screen = new ConsoleScreen(terminal);
        PowerShellSession? shell = null;
        var lines = new TerminalLines(screen, (text, cursor) => Completions(shell, text, cursor));
        using var session = new SandboxSession(run, screen, lines);
        shell = session.Shell;
        if (terminal.IsInteractive)
        {
            Welcome(screen, run.Sandbox.ConsulImage);
        }

        var prompt = new CommandPrompt(shell, lines, screen);

        // Between two keys of somebody who types there is nothing to stop, and still the prompt must not end.
        interrupts.LetTake(() => shell.Stop() || terminal.IsInteractive);
        using CancellationTokenRegistration ending = cancellationToken.Register(shell.EndAll);
        try
        {
            // A thread of its own: it may still wait for a key or a line when everything ends, and then ends with the process.
            Task<int> work = Task.Factory.StartNew(() => prompt.Run(cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return await work.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return SandboxCommandLine.CutShort;
        }
        finally
        {
            interrupts.LetTake(null);
        }
    }

    private static void Welcome(ConsoleScreen screen, string image)
    {
        string text = $"""
            PowerShell's engine with ConsulPets, in a sandbox: what you make here are processes on this machine, and they end with this prompt. The default of -Image
            is {image}. Tab completes, Ctrl-C stops a command, exit leaves. Of PowerShell's everyday commands there are only {string.Join(", ", EverydayCommands.Names)};
            with a PowerShell of your own, use the command `start` instead.
            """;
        foreach (string line in WrappedText.Lines(text, screen.Terminal.Width()).Prepend(string.Empty).Append(string.Empty).Concat(ToTry).Append(string.Empty))
        {
            screen.WriteLine(line);
        }
    }

    private static LineCompletions? Completions(PowerShellSession? shell, string text, int cursor)
    {
        try
        {
            CommandCompletion? completion = shell?.Complete(text, cursor);
            return completion is null
                ? null
                : new LineCompletions(completion.ReplacementIndex, completion.ReplacementLength, [.. completion.CompletionMatches.Select(static match => match.CompletionText)]);
        }
        catch (RuntimeException)
        {
            return null;
        }
    }
}
