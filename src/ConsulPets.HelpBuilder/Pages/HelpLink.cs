namespace ConsulPets.HelpBuilder.Pages;

/// <summary>A related link.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="Address">The web address; empty for another page, whose text is the name that Get-Help takes.</param>
internal sealed record HelpLink(string Text, string Address);
