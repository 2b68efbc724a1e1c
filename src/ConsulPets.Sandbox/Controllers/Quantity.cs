using System.Globalization;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Amounts as Kubernetes writes them: <c>10Gi</c>, <c>500M</c>, <c>1e9</c>.</summary>
internal static class Quantity
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m), ("Mi", 1024m * 1024), ("Gi", 1024m * 1024 * 1024), ("Ti", 1024m * 1024 * 1024 * 1024), ("Pi", 1024m * 1024 * 1024 * 1024 * 1024),
        ("m", 0.001m), ("k", 1000m), ("M", 1_000_000m), ("G", 1_000_000_000m), ("T", 1_000_000_000_000m), ("P", 1_000_000_000_000_000m),
    ];

    /// <summary>Reads an amount.</summary>
    /// <param name="text">The text; null for none.</param>
    /// <returns>The amount in its unit (bytes); null when it cannot be read.</returns>
    public static decimal? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        (string suffix, decimal factor) = Suffixes.FirstOrDefault(item => text.EndsWith(item.Suffix, StringComparison.Ordinal), (Suffix: string.Empty, Factor: 1m));
        return decimal.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number * factor : null;
    }
}
