using ConsulPets.Sandbox.Demo.Screen;

namespace ConsulPets.Sandbox.Demo.Story;

/// <summary>How the story looks: what is told, and what is typed.</summary>
/// <param name="screen">Where.</param>
/// <param name="betweenKeys">How long typing a character takes; zero for no time at all.</param>
internal sealed class TypedText(ConsoleScreen screen, TimeSpan betweenKeys)
{
    private const string Prompt = "PS> ";

    /// <summary>Tells something.</summary>
    /// <param name="text">The text; it is broken into lines at blanks.</param>
    public void Tell(string text)
    {
        foreach (string line in WrappedText.Lines(text, screen.Terminal.Width()))
        {
            screen.WriteLine(Coloured("\u001b[36m", line));
        }
    }

    /// <summary>Types a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Ends it in the middle.</param>
    /// <returns>When it is typed, with Enter.</returns>
    public async Task TypeAsync(string command, CancellationToken cancellationToken)
    {
        screen.Write(Prompt);
        if (betweenKeys == TimeSpan.Zero)
        {
            screen.Write(Coloured("\u001b[1m", command));
        }
        else
        {
            foreach (char character in command)
            {
                screen.Write(Coloured("\u001b[1m", character.ToString()));
                await Task.Delay(betweenKeys, cancellationToken).ConfigureAwait(false);
            }
        }

        screen.WriteLine();
    }

    private string Coloured(string style, string text) => screen.Terminal.HasColours ? $"{style}{text}\u001b[0m" : text;
}
