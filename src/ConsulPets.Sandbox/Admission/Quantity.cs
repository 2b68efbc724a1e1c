using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ConsulPets.Sandbox.Admission;

/// <summary>
/// An amount of a resource: <c>100m</c>, <c>1.5Gi</c>, <c>1e3</c>. Kept in billionths, rounded up, as the real one keeps it, and written in its canonical form, in which
/// 1024Mi is 1Gi and 0.5 is 500m (k8s.io/apimachinery, pkg/api/resource/quantity.go).
/// </summary>
internal readonly partial record struct Quantity
{
    private const string DecimalSuffixes = "num kMGTPE";
    private const string BinarySuffixes = "KMGTPE";

    private static readonly BigInteger One = 1_000_000_000;

    private readonly Notation notation;

    private Quantity(BigInteger billionths, Notation notation)
    {
        Billionths = billionths;
        this.notation = notation;
    }

    private enum Notation
    {
        Decimal,
        Binary,
        Exponent,
    }

    /// <summary>The amount in billionths.</summary>
    public BigInteger Billionths { get; }

    /// <summary>Whether it is a whole number.</summary>
    public bool IsWhole => Billionths % One == 0;

    /// <summary>Reads a manifest's value: a text or a number.</summary>
    /// <param name="json">The value.</param>
    /// <returns>The amount; null when it is none.</returns>
    public static Quantity? Read(JsonNode? json) => json is not JsonValue value ? null
        : value.TryGetValue(out string? text) ? Parse(text)
        : value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? Parse(value.ToJsonString()) : null;

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The amount; null when it is none.</returns>
    public static Quantity? Parse(string text)
    {
        Match match = Form().Match(text);
        if (!match.Success || !match.Groups["number"].Value.Any(char.IsAsciiDigit))
        {
            return null;
        }

        string number = match.Groups["number"].Value;
        string suffix = match.Groups["suffix"].Value;
        int point = number.IndexOf('.', StringComparison.Ordinal);
        int decimals = point < 0 ? 0 : number.Length - point - 1;
        BigInteger digits = BigInteger.Parse(number.Replace(".", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture);
        if (match.Groups["sign"].Value == "-")
        {
            digits = -digits;
        }

        (Notation notation, BigInteger factor, int tens) = Scale(suffix);
        int power = tens + 9 - decimals;
        BigInteger scaled = digits * factor;
        return new Quantity(power >= 0 ? scaled * BigInteger.Pow(10, power) : RoundUp(scaled, BigInteger.Pow(10, -power)), notation);
    }

    /// <summary>The amount in whole thousandths, rounded up, as lists of resources hold it.</summary>
    /// <returns>The rounded amount.</returns>
    public Quantity ToThousandths() => new(RoundUp(Billionths, 1_000_000) * 1_000_000, notation);

    /// <summary>The canonical text.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        if (Billionths.IsZero)
        {
            return "0";
        }

        if (notation == Notation.Binary && IsWhole && BigInteger.Abs(Billionths) >= 1024 * One)
        {
            BigInteger whole = Billionths / One;
            int power = 0;
            while (power < BinarySuffixes.Length && whole % 1024 == 0)
            {
                whole /= 1024;
                power++;
            }

            return whole.ToString(CultureInfo.InvariantCulture) + (power == 0 ? string.Empty : $"{BinarySuffixes[power - 1]}i");
        }

        BigInteger number = Billionths;
        int exponent = -9;
        while (exponent < 18 && number % 1000 == 0)
        {
            number /= 1000;
            exponent += 3;
        }

        string suffix = exponent == 0 ? string.Empty
            : notation == Notation.Exponent ? string.Create(CultureInfo.InvariantCulture, $"e{exponent}")
            : DecimalSuffixes[(exponent / 3) + 3].ToString();
        return number.ToString(CultureInfo.InvariantCulture) + suffix;
    }

    private static (Notation Notation, BigInteger Factor, int Tens) Scale(string suffix)
    {
        if (suffix.Length == 0)
        {
            return (Notation.Decimal, 1, 0);
        }

        if (suffix.EndsWith('i'))
        {
            return (Notation.Binary, BigInteger.Pow(1024, BinarySuffixes.IndexOf(suffix[0], StringComparison.Ordinal) + 1), 0);
        }

        return suffix.Length > 1
            ? (Notation.Exponent, 1, int.Parse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
            : (Notation.Decimal, 1, (DecimalSuffixes.IndexOf(suffix[0], StringComparison.Ordinal) - 3) * 3);
    }

    private static BigInteger RoundUp(BigInteger number, BigInteger unit)
    {
        BigInteger whole = BigInteger.DivRem(number, unit, out BigInteger rest);
        return rest.Sign > 0 ? whole + 1 : rest.Sign < 0 ? whole - 1 : whole;
    }

    [GeneratedRegex(@"^(?<sign>[+-]?)(?<number>[0-9]*\.?[0-9]*)(?<suffix>[numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2}|)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
