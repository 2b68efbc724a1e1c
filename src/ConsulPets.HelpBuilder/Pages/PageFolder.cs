using System.Text.RegularExpressions;
using ConsulPets.HelpBuilder.Checks;

namespace ConsulPets.HelpBuilder.Pages;

/// <summary>Reads the folder of the pages.</summary>
internal static partial class PageFolder
{
    /// <summary>The pages, by name. Files with another form of name (a README) are none.</summary>
    public static IReadOnlyList<HelpPage> Read(string folder, ICollection<Problem> problems)
    {
        var pages = new List<HelpPage>();
        foreach (string file in Directory.GetFiles(folder, "*.md").Order(StringComparer.Ordinal))
        {
            if (!PageName().IsMatch(Path.GetFileName(file)))
            {
                continue;
            }

            string name = Path.GetFileNameWithoutExtension(file);
            string shownPath = PathOf(folder, name);
            string text = File.ReadAllText(file);
            foreach (Problem problem in LineChecks.Check(shownPath, text))
            {
                problems.Add(problem);
            }

            pages.Add(new PageReader(shownPath, name, problems).Read(text));
        }

        return pages;
    }

    /// <summary>Where the page of a cmdlet is, as problems show it.</summary>
    public static string PathOf(string folder, string name) => Path.Combine(folder, $"{name}.md").Replace('\\', '/');

    [GeneratedRegex(@"^[A-Za-z]+-[A-Za-z0-9]+\.md$")]
    private static partial Regex PageName();
}
