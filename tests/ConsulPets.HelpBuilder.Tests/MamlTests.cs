using System.Xml.Linq;

namespace ConsulPets.HelpBuilder.Tests;

public class MamlTests
{
    [Fact]
    public void Elements_are_in_the_namespaces_that_MAML_tools_expect()
    {
        // Get-Help looks at local names only, so no test with the engine would notice.
        using var workspace = new HelpWorkspace();
        XElement command = workspace.BuildCommand("Get-Something");

        Assert.Equal("{http://msh}helpItems", command.Parent!.Name.ToString());
        Assert.Equal("maml", command.Parent.AttributeText("schema"));
        Assert.Equal("{http://schemas.microsoft.com/maml/dev/command/2004/10}command", command.Name.ToString());
        Assert.Equal("{http://schemas.microsoft.com/maml/2004/10}description", command.Find("description").Name.ToString());
        Assert.Equal(
            "{http://schemas.microsoft.com/maml/dev/2004/10}code",
            command.Find("examples").Find("example").Find("code").Name.ToString());
    }

    [Fact]
    public void Text_is_plain_and_keeps_its_lines_and_special_characters()
    {
        using var workspace = new HelpWorkspace();
        XElement command = workspace.BuildCommand("Get-Something");

        Assert.Equal(["Gets something of Consul & friends."], command.Find("details").Find("description").Paragraphs());
        Assert.Equal(
            ["A first line and a second, with 1 < 2.", "- one\n- two with code\n  1. nested"],
            command.Find("description").Paragraphs());
        Assert.Equal(["A note."], command.Find("alertSet").Find("alert").Paragraphs());
        Assert.Contains("Consul &amp; friends", File.ReadAllText(workspace.Output), StringComparison.Ordinal);
        Assert.Contains("1 &lt; 2", File.ReadAllText(workspace.Output), StringComparison.Ordinal);
    }

    [Fact]
    public void Syntax_has_parameters_by_position_and_then_by_name_without_hidden_ones()
    {
        using var workspace = new HelpWorkspace();
        XElement syntax = workspace.BuildCommand("Get-Something").Find("syntax");

        XElement item = Assert.Single(syntax.All("syntaxItem"));
        Assert.Equal(["Name", "Status", "Context", "Mode"], Names(item));
        Assert.Equal(["0", "1", "named", "named"], item.All("parameter").Select(parameter => parameter.AttributeText("position")));
    }

    [Fact]
    public void Each_parameter_set_is_a_line_of_syntax_and_the_default_one_is_first()
    {
        using var workspace = new HelpWorkspace();
        XElement[] items = [.. workspace.BuildCommand("Remove-Something").Find("syntax").All("syntaxItem")];

        Assert.Equal(2, items.Length);
        Assert.Equal(["Name", "Context", "Force", "Confirm", "WhatIf"], Names(items[0]));
        Assert.Equal(["Context", "Force", "InputObject", "Confirm", "WhatIf"], Names(items[1]));
        Assert.Equal("true", Parameter(items[0], "Name").AttributeText("required"));
        Assert.Equal("true (ByValue)", Parameter(items[1], "InputObject").AttributeText("pipelineInput"));
        Assert.Empty(Parameter(items[0], "Force").All("parameterValue"));
    }

    [Fact]
    public void A_parameter_has_all_that_the_assembly_says_of_it()
    {
        using var workspace = new HelpWorkspace();
        XElement name = Parameter(workspace.BuildCommand("Get-Something").Find("parameters"), "Name");

        Assert.Equal("false", name.AttributeText("required"));
        Assert.Equal("true", name.AttributeText("globbing"));
        Assert.Equal("true", name.AttributeText("variableLength"));
        Assert.Equal("Pod, PodName", name.AttributeText("aliases"));
        Assert.Equal("true (ByValue, ByPropertyName)", name.AttributeText("pipelineInput"));
        Assert.Equal("String[]", name.Find("type").Find("name").Value);
        Assert.Equal("None", name.Find("defaultValue").Value);
        Assert.Equal(["The names.", "More of the names."], name.Find("description").Paragraphs());
    }

    [Theory]
    [InlineData("Status", "Stale|Alive", "Alive", "The status.")]
    [InlineData("Mode", "Fast|Slow", "Fast", "How to look.")]
    public void A_parameter_has_its_values_and_its_default(string name, string values, string defaultValue, string text)
    {
        using var workspace = new HelpWorkspace();
        XElement parameter = Parameter(workspace.BuildCommand("Get-Something").Find("parameters"), name);

        Assert.Equal(values.Split('|'), parameter.Find("parameterValueGroup").All("parameterValue").Select(value => value.Value));
        Assert.Equal(defaultValue, parameter.Find("defaultValue").Value);
        Assert.Equal([text], parameter.Find("description").Paragraphs());
    }

    [Fact]
    public void WhatIf_and_Confirm_have_standard_texts_unless_the_page_has_others()
    {
        using var workspace = new HelpWorkspace();
        XElement standard = Parameter(workspace.BuildCommand("Remove-Something").Find("parameters"), "WhatIf");
        workspace.Write(
            "Remove-Something",
            GoodPages.RemoveSomething.Replace("## Examples", "### -WhatIf\n\nTells only.\n\n## Examples", StringComparison.Ordinal));
        XElement own = Parameter(workspace.BuildCommand("Remove-Something").Find("parameters"), "WhatIf");

        Assert.Equal(
            ["Shows what would happen if the cmdlet runs. The cmdlet is not run."], standard.Find("description").Paragraphs());
        Assert.Equal("wi", standard.AttributeText("aliases"));
        Assert.Equal("False", standard.Find("defaultValue").Value);
        Assert.Equal(["Tells only."], own.Find("description").Paragraphs());
    }

    [Fact]
    public void An_example_has_its_code_and_then_all_else_in_order()
    {
        using var workspace = new HelpWorkspace();
        XElement[] examples = [.. workspace.BuildCommand("Get-Something").Find("examples").All("example")];

        Assert.Equal("---------- Example 1: all ----------", examples[0].Find("title").Value);
        Assert.Equal("Get-Something |\n    Where-Object Name -like '<a>*'", examples[0].Find("code").Value);
        Assert.Equal(["Name  Status\n----  ------\na     Alive", "Gets all.", ""], examples[0].Find("remarks").Paragraphs());
        Assert.Equal(["Before the code.", ""], examples[1].Find("remarks").Paragraphs());
    }

    [Fact]
    public void Types_and_links_are_there()
    {
        using var workspace = new HelpWorkspace();
        XElement command = workspace.BuildCommand("Get-Something");

        Assert.Equal("System.String", command.Find("inputTypes").Find("inputType").Find("type").Find("name").Value);
        Assert.Equal(
            "ConsulPets.FakeModule.Something",
            command.Find("returnValues").Find("returnValue").Find("type").Find("name").Value);
        Assert.Equal(
            ["Remove-Something|", "Consul: members|https://example.org/members?a=1&b=2"],
            command.Find("relatedLinks").All("navigationLink")
                .Select(link => $"{link.Find("linkText").Value}|{link.Find("uri").Value}"));
    }

    private static IEnumerable<string> Names(XElement item) => item.All("parameter").Select(parameter => parameter.Find("name").Value);

    private static XElement Parameter(XElement parent, string name) =>
        parent.All("parameter").Single(parameter => parameter.Find("name").Value == name);
}
