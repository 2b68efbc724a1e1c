using System.Buffers;
using System.Globalization;

namespace ConsulPets;

/// <summary>A length of time as Consul writes it, which is Go's form: <c>200ms</c>, <c>10s</c>, <c>1m30s</c>, <c>-1ns</c> (pkg.go.dev/time, ParseDuration).</summary>
public static class ConsulDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    // The longer unit first: "ms" begins with "m".
    private static readonly (string Unit, decimal Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
    ];

    /// <summary>Reads a length of time.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The time, cut to the 100 ns that .NET counts in; null when the text is not of the form or too large.</returns>
    public static TimeSpan? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isNegative = text.StartsWith('-');
        ReadOnlySpan<char> rest = text.AsSpan(isNegative || text.StartsWith('+') ? 1 : 0);
        if (rest is "0")
        {
            return TimeSpan.Zero;
        }

        if (rest.IsEmpty)
        {
            return null;
        }

        decimal nanoseconds = 0;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount))
            {
                return null;
            }

            rest = rest[digits..];
            if (UnitOf(rest) is not { } unit || amount > TimeSpan.MaxValue.Ticks / unit.Nanoseconds * 100)
            {
                return null;
            }

            nanoseconds += amount * unit.Nanoseconds;
            rest = rest[unit.Unit.Length..];
        }

        decimal ticks = decimal.Truncate(nanoseconds / 100) * (isNegative ? -1 : 1);
        return Math.Abs(ticks) > TimeSpan.MaxValue.Ticks ? null : TimeSpan.FromTicks((long)ticks);
    }

    /// <summary>Writes a length of time, in the largest unit that needs no fraction: <c>10s</c>, <c>200ms</c>, <c>1500ns</c>.</summary>
    /// <param name="duration">The time.</param>
    /// <returns>The text.</returns>
    public static string Text(TimeSpan duration)
    {
        long ticks = duration.Ticks;
        return ticks % TimeSpan.TicksPerSecond == 0 ? string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerSecond}s")
            : ticks % TimeSpan.TicksPerMillisecond == 0 ? string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerMillisecond}ms")
            : string.Create(CultureInfo.InvariantCulture, $"{(decimal)ticks * 100:0}ns");
    }

    private static (string Unit, decimal Nanoseconds)? UnitOf(ReadOnlySpan<char> text)
    {
        foreach ((string Unit, decimal Nanoseconds) unit in Units)
        {
            if (text.StartsWith(unit.Unit, StringComparison.Ordinal))
            {
                return unit;
            }
        }

        return null;
    }
}
