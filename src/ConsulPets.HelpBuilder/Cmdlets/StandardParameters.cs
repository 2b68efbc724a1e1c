namespace ConsulPets.HelpBuilder.Cmdlets;

/// <summary>The parameters that PowerShell adds to a cmdlet that supports ShouldProcess.</summary>
internal static class StandardParameters
{
    /// <summary>-WhatIf and -Confirm.</summary>
    public static IReadOnlyList<ParameterDeclaration> ShouldProcess { get; } =
    [
        Switch("Confirm", "cf", "Prompts you for confirmation before running the cmdlet."),
        Switch("WhatIf", "wi", "Shows what would happen if the cmdlet runs. The cmdlet is not run."),
    ];

    private static ParameterDeclaration Switch(string name, string alias, string text) => new()
    {
        Name = name,
        TypeName = "SwitchParameter",
        IsSwitch = true,
        Aliases = [alias],
        StandardText = text,
        Usages = [new ParameterUsage()],
    };
}
