namespace ConsulPets.Observing;

/// <summary>Orders names as a reader expects: <c>consul-2</c> before <c>consul-10</c>.</summary>
public sealed class PetNameOrder : IComparer<string>
{
    /// <summary>The only instance: it has no state.</summary>
    public static readonly PetNameOrder Instance = new();

    private PetNameOrder()
    {
    }

    /// <summary>Compares two names.</summary>
    /// <param name="x">The one.</param>
    /// <param name="y">The other.</param>
    /// <returns>Less than 0, 0 or more than 0, as a comparer does.</returns>
    public int Compare(string? x, string? y)
    {
        (string xStem, long xNumber) = Split(x ?? string.Empty);
        (string yStem, long yNumber) = Split(y ?? string.Empty);
        int stems = string.CompareOrdinal(xStem, yStem);
        return stems != 0 ? stems : xNumber.CompareTo(yNumber) is var numbers and not 0 ? numbers : string.CompareOrdinal(x, y);
    }

    private static (string Stem, long Number) Split(string name)
    {
        int start = name.Length;
        while (start > 0 && char.IsAsciiDigit(name[start - 1]) && name.Length - start < 18)
        {
            start--;
        }

        return start == name.Length
            ? (name, -1)
            : (name[..start], long.Parse(name.AsSpan(start), System.Globalization.CultureInfo.InvariantCulture));
    }
}
