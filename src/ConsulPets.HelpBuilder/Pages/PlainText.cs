using System.Text;
using Markdig.Syntax.Inlines;

namespace ConsulPets.HelpBuilder.Pages;

/// <summary>Text without its marks: a terminal shows none.</summary>
internal static class PlainText
{
    /// <summary>The text of a paragraph or heading.</summary>
    /// <param name="inline">The parsed text.</param>
    /// <param name="lineBreak">What a line's end in the source becomes: Get-Help wraps text to the window's width.</param>
    public static string Of(ContainerInline? inline, string lineBreak = " ")
    {
        var text = new StringBuilder();
        Append(text, inline, lineBreak);
        return text.ToString().Trim();
    }

    private static void Append(StringBuilder text, Inline? inline, string lineBreak)
    {
        switch (inline)
        {
            case LiteralInline literal:
                text.Append(literal.Content.AsSpan());
                break;
            case CodeInline code:
                text.Append(code.Content);
                break;
            case AutolinkInline link:
                text.Append(link.Url);
                break;
            case HtmlEntityInline entity:
                text.Append(entity.Transcoded.AsSpan());
                break;
            case LineBreakInline end:
                text.Append(end.IsHard ? "\n" : lineBreak);
                break;

            // A <name> that someone forgot to quote as code is better shown than lost; a comment is for the page's writers.
            case HtmlInline html when !html.Tag.StartsWith("<!--", StringComparison.Ordinal):
                text.Append(html.Tag);
                break;
            case ContainerInline container:
                foreach (Inline child in container)
                {
                    Append(text, child, lineBreak);
                }

                break;
        }
    }
}
