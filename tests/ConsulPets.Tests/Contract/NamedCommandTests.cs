using System.Text.RegularExpressions;

namespace ConsulPets.Tests.Contract;

/// <summary>A message or a page that tells a user to run a command tells one that there is.</summary>
public sealed partial class NamedCommandTests
{
    [Fact]
    public void Every_command_of_the_module_that_a_message_or_a_page_names_is_exported()
    {
        HashSet<string> exported = [.. ExportedCommands.Cmdlets.Select(static cmdlet => cmdlet.Name)];
        string[] named = [.. Texts().SelectMany(static file => Named().Matches(File.ReadAllText(file)).Select(match => $"{match.Value} in {Path.GetFileName(file)}"))];
        Assert.True(named.Length > 100, $"only {named.Length} names were found");
        Assert.Empty(named.Where(name => !exported.Contains(name.Split(' ')[0])).Distinct());
    }

    private static IEnumerable<string> Texts() =>
        ((string[])["src/ConsulPets", "src/ConsulPets.Engine", "src/ConsulPets.Model", "src/ConsulPets.Sandbox"])
            .SelectMany(static folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories))
            .Append(Repository.PathOf("README.md"))
            .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"\b[A-Z][a-z]+-(?:Consul[A-Z][A-Za-z]+|StalePet|PetSetManifest)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}
