using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Tables;

/// <summary>Durations as kubectl shows them: coarser the longer they are (k8s.io/apimachinery, util/duration).</summary>
internal static class HumanAge
{
    /// <summary>How long ago a moment was that an object names.</summary>
    /// <param name="json">The object.</param>
    /// <param name="now">The time.</param>
    /// <param name="path">Where the moment is.</param>
    /// <returns>The text; <c>&lt;unknown&gt;</c> when there is no moment.</returns>
    public static string Since(JsonNode? json, DateTimeOffset now, params ReadOnlySpan<string> path) =>
        json.Text(path) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment)
            ? Text(now - moment)
            : "<unknown>";

    /// <summary>A duration.</summary>
    /// <param name="duration">The duration.</param>
    /// <returns>The text: <c>95s</c>, <c>3m20s</c>, <c>5h</c>, <c>2d4h</c>.</returns>
    public static string Text(TimeSpan duration)
    {
        // Two clocks may differ by a second; more is an error.
        if (duration.TotalSeconds < 0)
        {
            return duration.TotalSeconds <= -2 ? "<invalid>" : "0s";
        }

        long seconds = (long)duration.TotalSeconds;
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        return (seconds, minutes, hours, days) switch
        {
            ( < 120, _, _, _) => Parts(seconds, "s", 0, string.Empty),
            (_, < 10, _, _) => Parts(minutes, "m", seconds % 60, "s"),
            (_, < 180, _, _) => Parts(minutes, "m", 0, string.Empty),
            (_, _, < 8, _) => Parts(hours, "h", minutes % 60, "m"),
            (_, _, < 48, _) => Parts(hours, "h", 0, string.Empty),
            (_, _, < 192, _) => Parts(days, "d", hours % 24, "h"),
            (_, _, _, < 730) => Parts(days, "d", 0, string.Empty),
            (_, _, _, < 2920) => Parts(days / 365, "y", days % 365, "d"),
            _ => Parts(days / 365, "y", 0, string.Empty),
        };
    }

    private static string Parts(long first, string firstUnit, long second, string secondUnit) =>
        second == 0 ? string.Create(CultureInfo.InvariantCulture, $"{first}{firstUnit}") : string.Create(CultureInfo.InvariantCulture, $"{first}{firstUnit}{second}{secondUnit}");
}
