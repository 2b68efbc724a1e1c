namespace ConsulPets.HelpBuilder.Tests;

public class BuildOptionsTests
{
    [Fact]
    public void References_may_be_many()
    {
        bool read = BuildOptions.TryParse(
            ["--assembly", "a.dll", "--reference", "b", "c.dll", "--pages", "p", "--reference", "d", "--output", "o.xml"],
            out BuildOptions? options,
            out _);

        Assert.True(read);
        Assert.Equal(["b", "c.dll", "d"], options!.References);
        Assert.Equal(("a.dll", "p", "o.xml"), (options.Assembly, options.Pages, options.Output));
    }

    [Theory]
    [InlineData("--assembly needs one value.", "--pages", "p", "--output", "o")]
    [InlineData("--pages needs one value.", "--assembly", "a", "--pages", "p", "q", "--output", "o")]
    [InlineData("--other is not an option.", "--other")]
    [InlineData("'stray' follows no option.", "stray")]
    public void A_wrong_command_line_is_explained(string complaint, params string[] arguments)
    {
        Assert.False(BuildOptions.TryParse(arguments, out _, out string? said));
        Assert.Equal(complaint, said);
    }

    [Fact]
    public void A_missing_assembly_is_no_crash()
    {
        using var errors = new StringWriter();
        var options = new BuildOptions("missing/a.dll", [], "missing", "missing/o.xml");

        Assert.Equal(HelpBuild.CannotRun, HelpBuild.Run(options, TextWriter.Null, errors));
        Assert.StartsWith("error: ", errors.ToString(), StringComparison.Ordinal);
    }
}
