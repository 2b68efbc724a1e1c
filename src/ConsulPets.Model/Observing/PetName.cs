using System.Buffers;
using System.Globalization;

namespace ConsulPets.Observing;

/// <summary>The names that Kubernetes' controllers give to pods and claims.</summary>
public static class PetName
{
    private static readonly SearchValues<char> SafeAlphabet = SearchValues.Create("bcdfghjklmnpqrstvwxz2456789");

    /// <summary>The ordinal of a StatefulSet's pod.</summary>
    /// <param name="pod">The pod's (or member's) name, for example <c>consul-2</c>.</param>
    /// <param name="set">The set's name, for example <c>consul</c>.</param>
    /// <returns>The ordinal; null when the name is not one that this set gives.</returns>
    public static int? Ordinal(string pod, string set)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(set);
        return pod.Length > set.Length + 1 && pod.StartsWith(set, StringComparison.Ordinal) && pod[set.Length] == '-'
            ? Number(pod.AsSpan(set.Length + 1))
            : null;
    }

    /// <summary>The ordinal of a claim made from a claim template: <c>data-consul-2</c>.</summary>
    /// <param name="claim">The claim's name.</param>
    /// <param name="template">The template's name.</param>
    /// <param name="set">The set's name.</param>
    /// <returns>The ordinal; null when the claim is not from this template and set.</returns>
    public static int? ClaimOrdinal(string claim, string template, string set)
    {
        ArgumentNullException.ThrowIfNull(template);
        return Ordinal(claim, $"{template}-{set}");
    }

    /// <summary>
    /// Whether a DaemonSet gives such names: the set's name, a hyphen and five characters of Kubernetes' safe alphabet, which has no
    /// vowels and none of 0, 1, 3 (k8s.io/apimachinery, pkg/util/rand).
    /// </summary>
    /// <param name="name">The pod's (or member's) name.</param>
    /// <param name="set">The set's name.</param>
    /// <returns>True for <c>cattle-wkhkr</c> in the set <c>cattle</c>.</returns>
    public static bool IsFromDaemonSet(string name, string set)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(set);
        return name.Length == set.Length + 6
            && name.StartsWith(set, StringComparison.Ordinal)
            && name[set.Length] == '-'
            && name.AsSpan(set.Length + 1).IndexOfAnyExcept(SafeAlphabet) < 0;
    }

    // "01" is no ordinal: Kubernetes writes them without leading zeros.
    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && (text.Length == 1 || text[0] != '0')
            ? number
            : null;
}
