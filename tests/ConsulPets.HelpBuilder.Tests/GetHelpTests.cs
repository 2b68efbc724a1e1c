using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ConsulPets.HelpBuilder.Tests;

/// <summary>The real engine reads the file that the builder wrote.</summary>
public class GetHelpTests
{
    [Fact]
    public void Get_Help_shows_what_the_page_and_the_assembly_say()
    {
        using var workspace = new HelpWorkspace();
        Assert.Equal(HelpBuild.Done, workspace.Build());
        string manifest = WriteModule(workspace);
        using PowerShell shell = PowerShell.Create(InitialSessionState.CreateDefault2());
        Run(shell, shell => shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("ErrorAction", "Stop"));

        PSObject help = Assert.Single(Run(
            shell, shell => shell.AddCommand("Get-Help").AddParameter("Name", "Get-Something").AddParameter("Full")));

        Assert.Equal("Gets something of Consul & friends.", Text(help, "Synopsis"));
        Assert.Contains("MamlCommandHelpInfo#FullView", help.TypeNames);
        PSObject[] examples = Many(help, "examples", "example");
        Assert.Equal(2, examples.Length);
        Assert.Equal("Get-Something |\n    Where-Object Name -like '<a>*'", Text(examples[0], "code"));
        PSObject[] parameters = Many(help, "parameters", "parameter");
        Assert.Equal(["Context", "Mode", "Name", "Status"], parameters.Select(parameter => Text(parameter, "name")));
        Assert.Equal("true (ByValue, ByPropertyName)", Text(parameters[2], "pipelineInput"));
        Assert.Equal("Alive", Text(parameters[3], "defaultValue"));
        Assert.Equal(2, Many(help, "relatedLinks", "navigationLink").Length);
        Assert.Equal("ConsulPets.FakeModule.Something", Text(Many(help, "returnValues", "returnValue")[0], "type", "name"));
    }

    [Fact]
    public void Get_Help_finds_one_parameter()
    {
        using var workspace = new HelpWorkspace();
        Assert.Equal(HelpBuild.Done, workspace.Build());
        string manifest = WriteModule(workspace);
        using PowerShell shell = PowerShell.Create(InitialSessionState.CreateDefault2());
        Run(shell, shell => shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("ErrorAction", "Stop"));

        PSObject parameter = Assert.Single(Run(
            shell, shell => shell.AddCommand("Get-Help").AddParameter("Name", "Remove-Something").AddParameter("Parameter", "WhatIf")));

        Assert.Equal("WhatIf", Text(parameter, "name"));
        Assert.Equal("SwitchParameter", Text(parameter, "parameterValue"));
    }

    // As the module is laid out: the manifest at the root, the assembly deeper, and the help beside the manifest.
    private static string WriteModule(HelpWorkspace workspace)
    {
        string folder = Path.Combine(workspace.Root, "module", "bin");
        Directory.CreateDirectory(folder);
        File.Copy(HelpWorkspace.Assembly, Path.Combine(folder, Path.GetFileName(HelpWorkspace.Assembly)));
        string manifest = Path.Combine(workspace.Root, "FakeModule.psd1");
        File.WriteAllText(
            manifest,
            "@{ ModuleVersion = '1.0.0'; RootModule = 'module/bin/ConsulPets.FakeModule.dll'; CmdletsToExport = '*' }\n");
        return manifest;
    }

    private static PSObject[] Run(PowerShell shell, Action<PowerShell> command)
    {
        shell.Commands.Clear();
        command(shell);
        PSObject[] result = [.. shell.Invoke()];
        Assert.Empty(shell.Streams.Error);
        return result;
    }

    private static string Text(PSObject item, params string[] path) => Value(item, path).ToString()!;

    private static PSObject[] Many(PSObject item, params string[] path)
    {
        PSObject value = PSObject.AsPSObject(Value(item, path));
        return value.BaseObject is IEnumerable many and not string ? [.. many.Cast<object>().Select(PSObject.AsPSObject)] : [value];
    }

    private static object Value(PSObject item, string[] path) =>
        path.Aggregate((object)item, (value, name) => PSObject.AsPSObject(value).Properties[name].Value);
}
