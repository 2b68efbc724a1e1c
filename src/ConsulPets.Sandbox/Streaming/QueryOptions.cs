using ConsulPets.Sandbox.Api;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Streaming;

/// <summary>Reads options of a query as the API server does.</summary>
internal static class QueryOptions
{
    /// <summary>A switch. Only absence, <c>false</c> and <c>0</c> mean no: everything else means yes, an empty value too.</summary>
    /// <param name="query">The query.</param>
    /// <param name="name">The option.</param>
    /// <returns>Whether it is on.</returns>
    public static bool Truth(this IQueryCollection query, string name) =>
        query.TryGetValue(name, out var values) && values.Count > 0 && values[0]?.ToLowerInvariant() is not ("false" or "0");

    /// <summary>A text.</summary>
    /// <param name="query">The query.</param>
    /// <param name="name">The option.</param>
    /// <returns>The text; null when it is absent or empty.</returns>
    public static string? Text(this IQueryCollection query, string name) => query.TryGetValue(name, out var values) && values.Count > 0 && values[0] is { Length: > 0 } text ? text : null;

    /// <summary>A whole number.</summary>
    /// <param name="query">The query.</param>
    /// <param name="name">The option.</param>
    /// <returns>The number; null when it is absent or empty.</returns>
    /// <exception cref="ApiException">It is no number.</exception>
    public static long? Number(this IQueryCollection query, string name) => query.Text(name) is not { } text
        ? null
        : long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out long number)
            ? number
            : throw ApiException.BadRequest($"strconv.ParseInt: parsing {GoText.Quote(text)}: invalid syntax");
}
