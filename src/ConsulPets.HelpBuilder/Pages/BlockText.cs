using System.Globalization;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace ConsulPets.HelpBuilder.Pages;

/// <summary>Makes the paragraphs that help shows of Markdown blocks.</summary>
/// <param name="path">The page, as problems show it.</param>
/// <param name="problems">Takes what help cannot show.</param>
internal sealed class BlockText(string path, ICollection<Problem> problems)
{
    /// <summary>The paragraphs of some blocks: a list or a block of code is one, of several lines.</summary>
    public IReadOnlyList<string> Paragraphs(IEnumerable<Block> blocks) =>
        [.. blocks.Select(Paragraph).Where(paragraph => paragraph.Length > 0)];

    /// <summary>The lines of a block of code, as they are.</summary>
    public static string Code(LeafBlock block) => block.Lines.ToString().ReplaceLineEndings("\n").Trim('\n');

    private string Paragraph(Block block) => block switch
    {
        CodeBlock code => Code(code),
        ParagraphBlock or HeadingBlock => PlainText.Of(((LeafBlock)block).Inline),
        ListBlock list => List(list),
        QuoteBlock quote => string.Join("\n\n", Paragraphs(quote)),
        HtmlBlock { Type: HtmlBlockType.Comment } or ThematicBreakBlock or LinkReferenceDefinitionGroup => string.Empty,
        _ => NotShown(block),
    };

    private string List(ListBlock list)
    {
        int number = int.TryParse(list.OrderedStart, NumberStyles.None, CultureInfo.InvariantCulture, out int start) ? start : 1;
        IEnumerable<string> items = list.OfType<ListItemBlock>().Select((item, index) =>
        {
            string mark = list.IsOrdered ? string.Create(CultureInfo.InvariantCulture, $"{number + index}. ") : "- ";
            string indent = new(' ', mark.Length);
            return mark + string.Join("\n", Paragraphs(item)).Replace("\n", $"\n{indent}", StringComparison.Ordinal);
        });
        return string.Join("\n", items);
    }

    private string NotShown(Block block)
    {
        string kind = block is Table ? "table" : "piece of HTML";
        problems.Add(new Problem(path, block.Line + 1, $"Get-Help cannot show a {kind}; write a list or a block of code"));
        return string.Empty;
    }
}
