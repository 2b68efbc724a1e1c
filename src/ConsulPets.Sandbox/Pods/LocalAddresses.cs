using System.Text.RegularExpressions;

namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// In a container <c>127.0.0.1</c>, <c>localhost</c> and <c>0.0.0.0</c> are the pod itself; to a process without a network namespace they are the whole machine.
/// Where a command of a probe or of <c>exec</c> names them, the pod's own address is put instead.
/// </summary>
internal static partial class LocalAddresses
{
    /// <summary>Replaces them in a command's word.</summary>
    /// <param name="text">The word.</param>
    /// <param name="hidden">The address that the pod's processes listen on.</param>
    /// <returns>The word.</returns>
    public static string Replace(string text, string hidden) => Pattern().Replace(text, hidden);

    /// <summary>Replaces them in the <c>addresses</c> of a Consul configuration file, which no flag overrides.</summary>
    /// <param name="text">The file, JSON or HCL.</param>
    /// <param name="hidden">The address that the pod's processes listen on.</param>
    /// <returns>The file.</returns>
    public static string InConfiguration(string text, string hidden) => AddressesPattern().Replace(text, block => Pattern().Replace(block.Value, hidden));

    [GeneratedRegex(@"(?<![\w.\-])(?:127\.0\.0\.1|0\.0\.0\.0|localhost)(?![\w\-]|\.\w)", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"(?<![\w])""?addresses""?\s*[:=]?\s*\{[^{}]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex AddressesPattern();
}
