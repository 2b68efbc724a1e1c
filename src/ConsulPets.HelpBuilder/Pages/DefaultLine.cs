using Markdig.Syntax;

namespace ConsulPets.HelpBuilder.Pages;

/// <summary>The line 'Default: value' that may close a parameter's text.</summary>
internal static class DefaultLine
{
    private const string Mark = "Default:";

    /// <summary>Parts the text from the default value.</summary>
    public static (IReadOnlyList<string> Paragraphs, string? Value) Split(List<Block> blocks, BlockText blockText)
    {
        if (blocks.LastOrDefault() is not ParagraphBlock last)
        {
            return (blockText.Paragraphs(blocks), null);
        }

        string[] lines = PlainText.Of(last.Inline, "\n").Split('\n');
        if (!lines[^1].StartsWith(Mark, StringComparison.Ordinal))
        {
            return (blockText.Paragraphs(blocks), null);
        }

        string rest = string.Join(' ', lines[..^1]);
        IReadOnlyList<string> before = blockText.Paragraphs(blocks.SkipLast(1));
        return (rest.Length > 0 ? [.. before, rest] : before, lines[^1][Mark.Length..].Trim());
    }
}
