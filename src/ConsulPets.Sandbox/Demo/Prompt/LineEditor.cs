using System.Globalization;
using System.Text;
using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Demo.Prompt;

/// <summary>Completions of a part of a line.</summary>
/// <param name="Start">Where the part begins.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Texts">What could stand there.</param>
internal sealed record LineCompletions(int Start, int Length, IReadOnlyList<string> Texts);

/// <summary>
/// Lets somebody type a line on a terminal: moving and deleting, earlier lines with the arrow keys, completions with Tab and Shift-Tab.
/// A character is taken to be one column wide.
/// </summary>
/// <param name="terminal">The terminal.</param>
/// <param name="complete">Gives completions for a line and a place in it; null where there are none.</param>
internal sealed class LineEditor(Terminal terminal, Func<string, int, LineCompletions?> complete)
{
    private readonly List<string> history = [];
    private string prompt = string.Empty;
    private char? mask;
    private LineBuffer line;
    private int cursorRow;

    /// <summary>Reads a line.</summary>
    /// <param name="prompt">What stands before it; nothing that takes no room, such as escape sequences.</param>
    /// <param name="isCommand">Whether it is a command, with completions and a place in the history.</param>
    /// <param name="mask">What is shown for each character; null to show them.</param>
    /// <returns>The line, or null when Ctrl-D ended the input.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C was typed.</exception>
    public string? Read(string prompt, bool isCommand, char? mask = null)
    {
        this.prompt = prompt;
        this.mask = mask;
        line = LineBuffer.Empty;
        cursorRow = 0;
        int recalled = history.Count;
        string typed = string.Empty;
        CompletionRound? round = null;
        Draw();
        while (true)
        {
            ConsoleKeyInfo key = terminal.ReadKey();
            bool control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
            if (key.Key != ConsoleKey.Tab)
            {
                round = null;
            }

            switch (key.Key)
            {
                case ConsoleKey.Enter or ConsoleKey.J or ConsoleKey.M when key.Key == ConsoleKey.Enter || control:
                    Leave();
                    Remember(isCommand);
                    return line.Text;
                case ConsoleKey.C when control:
                    Leave();
                    throw new OperationCanceledException();
                case ConsoleKey.D when control && line.Text.Length == 0:
                    Leave();
                    return null;
                case ConsoleKey.L when control:
                    terminal.Output.Write("\u001b[H\u001b[2J");
                    cursorRow = 0;
                    break;
                case ConsoleKey.UpArrow or ConsoleKey.DownArrow when isCommand:
                    typed = recalled == history.Count ? line.Text : typed;
                    recalled = Math.Clamp(recalled + (key.Key == ConsoleKey.UpArrow ? -1 : 1), 0, history.Count);
                    line = LineBuffer.Of(recalled == history.Count ? typed : history[recalled]);
                    break;
                case ConsoleKey.Tab when isCommand:
                    round ??= CompletionRound.Of(line, complete(line.Text, line.Cursor));
                    line = round?.Next(key.Modifiers.HasFlag(ConsoleModifiers.Shift)) ?? line;
                    break;
                default:
                    line = line.Press(key);
                    break;
            }

            Draw();
        }
    }

    private void Remember(bool isCommand)
    {
        if (isCommand && !string.IsNullOrWhiteSpace(line.Text) && (history.Count == 0 || history[^1] != line.Text))
        {
            history.Add(line.Text);
        }
    }

    private void Leave()
    {
        line = line with { Cursor = line.Text.Length };
        Draw();
        terminal.Output.WriteLine();
        terminal.Output.Flush();
    }

    // The whole line each time, from its first row on: it may have become longer or shorter than a row.
    private void Draw()
    {
        int width = terminal.Width();
        string shown = mask is { } one ? new string(one, line.Text.Length) : line.Text;
        int end = prompt.Length + shown.Length;
        int cursor = prompt.Length + line.Cursor;
        var text = new StringBuilder();
        Up(text, cursorRow);
        text.Append("\r\u001b[J").Append(prompt).Append(shown);
        if (end > 0 && end % width == 0)
        {
            // Behind the last column a terminal stays on the row until the next character comes.
            text.Append("\r\n");
        }

        Up(text, (end / width) - (cursor / width));
        text.Append('\r');
        if (cursor % width > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\u001b[{cursor % width}C");
        }

        cursorRow = cursor / width;
        terminal.Output.Write(text);
        terminal.Output.Flush();
    }

    private static void Up(StringBuilder text, int rows)
    {
        if (rows > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\u001b[{rows}A");
        }
    }

    private sealed class CompletionRound(LineBuffer start, LineCompletions completions)
    {
        private int current = -1;

        public static CompletionRound? Of(LineBuffer line, LineCompletions? completions) => completions is { Texts.Count: > 0 } ? new CompletionRound(line, completions) : null;

        public LineBuffer Next(bool backwards)
        {
            int count = completions.Texts.Count;
            current = current < 0 ? (backwards ? count - 1 : 0) : (current + (backwards ? count - 1 : 1)) % count;
            return start.Replace(completions.Start, completions.Length, completions.Texts[current]);
        }
    }
}
