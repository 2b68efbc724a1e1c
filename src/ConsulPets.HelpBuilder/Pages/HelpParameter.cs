namespace ConsulPets.HelpBuilder.Pages;

/// <summary>What a page says of a parameter.</summary>
/// <param name="Name">The name, without the dash.</param>
/// <param name="Line">The line of its heading.</param>
/// <param name="Paragraphs">The text.</param>
/// <param name="Default">The default value, when the text's last line states one.</param>
internal sealed record HelpParameter(string Name, int Line, IReadOnlyList<string> Paragraphs, string? Default);
