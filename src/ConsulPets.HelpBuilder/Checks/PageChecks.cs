using ConsulPets.HelpBuilder.Cmdlets;
using ConsulPets.HelpBuilder.Pages;

namespace ConsulPets.HelpBuilder.Checks;

/// <summary>Checks a page against its cmdlet.</summary>
internal static class PageChecks
{
    private const int LongestSynopsis = 200;
    private const int FewestExamples = 2;

    /// <summary>The problems of one page.</summary>
    public static IEnumerable<Problem> Check(CmdletDeclaration cmdlet, HelpPage page) =>
    [
        .. Synopsis(page),
        .. MissingParameters(cmdlet, page),
        .. DescribedParameters(cmdlet, page),
        .. Examples(page),
        .. Outputs(cmdlet, page),
    ];

    private static IEnumerable<Problem> Synopsis(HelpPage page)
    {
        if (page.Synopsis.Length == 0)
        {
            yield return new Problem(page.Path, page.SynopsisLine, "the synopsis is empty; write one paragraph under the title");
        }
        else if (page.Synopsis.Length > LongestSynopsis)
        {
            yield return new Problem(
                page.Path,
                page.SynopsisLine,
                $"the synopsis has {page.Synopsis.Length} characters; shorten it to {LongestSynopsis}");
        }
    }

    private static IEnumerable<Problem> MissingParameters(CmdletDeclaration cmdlet, HelpPage page) =>
        cmdlet.ShownParameters
            .Where(parameter => parameter.StandardText is null
                && !page.Parameters.Any(described => described.Name == parameter.Name))
            .Select(parameter => new Problem(
                page.Path,
                page.ParametersLine,
                $"parameter -{parameter.Name} is not described; add '### -{parameter.Name}' under '## Parameters'"));

    private static IEnumerable<Problem> DescribedParameters(CmdletDeclaration cmdlet, HelpPage page)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (HelpParameter described in page.Parameters)
        {
            ParameterDeclaration? parameter = cmdlet.Parameters.FirstOrDefault(each => each.Name == described.Name);
            string? message =
                parameter is null ? "does not exist; delete or rename the heading"
                : parameter.IsHidden ? "is hidden (DontShow); delete the heading"
                : !seen.Add(described.Name) ? "is described already; join the two"
                : described.Paragraphs.Count == 0 ? "is not described; write its text under the heading"
                : null;
            if (message is not null)
            {
                yield return new Problem(page.Path, described.Line, $"parameter -{described.Name} {message}");
            }
        }
    }

    private static IEnumerable<Problem> Examples(HelpPage page)
    {
        if (page.Examples.Count < FewestExamples)
        {
            yield return new Problem(
                page.Path,
                page.ExamplesLine,
                $"the page has {page.Examples.Count} of at least {FewestExamples} examples; add to '## Examples'");
        }

        foreach (HelpExample example in page.Examples.Where(example => example.Code.Length == 0))
        {
            yield return new Problem(page.Path, example.Line, $"'{example.Title}' has no code; add a ```powershell block");
        }
    }

    private static IEnumerable<Problem> Outputs(CmdletDeclaration cmdlet, HelpPage page) =>
        cmdlet.OutputTypes
            .Where(type => type != "System.Void" && !page.Outputs.Any(output => output.Name == type))
            .Select(type => new Problem(
                page.Path, page.OutputsLine, $"output type {type} is not named; add '### {type}' under '## Outputs'"));
}
