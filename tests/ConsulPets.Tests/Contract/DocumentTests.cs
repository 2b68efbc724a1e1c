using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace ConsulPets.Tests.Contract;

/// <summary>What the documents say is so.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents
    {
        get
        {
            var documents = new TheoryData<string> { "README.md" };
            foreach (string page in Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories).Order())
            {
                documents.Add(Path.GetRelativePath(Repository.Root, page));
            }

            return documents;
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_example_parses_and_names_only_cmdlets_and_parameters_that_there_are(string document)
    {
        foreach (Match block in PowerShellBlock().Matches(File.ReadAllText(Repository.PathOf(document))))
        {
            ScriptBlockAst script = Parser.ParseInput(block.Groups[1].Value, out _, out ParseError[] errors);
            Assert.True(errors.Length == 0, $"{document}: {string.Join(", ", errors.Select(static error => error.Message))}\n{block.Value}");
            foreach (CommandAst command in script.FindAll(static node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
            {
                if (command.GetCommandName() is { } name && (name.Contains("Consul", StringComparison.Ordinal) || name.Contains("StalePet", StringComparison.Ordinal)) && name.Contains('-', StringComparison.Ordinal))
                {
                    CmdletInfo? cmdlet = ExportedCommands.Cmdlets.FirstOrDefault(candidate => candidate.Name == name);
                    Assert.True(cmdlet is not null, $"{document} names {name}, which is not exported");
                    Assert.All(command.CommandElements.OfType<CommandParameterAst>(), parameter => Assert.True(
                        cmdlet.Parameters.ContainsKey(parameter.ParameterName) || cmdlet.Parameters.Values.Any(known => known.Aliases.Contains(parameter.ParameterName, StringComparer.OrdinalIgnoreCase)),
                        $"{document}: {name} has no -{parameter.ParameterName}"));
                }
            }
        }
    }

    [Fact]
    public void The_readmes_table_lists_exactly_the_exported_cmdlets()
    {
        string readme = File.ReadAllText(Repository.PathOf("README.md"));
        Assert.Equal(
            ExportedCommands.Cmdlets.Select(static cmdlet => cmdlet.Name).Order(),
            CmdletRow().Matches(readme).Select(static row => row.Groups[1].Value).Order());
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_to_a_file_leads_to_one(string document)
    {
        string text = File.ReadAllText(Repository.PathOf(document));
        string folder = Path.GetDirectoryName(Repository.PathOf(document))!;
        Assert.All(FileLink().Matches(text).Select(static link => link.Groups[1].Value), target =>
            Assert.True(Path.Exists(Path.Combine(folder, target)), $"{document} links to {target}, which is not there"));
    }

    [GeneratedRegex("```powershell\\n([\\s\\S]*?)```", RegexOptions.CultureInvariant)]
    private static partial Regex PowerShellBlock();

    [GeneratedRegex(@"^\| \[([A-Za-z]+-[A-Za-z]+)\]\(docs/cmdlets/\1\.md\) \|", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex CmdletRow();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex FileLink();
}
