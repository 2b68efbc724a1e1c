using System.Text.RegularExpressions;

namespace ConsulPets.Sandbox.ConsulBinaries;

/// <summary>Versions of Consul as text.</summary>
internal static partial class ConsulVersion
{
    /// <summary>
    /// The version in what <c>consul version</c> prints. The official program says <c>Consul v1.21.4</c>, Debian's <c>Consul v1.8.7+dfsg1</c> or <c>Consul 1.8.7-1</c>: what a
    /// distribution or an edition adds is left out, what makes it another release (<c>-rc1</c>) is not.
    /// </summary>
    /// <param name="output">The output.</param>
    /// <returns>The version, or null when the output is not Consul's.</returns>
    public static string? OfOutput(string output) => Printed().Match(output) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>A version as somebody asks for it. It becomes part of paths and addresses, so nothing else is let through.</summary>
    /// <param name="text"><c>1.21.4</c>, <c>v1.21.4</c> or <c>1.22.0-rc1</c>; an image's tag.</param>
    /// <returns>The version without the v, or null when the text names no one version.</returns>
    public static string? OfRequest(string? text) => Asked().Match(text ?? string.Empty) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Orders versions by their numbers; a candidate comes before its release.</summary>
    public static Comparer<string> Order { get; } = Comparer<string>.Create(Compare);

    private static int Compare(string one, string other)
    {
        (Version number, string candidate) = Split(one);
        (Version otherNumber, string otherCandidate) = Split(other);
        int order = number.CompareTo(otherNumber);
        if (order != 0)
        {
            return order;
        }

        return (candidate.Length == 0, otherCandidate.Length == 0) switch
        {
            (true, false) => 1,
            (false, true) => -1,
            _ => string.CompareOrdinal(candidate, otherCandidate),
        };
    }

    private static (Version Number, string Candidate) Split(string version)
    {
        int dash = version.IndexOf('-', StringComparison.Ordinal);
        return Version.TryParse(dash < 0 ? version : version[..dash], out Version? number)
            ? (number, dash < 0 ? string.Empty : version[dash..])
            : (new Version(0, 0), version);
    }

    [GeneratedRegex(@"\AConsul v?([0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}(?:-(?:alpha|beta|rc)\.?[0-9]*)?)", RegexOptions.CultureInvariant)]
    private static partial Regex Printed();

    [GeneratedRegex(@"\Av?([0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}(?:-(?:alpha|beta|rc)\.?[0-9]*)?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Asked();
}
