using System.Management.Automation.Language;
using ConsulPets.Sandbox.Demo.Everyday;
using ConsulPets.Sandbox.Demo.Story;
using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Tests.Demo;

public sealed class DemoStoryTests
{
    private static readonly string[] OfTheEngine = ["Where-Object", "ForEach-Object"];

    public static TheoryData<string> Scripts =>
        [.. DemoStory.Steps.SelectMany(static step => new[] { step.Command, step.Expectation?.Script }).OfType<string>().Distinct()];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Every_command_parses_and_names_only_commands_and_parameters_that_are_documented(string script)
    {
        ScriptBlockAst tree = Parser.ParseInput(script, out _, out ParseError[] errors);
        Assert.Empty(errors);
        CommandAst[] commands = [.. tree.FindAll(static node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>()];
        Assert.All(commands, static command => MustBeDocumented(command));
    }

    [Fact]
    public void The_story_has_both_kinds_of_loss_and_leaves_nothing_behind()
    {
        Assert.Equal(2, DemoStory.Steps.Count(static step => step.Command.Contains("Lose-Pet", StringComparison.Ordinal)));
        Assert.Contains("Remove-ConsulPetSet", DemoStory.Steps[^1].Command, StringComparison.Ordinal);
        Assert.Contains("-PurgeVolumes", DemoStory.Steps[^1].Command, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_story_claims_it_checks() => Assert.True(DemoStory.Steps.Count(static step => step.Expectation is not null) >= 6);

    private static void MustBeDocumented(CommandAst command)
    {
        string name = command.GetCommandName();
        if (OfTheEngine.Contains(name) || EverydayCommands.Names.Contains(name))
        {
            return;
        }

        string page = Path.Combine(Path.GetDirectoryName(ModuleFiles.Manifest)!, "docs", "cmdlets", name + ".md");
        Assert.True(File.Exists(page), $"{name} has no page");
        string[] documented = [.. File.ReadAllLines(page).Where(static line => line.StartsWith("### -", StringComparison.Ordinal)).Select(static line => line[5..])];
        Assert.All(command.CommandElements.OfType<CommandParameterAst>(), parameter => Assert.Contains(parameter.ParameterName, documented));
    }
}
