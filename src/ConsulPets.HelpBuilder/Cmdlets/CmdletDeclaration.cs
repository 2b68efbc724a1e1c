namespace ConsulPets.HelpBuilder.Cmdlets;

/// <summary>What a cmdlet class says of its cmdlet.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Noun">The noun.</param>
/// <param name="DefaultParameterSet">The default parameter set, when the class names one.</param>
/// <param name="Parameters">Every parameter, hidden ones and the standard ones (WhatIf, Confirm) included, by name.</param>
/// <param name="OutputTypes">Full names, as [OutputType] gives them.</param>
internal sealed record CmdletDeclaration(
    string Verb,
    string Noun,
    string? DefaultParameterSet,
    IReadOnlyList<ParameterDeclaration> Parameters,
    IReadOnlyList<string> OutputTypes)
{
    /// <summary>Verb-Noun.</summary>
    public string Name => $"{Verb}-{Noun}";

    /// <summary>The parameters that help shows.</summary>
    public IEnumerable<ParameterDeclaration> ShownParameters => Parameters.Where(parameter => !parameter.IsHidden);
}
