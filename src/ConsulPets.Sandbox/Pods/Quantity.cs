using System.Globalization;

namespace ConsulPets.Sandbox.Pods;

/// <summary>Kubernetes' quantities: <c>100m</c>, <c>128Mi</c>, <c>1.5</c>, <c>2e3</c>.</summary>
internal static class Quantity
{
    private static readonly Dictionary<string, decimal> Units = new(StringComparer.Ordinal)
    {
        ["n"] = 1e-9m,
        ["u"] = 1e-6m,
        ["m"] = 1e-3m,
        [""] = 1,
        ["k"] = 1e3m,
        ["M"] = 1e6m,
        ["G"] = 1e9m,
        ["T"] = 1e12m,
        ["P"] = 1e15m,
        ["E"] = 1e18m,
        ["Ki"] = 1L << 10,
        ["Mi"] = 1L << 20,
        ["Gi"] = 1L << 30,
        ["Ti"] = 1L << 40,
        ["Pi"] = 1L << 50,
        ["Ei"] = 1L << 60,
    };

    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The number; null when the text is no quantity.</returns>
    public static decimal? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        string number = text.TrimEnd([.. "numkMGTPEi"]);
        return Units.TryGetValue(text[number.Length..], out decimal unit)
            && decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            ? value * unit
            : null;
    }
}
