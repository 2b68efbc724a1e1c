using System.Management.Automation;

namespace ConsulPets.Hosting;

/// <summary>Names that a user gave, some with wildcards.</summary>
/// <param name="names">The names; null or empty for all.</param>
internal sealed class WildcardNames(string[]? names)
{
    private readonly WildcardPattern[] patterns = [.. (names ?? []).Select(static name => new WildcardPattern(name, WildcardOptions.IgnoreCase))];

    /// <summary>Whether a name is among them.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True when it is, or when none was given.</returns>
    public bool Match(string name) => patterns.Length == 0 || patterns.Any(pattern => pattern.IsMatch(name));

    /// <summary>The exact names that nothing was found for: a mistyped name deserves an error, a pattern that fits nothing does not.</summary>
    /// <param name="found">What was found.</param>
    /// <returns>The names.</returns>
    public IEnumerable<string> Missing(IReadOnlyCollection<string> found) => (names ?? [])
        .Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !found.Contains(name, StringComparer.OrdinalIgnoreCase));
}
