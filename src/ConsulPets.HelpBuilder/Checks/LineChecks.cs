using System.Text.RegularExpressions;
using System.Xml;

namespace ConsulPets.HelpBuilder.Checks;

/// <summary>Checks every line of a page's source, code included.</summary>
internal static partial class LineChecks
{
    /// <summary>The problems of a page's source.</summary>
    public static IEnumerable<Problem> Check(string path, string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            Match unfinished = Unfinished().Match(lines[index]);
            if (unfinished.Success)
            {
                yield return new Problem(path, index + 1, $"'{unfinished.Value}' is a place that was left open; write the text");
            }

            if (HasControlCharacter(lines[index]))
            {
                yield return new Problem(path, index + 1, "the line holds a character that XML cannot hold; take it out");
            }
        }
    }

    private static bool HasControlCharacter(string line) =>
        line.Any(character => !char.IsSurrogate(character) && !XmlConvert.IsXmlChar(character));

    [GeneratedRegex(@"\{\{|\bTODO\b")]
    private static partial Regex Unfinished();
}
