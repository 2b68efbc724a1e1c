using System.Management.Automation.Language;
using System.Reflection;
using System.Xml.Linq;

namespace ConsulPets.Tests.Contract;

/// <summary>The files that ship beside the manifest name only what exists.</summary>
public sealed class ViewContractTests
{
    [Theory]
    [InlineData("ConsulPets.Format.ps1xml", "TypeName", "PropertyName")]
    [InlineData("ConsulPets.Types.ps1xml", "Name", "ReferencedMemberName")]
    public void Every_type_and_property_of_a_view_exists(string file, string typeElement, string propertyElement)
    {
        Assembly model = Model();
        var document = XDocument.Load(Repository.PathOf("module", file));
        IEnumerable<XElement> entries = document.Descendants().Where(static element => element.Name.LocalName is "View" or "Type");
        Assert.NotEmpty(entries);
        Assert.All(entries, entry =>
        {
            string typeName = entry.Descendants(typeElement).First().Value;
            Type? type = model.GetType(typeName);
            Assert.True(type is not null, $"{file} names {typeName}, which does not exist");
            Assert.All(entry.Descendants(propertyElement), property => Assert.True(type.GetProperty(property.Value) is not null, $"{typeName} has no {property.Value}"));
        });
    }

    [Fact]
    public void Every_object_that_a_cmdlet_writes_has_a_table_view()
    {
        string views = File.ReadAllText(Repository.PathOf("module", "ConsulPets.Format.ps1xml"));
        Assert.All(
            ExportedCommands.Cmdlets.SelectMany(static cmdlet => cmdlet.OutputType).Select(static output => output.Type).Where(static type => type != typeof(void) && type != typeof(bool)).Distinct(),
            type => Assert.Contains($"<TypeName>{type!.FullName}</TypeName>", views, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_script_block_of_a_view_parses()
    {
        var document = XDocument.Load(Repository.PathOf("module", "ConsulPets.Format.ps1xml"));
        Assert.All(document.Descendants("ScriptBlock"), static block =>
        {
            Parser.ParseInput(block.Value, out _, out ParseError[] errors);
            Assert.Empty(errors);
        });
    }

    [Fact]
    public void Every_script_of_the_repository_parses()
    {
        string[] scripts = [.. new[] { "*.ps1", "*.psd1" }.SelectMany(static pattern => Directory.EnumerateFiles(Repository.Root, pattern, SearchOption.AllDirectories))
            .Where(static path => !path.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))];
        Assert.NotEmpty(scripts);
        Assert.All(scripts, static script =>
        {
            Parser.ParseFile(script, out _, out ParseError[] errors);
            Assert.Empty(errors);
        });
    }

    private static Assembly Model() => ExportedCommands.Cmdlets.SelectMany(static cmdlet => cmdlet.OutputType).First(static output => output.Type?.Namespace == nameof(ConsulPets)).Type!.Assembly;
}
