using System.Security;
using ConsulPets.Sandbox.Demo.Screen;
using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Demo.Prompt;

/// <summary>Lines from the terminal, edited; or from the file or pipe in its place, as they are.</summary>
internal sealed class TerminalLines : ILineSource
{
    private const char Mask = '*';
    private readonly ConsoleScreen screen;
    private readonly LineEditor? editor;

    /// <summary>Makes it.</summary>
    /// <param name="screen">Where questions stand.</param>
    /// <param name="complete">Gives completions for a command and a place in it.</param>
    public TerminalLines(ConsoleScreen screen, Func<string, int, LineCompletions?> complete)
    {
        this.screen = screen;
        editor = screen.Terminal.IsInteractive ? new LineEditor(screen.Terminal, complete) : null;
    }

    private Terminal Terminal => screen.Terminal;

    /// <summary>Reads a line of a command.</summary>
    /// <param name="prompt">What stands before it; not shown where nobody types.</param>
    /// <returns>The line, or null when the input has ended.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C was typed.</exception>
    public string? ReadCommand(string prompt) => editor is null ? Terminal.Input.ReadLine() : editor.Read(prompt, isCommand: true);

    /// <inheritdoc/>
    public string? ReadAnswer(string question)
    {
        if (editor is not null)
        {
            return editor.Read(question, isCommand: false);
        }

        // A log shows what was asked and what the file answered.
        screen.Write(question);
        string? answer = Terminal.Input.ReadLine();
        screen.WriteLine(answer ?? string.Empty);
        return answer;
    }

    /// <inheritdoc/>
    public SecureString? ReadSecret(string question)
    {
        string? answer;
        if (editor is null)
        {
            screen.WriteLine(question);
            answer = Terminal.Input.ReadLine();
        }
        else
        {
            answer = editor.Read(question, isCommand: false, Mask);
        }

        if (answer is null)
        {
            return null;
        }

        var secret = new SecureString();
        foreach (char character in answer)
        {
            secret.AppendChar(character);
        }

        secret.MakeReadOnly();
        return secret;
    }
}
