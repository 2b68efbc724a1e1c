namespace ConsulPets.HelpBuilder.Cmdlets;

/// <summary>What a cmdlet class says of one parameter.</summary>
internal sealed record ParameterDeclaration
{
    /// <summary>The full name of PowerShell's type for a parameter that is there or not.</summary>
    public const string SwitchType = "System.Management.Automation.SwitchParameter";

    /// <summary>The name, without the dash.</summary>
    public required string Name { get; init; }

    /// <summary>The type's short name.</summary>
    public required string TypeName { get; init; }

    /// <summary>Whether the parameter takes no value.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Whether the parameter takes several values.</summary>
    public bool IsArray { get; init; }

    /// <summary>The only values that it takes; empty when it takes any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether wildcards are understood.</summary>
    public bool SupportsWildcards { get; init; }

    /// <summary>Whether help says nothing of it.</summary>
    public bool IsHidden { get; init; }

    /// <summary>The text that help has when the page describes the parameter not: only PowerShell's own parameters have one.</summary>
    public string? StandardText { get; init; }

    /// <summary>One for each [Parameter].</summary>
    public required IReadOnlyList<ParameterUsage> Usages { get; init; }
}
