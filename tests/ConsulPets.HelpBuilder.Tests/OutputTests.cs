namespace ConsulPets.HelpBuilder.Tests;

public class OutputTests
{
    [Fact]
    public void An_unchanged_file_is_not_written_again()
    {
        using var workspace = new HelpWorkspace();
        Assert.Equal(HelpBuild.Done, workspace.Build());
        var earlier = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(workspace.Output, earlier);

        Assert.Equal(HelpBuild.Done, workspace.Build());
        Assert.Equal(earlier, File.GetLastWriteTimeUtc(workspace.Output));

        workspace.Write("Get-Something", GoodPages.GetSomething.Replace("A note.", "Another note.", StringComparison.Ordinal));
        Assert.Equal(HelpBuild.Done, workspace.Build());
        Assert.NotEqual(earlier, File.GetLastWriteTimeUtc(workspace.Output));
    }

    [Fact]
    public void Pages_with_other_line_ends_give_the_same_bytes()
    {
        using var workspace = new HelpWorkspace();
        Assert.Equal(HelpBuild.Done, workspace.Build());
        byte[] expected = File.ReadAllBytes(workspace.Output);
        workspace.Write("Get-Something", GoodPages.GetSomething.Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.Equal(HelpBuild.Done, workspace.Build());
        Assert.Equal(expected, File.ReadAllBytes(workspace.Output));
        Assert.DoesNotContain((byte)'\r', expected);
        Assert.Equal((byte)'<', expected[0]);
    }
}
