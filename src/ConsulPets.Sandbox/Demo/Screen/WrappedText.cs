namespace ConsulPets.Sandbox.Demo.Screen;

/// <summary>Breaks sentences into lines that can be read.</summary>
internal static class WrappedText
{
    private const int Widest = 100;

    /// <summary>Breaks a text at blanks. A word that is longer than a line stays whole.</summary>
    /// <param name="text">The text.</param>
    /// <param name="terminalWidth">How many characters the terminal has in a line.</param>
    /// <returns>The lines; none is as long as the terminal is wide, where some would go on.</returns>
    public static IReadOnlyList<string> Lines(string text, int terminalWidth)
    {
        int width = Math.Min(Widest, terminalWidth - 1);
        var lines = new List<string>();
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && lines[^1].Length + 1 + word.Length <= width)
            {
                lines[^1] += " " + word;
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }
}
