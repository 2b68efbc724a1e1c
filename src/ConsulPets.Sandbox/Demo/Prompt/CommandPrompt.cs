using System.Management.Automation;
using System.Management.Automation.Language;
using ConsulPets.Sandbox.Demo.Screen;
using ConsulPets.Sandbox.Demo.Session;

namespace ConsulPets.Sandbox.Demo.Prompt;

/// <summary>Reads commands and runs them, until `exit` or the end of the input.</summary>
/// <param name="session">The session that they run in.</param>
/// <param name="lines">Where they come from.</param>
/// <param name="screen">Where the prompt stands.</param>
internal sealed class CommandPrompt(PowerShellSession session, TerminalLines lines, ConsoleScreen screen)
{
    private const string MoreToCome = ">> ";
    private bool lastWentWell = true;

    /// <summary>Reads and runs.</summary>
    /// <param name="cancellationToken">Cancelled when everything is to end: nothing more is run then.</param>
    /// <returns>The exit code: that of `exit`; else 1 where the last command failed and nobody was there to see it; else 0.</returns>
    public int Run(CancellationToken cancellationToken)
    {
        session.Host.NestedPrompt = () => RunNested(cancellationToken);
        Loop(nested: false, cancellationToken);
        return session.ExitCode ?? (lastWentWell || screen.Terminal.IsInteractive ? 0 : 1);
    }

    // What a script lacks that may come on the next line; null when it is complete, or wrong already.
    private static string? Missing(string script)
    {
        Parser.ParseInput(script, out _, out ParseError[] errors);
        return Array.Find(errors, static error => error.IncompleteInput)?.Message;
    }

    private void RunNested(CancellationToken cancellationToken)
    {
        Loop(nested: true, cancellationToken);

        // `exit` leaves this prompt, and the command that was suspended goes on.
        session.Host.ForgetExit();
    }

    private void Loop(bool nested, CancellationToken cancellationToken)
    {
        while (session.ExitCode is null && !cancellationToken.IsCancellationRequested)
        {
            string? script;
            try
            {
                script = ReadScript(nested);
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            if (script is null)
            {
                return;
            }

            if (!string.IsNullOrWhiteSpace(script))
            {
                lastWentWell = session.Run(script, nested);
            }
        }
    }

    private string? ReadScript(bool nested)
    {
        string? script = lines.ReadCommand(PromptText(nested));
        while (script is not null && Missing(script) is { } missing)
        {
            if (lines.ReadCommand(MoreToCome) is not { } next)
            {
                // Not for the engine, which takes it that more will come and shows nothing.
                screen.WriteErrorLine($"ParserError: {missing}");
                lastWentWell = false;
                return null;
            }

            script += "\n" + next;
        }

        return script;
    }

    private string PromptText(bool nested)
    {
        if (!screen.Terminal.IsInteractive)
        {
            return string.Empty;
        }

        try
        {
            return string.Concat(session.Evaluate("prompt", nested).Select(static part => part?.ToString()));
        }
        catch (RuntimeException)
        {
            // The user's own prompt function is broken; PowerShell then shows this one.
            return "PS> ";
        }
    }
}
