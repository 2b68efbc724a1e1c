using ConsulPets.HelpBuilder.Cmdlets;
using ConsulPets.HelpBuilder.Pages;

namespace ConsulPets.HelpBuilder.Checks;

/// <summary>Checks that every cmdlet has its page, and every page its cmdlet.</summary>
internal static class PairChecks
{
    /// <summary>The cmdlets and pages that are alone.</summary>
    public static IEnumerable<Problem> Check(
        IReadOnlyList<CmdletDeclaration> cmdlets, IReadOnlyList<HelpPage> pages, string folder)
    {
        string[] cmdletNames = [.. cmdlets.Select(cmdlet => cmdlet.Name)];
        string[] pageNames = [.. pages.Select(page => page.Name)];
        foreach (string name in cmdletNames.Except(pageNames, StringComparer.Ordinal))
        {
            yield return new Problem(PageFolder.PathOf(folder, name), 1, $"cmdlet {name} has no page; write this one");
        }

        foreach (string name in pageNames.Except(cmdletNames, StringComparer.Ordinal))
        {
            yield return new Problem(
                PageFolder.PathOf(folder, name), 1, $"the assembly has no cmdlet {name}; delete or rename the page");
        }
    }
}
