using System.Xml.Linq;
using ConsulPets.HelpBuilder.Checks;
using ConsulPets.HelpBuilder.Cmdlets;
using ConsulPets.HelpBuilder.Maml;
using ConsulPets.HelpBuilder.Pages;

namespace ConsulPets.HelpBuilder;

/// <summary>The whole run: pages and cmdlets in, problems or one MAML file out.</summary>
internal static class HelpBuild
{
    /// <summary>The exit code when the file is up to date.</summary>
    public const int Done = 0;

    /// <summary>The exit code when the pages have problems.</summary>
    public const int HasProblems = 1;

    /// <summary>The exit code when the tool could not do its work at all.</summary>
    public const int CannotRun = 2;

    /// <summary>Builds the help; the result is the exit code.</summary>
    public static int Run(BuildOptions options, TextWriter output, TextWriter errors)
    {
        try
        {
            return Build(options, output, errors);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            string advice = exception is FileNotFoundException ? " (an assembly that it needs goes to --reference)" : string.Empty;
            errors.WriteLine($"error: {exception.Message}{advice}");
            return CannotRun;
        }
    }

    private static int Build(BuildOptions options, TextWriter output, TextWriter errors)
    {
        IReadOnlyList<CmdletDeclaration> cmdlets = CmdletAssembly.Read(options.Assembly, options.References);
        var problems = new List<Problem>();
        IReadOnlyList<HelpPage> pages = PageFolder.Read(options.Pages, problems);
        problems.AddRange(PairChecks.Check(cmdlets, pages, options.Pages));
        Dictionary<string, HelpPage> pagesByName = pages.ToDictionary(page => page.Name, StringComparer.Ordinal);
        (CmdletDeclaration Cmdlet, HelpPage Page)[] pairs =
        [
            .. cmdlets
                .Where(cmdlet => pagesByName.ContainsKey(cmdlet.Name))
                .Select(cmdlet => (cmdlet, pagesByName[cmdlet.Name])),
        ];
        problems.AddRange(pairs.SelectMany(pair => PageChecks.Check(pair.Cmdlet, pair.Page)));
        if (problems.Count > 0)
        {
            foreach (Problem problem in problems.OrderBy(each => each.Path, StringComparer.Ordinal).ThenBy(each => each.Line))
            {
                errors.WriteLine(problem);
            }

            return HasProblems;
        }

        XDocument maml = MamlDocument.Create(pairs);
        bool written = OutputFile.WriteWhenChanged(options.Output, MamlDocument.ToBytes(maml));
        output.WriteLine($"{options.Output}: {pairs.Length} cmdlets, {(written ? "written" : "unchanged")}");
        return Done;
    }
}
