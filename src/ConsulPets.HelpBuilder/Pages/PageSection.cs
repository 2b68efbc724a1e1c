using Markdig.Syntax;

namespace ConsulPets.HelpBuilder.Pages;

/// <summary>A heading with what is under it.</summary>
/// <param name="Title">The heading's text.</param>
/// <param name="Level">How many # it has; 0 for the page as a whole.</param>
/// <param name="Line">Its line, from 1.</param>
internal sealed record PageSection(string Title, int Level, int Line)
{
    // Deeper headings are part of the text: the form of a page knows three levels.
    private const int DeepestLevel = 3;

    /// <summary>What stands between the heading and the next one.</summary>
    public List<Block> Blocks { get; } = [];

    /// <summary>The headings one level down.</summary>
    public List<PageSection> Sections { get; } = [];

    /// <summary>Makes the tree of a page.</summary>
    public static PageSection Read(MarkdownDocument document)
    {
        var page = new PageSection(string.Empty, 0, 1);
        var open = new Stack<PageSection>([page]);
        foreach (Block block in document)
        {
            if (block is not HeadingBlock { Level: <= DeepestLevel } heading)
            {
                open.Peek().Blocks.Add(block);
                continue;
            }

            while (open.Peek().Level >= heading.Level)
            {
                open.Pop();
            }

            var section = new PageSection(PlainText.Of(heading.Inline), heading.Level, heading.Line + 1);
            open.Peek().Sections.Add(section);
            open.Push(section);
        }

        return page;
    }
}
