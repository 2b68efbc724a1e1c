using System.Globalization;

namespace ConsulPets.Sandbox.Pods;

/// <summary>Durations as Go prints them, which messages show.</summary>
internal static class Durations
{
    /// <summary>Prints one.</summary>
    /// <param name="time">The time.</param>
    /// <returns><c>10s</c>, <c>2m40s</c>, <c>5m0s</c>.</returns>
    public static string Words(TimeSpan time) => time.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}m{time.Seconds}s")
        : time.TotalSeconds >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds}ms");
}
