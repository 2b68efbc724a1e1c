using System.Text.RegularExpressions;

namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// A probe's command that asks a URL and searches the answer, which is what the probes of Consul's manifests do:
/// <c>wget -q -O - http://127.0.0.1:8500/v1/status/leader | grep -E '".+"'</c>. Where the machine has no shell, no wget and no curl, it is done without them.
/// </summary>
/// <param name="Address">The URL.</param>
/// <param name="Wanted">What the answer's text has to have in it; null when any answer will do.</param>
internal sealed partial record ProbeCommand(Uri Address, Regex? Wanted)
{
    /// <summary>Reads a command.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <returns>What it asks; null when it is not of that form.</returns>
    public static ProbeCommand? Parse(IReadOnlyList<string> command)
    {
        string text = string.Join(' ', command);
        Match url = UrlPattern().Match(text);
        if (!url.Success || !(text.Contains("curl", StringComparison.Ordinal) || text.Contains("wget", StringComparison.Ordinal)) || !Uri.TryCreate(url.Value, UriKind.Absolute, out Uri? address))
        {
            return null;
        }

        if (GrepPattern().Match(text) is not { Success: true } grep)
        {
            return text.Contains('|', StringComparison.Ordinal) && !text.Contains("||", StringComparison.Ordinal) ? null : new ProbeCommand(address, null);
        }

        string expression = grep.Groups["single"].Success ? grep.Groups["single"].Value : grep.Groups["double"].Success ? Unescape(grep.Groups["double"].Value) : grep.Groups["bare"].Value;
        try
        {
            return new ProbeCommand(address, new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.Multiline, TimeSpan.FromSeconds(1)));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Judges the answer.</summary>
    /// <param name="isSuccess">Whether its status was a success.</param>
    /// <param name="body">Its text.</param>
    /// <returns>Whether the command would have ended with 0.</returns>
    public bool Accepts(bool isSuccess, string body) => isSuccess && (Wanted?.IsMatch(body) ?? true);

    private static string Unescape(string text) => EscapePattern().Replace(text, "$1");

    [GeneratedRegex(@"https?://[^\s'""|;&<>)]+", RegexOptions.CultureInvariant)]
    private static partial Regex UrlPattern();

    [GeneratedRegex(@"\|\s*e?grep\s+(?:-[a-zA-Z]+\s+)*(?:'(?<single>[^']*)'|""(?<double>(?:[^""\\]|\\.)*)""|(?<bare>[^\s'""|;&]+))", RegexOptions.CultureInvariant)]
    private static partial Regex GrepPattern();

    [GeneratedRegex(@"\\([""\\$`])", RegexOptions.CultureInvariant)]
    private static partial Regex EscapePattern();
}
