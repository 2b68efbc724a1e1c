namespace ConsulPets.HelpBuilder.Pages;

/// <summary>One example.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Line">The line of the heading.</param>
/// <param name="Code">The first PowerShell block; empty without one.</param>
/// <param name="Remarks">Everything else, in the page's order: sample output too.</param>
internal sealed record HelpExample(string Title, int Line, string Code, IReadOnlyList<string> Remarks);
