namespace ConsulPets.HelpBuilder.Cmdlets;

/// <summary>The parameter sets of a cmdlet: one line of syntax each.</summary>
internal static class ParameterSets
{
    /// <summary>The names of the sets: the default one first, the others by name.</summary>
    public static IReadOnlyList<string> Names(CmdletDeclaration cmdlet)
    {
        string[] named =
        [
            .. cmdlet.Parameters
                .SelectMany(parameter => parameter.Usages)
                .Select(usage => usage.SetName)
                .Append(cmdlet.DefaultParameterSet ?? ParameterUsage.AllSets)
                .Where(name => name != ParameterUsage.AllSets)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .OrderByDescending(name => IsSame(name, cmdlet.DefaultParameterSet))
                .ThenBy(name => name, StringComparer.Ordinal),
        ];
        return named.Length > 0 ? named : [ParameterUsage.AllSets];
    }

    /// <summary>
    /// The shown parameters of a set as its syntax has them: by position, then by name, then WhatIf and Confirm, which
    /// PowerShell too puts last.
    /// </summary>
    public static IEnumerable<(ParameterDeclaration Parameter, ParameterUsage Usage)> Members(CmdletDeclaration cmdlet, string set) =>
        cmdlet.ShownParameters
            .Select(parameter => (Parameter: parameter, Usage: UsageIn(parameter, set)))
            .Where(member => member.Usage is not null)
            .Select(member => (member.Parameter, member.Usage!))
            .OrderBy(member => member.Item2.Position ?? int.MaxValue)
            .ThenBy(member => member.Parameter.StandardText is not null)
            .ThenBy(member => member.Parameter.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The usage that stands for the parameter as a whole: the one in the default set where there is one. What the
    /// pipeline gives in any set is told.
    /// </summary>
    public static ParameterUsage Summary(CmdletDeclaration cmdlet, ParameterDeclaration parameter)
    {
        ParameterUsage main = UsageIn(parameter, cmdlet.DefaultParameterSet ?? ParameterUsage.AllSets) ?? parameter.Usages[0];
        return main with
        {
            FromPipeline = parameter.Usages.Any(usage => usage.FromPipeline),
            FromPipelineByPropertyName = parameter.Usages.Any(usage => usage.FromPipelineByPropertyName),
            FromRemainingArguments = parameter.Usages.Any(usage => usage.FromRemainingArguments),
        };
    }

    private static ParameterUsage? UsageIn(ParameterDeclaration parameter, string set) =>
        parameter.Usages.FirstOrDefault(usage => IsSame(usage.SetName, set))
            ?? parameter.Usages.FirstOrDefault(usage => usage.SetName == ParameterUsage.AllSets);

    private static bool IsSame(string name, string? other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
