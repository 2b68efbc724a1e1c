using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Tables;

/// <summary>An event's cells.</summary>
internal static class EventCells
{
    /// <summary>Makes them.</summary>
    /// <param name="json">The event.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] Make(JsonObject json, DateTimeOffset now)
    {
        string first = json.Text("firstTimestamp") is not null ? HumanAge.Since(json, now, "firstTimestamp") : HumanAge.Since(json, now, "eventTime");
        long count = json.Number("series", "count") ?? (json.Number("count") is { } counted and > 0 ? counted : 1);
        string last = json.Part("series") is not null ? HumanAge.Since(json, now, "series", "lastObservedTime")
            : json.Text("lastTimestamp") is not null ? HumanAge.Since(json, now, "lastTimestamp")
            : first;
        return
        [
            count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{last} (x{count} over {first})") : last,
            json.Text("type"),
            json.Text("reason"),
            About(json),
            json.Text("involvedObject", "fieldPath") ?? string.Empty,
            Source(json),
            json.Text("message")?.Trim(),
            first,
            count,
            TableColumns.Name(json),
        ];
    }

#pragma warning disable CA1308 // Kinds are shown in small letters.
    private static string About(JsonObject json) => json.Text("involvedObject", "name") is { Length: > 0 } name
        ? $"{json.Text("involvedObject", "kind")?.ToLowerInvariant()}/{name}"
        : json.Text("involvedObject", "kind")?.ToLowerInvariant() ?? string.Empty;
#pragma warning restore CA1308

    private static string Source(JsonObject json)
    {
        string component = json.Text("source", "component") is { Length: > 0 } source ? source : json.Text("reportingComponent") ?? string.Empty;
        string host = json.Text("source", "host") is { Length: > 0 } place ? place : json.Text("reportingInstance") ?? string.Empty;
        return host.Length == 0 ? component : $"{component}, {host}";
    }
}
