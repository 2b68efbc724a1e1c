using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Demo.Screen;

/// <summary>
/// Writes text and, on a terminal, one line of progress below it. The progress is wiped out before anything else is written and drawn again behind it,
/// so it never stands between two lines of output. May be called from several threads.
/// </summary>
/// <param name="terminal">Where to.</param>
internal sealed class ConsoleScreen(Terminal terminal)
{
    private const string WipeLine = "\r\u001b[K";
    private readonly Lock guard = new();
    private string? progress;
    private bool isDrawn;
    private bool isAtLineStart = true;

    /// <summary>The terminal.</summary>
    public Terminal Terminal => terminal;

    /// <summary>Writes text.</summary>
    /// <param name="text">The text, which may have escape sequences if the terminal has colours.</param>
    public void Write(string text)
    {
        lock (guard)
        {
            Put(terminal.Output, text);
        }
    }

    /// <summary>Writes text and ends the line.</summary>
    /// <param name="text">The text.</param>
    public void WriteLine(string text = "") => Write(text + terminal.Output.NewLine);

    /// <summary>Writes a line of an error: among the output on a terminal, else to standard error, as PowerShell does.</summary>
    /// <param name="text">The line.</param>
    public void WriteErrorLine(string text)
    {
        lock (guard)
        {
            TextWriter writer = terminal.OutputIsTerminal ? terminal.Output : terminal.Error;
            Put(writer, text + writer.NewLine);
        }
    }

    /// <summary>Shows progress, in place of what was shown before. Nothing is shown where nobody looks.</summary>
    /// <param name="line">The line, not longer than the terminal is wide; null to take it away.</param>
    public void ShowProgress(string? line)
    {
        lock (guard)
        {
            if (terminal.OutputIsTerminal)
            {
                progress = line;
                Wipe();
                Draw();
                terminal.Output.Flush();
            }
        }
    }

    private void Put(TextWriter writer, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        Wipe();
        writer.Write(text);
        isAtLineStart = text[^1] == '\n';
        Draw();
        writer.Flush();
    }

    private void Wipe()
    {
        if (isDrawn)
        {
            terminal.Output.Write(WipeLine);
            isDrawn = false;
        }
    }

    private void Draw()
    {
        // Behind half a line (a question, say) it would be in the way.
        if (progress is not null && isAtLineStart)
        {
            terminal.Output.Write(progress);
            isDrawn = true;
        }
    }
}
