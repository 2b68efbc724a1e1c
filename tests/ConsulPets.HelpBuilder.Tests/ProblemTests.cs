namespace ConsulPets.HelpBuilder.Tests;

public class ProblemTests
{
    [Theory]
    [InlineData("# Get-Something\n", "# Get-Anything\n", "# Get-Anything", "the title is not the cmdlet's name; write '# Get-Something'")]
    [InlineData("# Get-Something\n\nGets *something* of `Consul` & [friends](https://example.org).\n", "# Get-Something\n", "# Get-Something", "the synopsis is empty")]
    [InlineData("## Description", "More text.\n\n## Description", "More text.", "only the first paragraph is the synopsis")]
    [InlineData("## Notes", "## Remarks", "## Remarks", "'Remarks' is no section of a page")]
    [InlineData("## Notes", "## Inputs", null, "has a section 'Inputs' already")]
    [InlineData("## Notes", "# Notes", "# Notes", "a page has one title")]
    [InlineData("## Parameters\n", "## Parameters\n\nLost.\n", "Lost.", "directly under '## Parameters' is not shown")]
    [InlineData("### -Mode", "### Mode", "### Mode", "begins with a dash")]
    [InlineData("### -Mode", "### -Modes", "### -Modes", "parameter -Modes does not exist")]
    [InlineData("### -Mode", "### -Modes", "## Parameters", "parameter -Mode is not described")]
    [InlineData("### -Context\n\nThe context.\n", "", "## Parameters", "parameter -Context is not described")]
    [InlineData("### -Context\n\nThe context.\n", "### -Context\n", "### -Context", "parameter -Context is not described")]
    [InlineData("### -Context", "### -Secret\n\nHush.\n\n### -Context", "### -Secret", "parameter -Secret is hidden")]
    [InlineData("### -Context", "### -Name\n\nAgain.\n\n### -Context", null, "parameter -Name is described already")]
    [InlineData("### Example 2: one\n\nBefore the code.\n\n```powershell\nGet-Something a\n```\n", "", "## Examples", "the page has 1 of at least 2 examples")]
    [InlineData("```powershell\nGet-Something a\n```\n", "", "### Example 2: one", "'Example 2: one' has no code")]
    [InlineData("The names.", "The {{ names }}.", "The {{", "'{{' is a place that was left open")]
    [InlineData("Get-Something a\n", "Get-Something # TODO\n", "# TODO", "'TODO' is a place that was left open")]
    [InlineData("The names.", "The \u001b names.", "The \u001b", "a character that XML cannot hold")]
    [InlineData("### ConsulPets.FakeModule.Something", "### Something", "## Outputs", "output type ConsulPets.FakeModule.Something is not named")]
    [InlineData("A note.", "| a | b |\n| - | - |\n| 1 | 2 |", "| a | b |", "Get-Help cannot show a table")]
    [InlineData("A note.", "<div>\nA note.\n</div>", "<div>", "Get-Help cannot show a piece of HTML")]
    public void A_problem_is_reported_at_its_line(string text, string replacement, string? lineWith, string message)
    {
        using var workspace = new HelpWorkspace();
        Assert.Contains(text, GoodPages.GetSomething, StringComparison.Ordinal);
        string page = GoodPages.GetSomething.Replace(text, replacement, StringComparison.Ordinal);
        workspace.Write("Get-Something", page);

        Assert.Equal(HelpBuild.HasProblems, workspace.Build());

        // Of two same headings, the last one is the one too many.
        string[] lines = page.Split('\n');
        int line = lineWith is null
            ? Array.LastIndexOf(lines, replacement.Split('\n')[0]) + 1
            : Array.FindIndex(lines, each => each.Contains(lineWith, StringComparison.Ordinal)) + 1;
        string[] matching = [.. workspace.Errors.Split('\n').Where(error => error.Contains(message, StringComparison.Ordinal))];
        string found = Assert.Single(matching);
        Assert.StartsWith(FormattableString.Invariant($"{workspace.PathOf("Get-Something")}({line}): error: "), found, StringComparison.Ordinal);
        Assert.False(File.Exists(workspace.Output));
    }

    [Theory]
    [InlineData(200, HelpBuild.Done)]
    [InlineData(201, HelpBuild.HasProblems)]
    public void A_synopsis_has_at_most_200_characters(int length, int exitCode)
    {
        using var workspace = new HelpWorkspace();
        workspace.Write(
            "Remove-Something",
            GoodPages.RemoveSomething.Replace("Removes something.", new string('x', length), StringComparison.Ordinal));

        Assert.Equal(exitCode, workspace.Build());
        Assert.Equal(
            exitCode == HelpBuild.HasProblems,
            workspace.Errors.Contains("Remove-Something.md(3): error: the synopsis has 201 characters", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cmdlet_without_a_page_is_reported()
    {
        using var workspace = new HelpWorkspace();
        File.Delete(workspace.PathOf("Get-Something"));

        Assert.Equal(HelpBuild.HasProblems, workspace.Build());
        Assert.Equal(
            $"{workspace.PathOf("Get-Something")}(1): error: cmdlet Get-Something has no page; write this one\n", workspace.Errors);
    }

    [Fact]
    public void A_page_without_a_cmdlet_is_reported_and_a_readme_is_not()
    {
        using var workspace = new HelpWorkspace();
        workspace.Write("Find-Something", GoodPages.RemoveSomething.Replace("# Remove-", "# Find-", StringComparison.Ordinal));
        workspace.Write("README", "TODO");

        Assert.Equal(HelpBuild.HasProblems, workspace.Build());
        Assert.Equal(
            $"{workspace.PathOf("Find-Something")}(1): error: the assembly has no cmdlet Find-Something; delete or rename the page\n",
            workspace.Errors);
    }
}
