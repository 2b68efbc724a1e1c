namespace ConsulPets.HelpBuilder.Pages;

/// <summary>A type that goes in or comes out.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Paragraphs">The text.</param>
internal sealed record HelpType(string Name, IReadOnlyList<string> Paragraphs);
