using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>The query of a write.</summary>
/// <param name="Manager">Who is said to have set the fields.</param>
/// <param name="HasManager">Whether the request named that manager itself.</param>
/// <param name="IsDryRun">Whether everything is done but the write.</param>
/// <param name="FieldValidation"><c>Strict</c>, <c>Warn</c> or <c>Ignore</c>: what is done about fields that occur twice.</param>
/// <param name="Force">Whether server-side apply takes over fields of others; null when the request does not say.</param>
internal sealed record WriteOptions(string Manager, bool HasManager, bool IsDryRun, string FieldValidation, bool? Force)
{
    private const int LongestManager = 128;

    /// <summary>Reads a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="userAgent">The client's name of itself, whose part before the slash is the manager where none is named.</param>
    /// <param name="options">The name of the options, for messages.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ApiException">A value is not allowed.</exception>
    public static WriteOptions Read(IQueryCollection query, string userAgent, string options)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(userAgent);
        if (query["dryRun"].Any(static value => value != "All"))
        {
            throw Refusals.UnsupportedDryRun(options, query["dryRun"]);
        }

        string validation = query["fieldValidation"].ToString();
        if (validation is not ("" or "Strict" or "Warn" or "Ignore"))
        {
            throw Unsupported(options, "fieldValidation", validation, "\"\", \"Ignore\", \"Strict\", \"Warn\"");
        }

        string named = query["fieldManager"].ToString();
        if (named.Length > LongestManager)
        {
            throw Refusals.InvalidOptions(options, new FieldProblem("FieldValueTooLong", "fieldManager", $"Too long: may not be more than {LongestManager} bytes"));
        }

        string agent = userAgent.Split('/')[0];
        string manager = named.Length > 0 ? named : agent.Length == 0 ? "unknown" : agent[..Math.Min(agent.Length, LongestManager)];
        return new WriteOptions(manager, named.Length > 0, query["dryRun"].Count > 0, validation.Length == 0 ? "Warn" : validation, ListOptions.Truth(query, "force"));
    }

    private static ApiException Unsupported(string options, string field, string value, string supported) =>
        Refusals.InvalidOptions(options, new FieldProblem("FieldValueNotSupported", field, $"Unsupported value: \"{value}\": supported values: {supported}"));
}
