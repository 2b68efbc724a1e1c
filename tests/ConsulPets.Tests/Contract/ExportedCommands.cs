using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ConsulPets.Tests.Contract;

/// <summary>What the built module exports, as the engine sees it.</summary>
public static class ExportedCommands
{
    private static readonly Lazy<IReadOnlyList<CmdletInfo>> All = new(static () =>
    {
        using var shell = new Shell();
        return [.. shell.Ok("Get-Command -Module ConsulPets").Output.Select(static command => (CmdletInfo)command.BaseObject)];
    });

    public static IReadOnlyList<CmdletInfo> Cmdlets => All.Value;

    public static TheoryData<string> Names => [.. Cmdlets.Select(static cmdlet => cmdlet.Name)];

    public static CmdletInfo Find(string name) => Cmdlets.Single(cmdlet => cmdlet.Name == name);

    public static CmdletAttribute Attribute(string name) => (CmdletAttribute)System.Attribute.GetCustomAttribute(Find(name).ImplementingType, typeof(CmdletAttribute))!;

    /// <summary>The parameters that are the cmdlet's own.</summary>
    public static IEnumerable<ParameterMetadata> Parameters(string name) => Find(name).Parameters.Values.Where(static parameter =>
        !Cmdlet.CommonParameters.Contains(parameter.Name) && !Cmdlet.OptionalCommonParameters.Contains(parameter.Name));
}
