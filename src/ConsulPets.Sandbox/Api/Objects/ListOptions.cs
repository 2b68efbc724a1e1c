using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>What of a collection is wanted: the query of a list, a watch or a deletion of many.</summary>
/// <param name="Labels">The labels that are meant.</param>
/// <param name="Fields">The fields that are meant.</param>
/// <param name="Limit">At most that many objects; 0 for all.</param>
/// <param name="Continue">Where an earlier list ended; empty for the beginning.</param>
/// <param name="ResourceVersion">The revision; null when the request names none, 0 for any.</param>
/// <param name="Match">How the revision is meant: <c>Exact</c>, <c>NotOlderThan</c>, or empty.</param>
/// <param name="Timeout">How long a watch lasts; null for the server's choice.</param>
/// <param name="AllowsBookmarks">Whether a watch may tell of revisions without a change.</param>
/// <param name="SendsInitialEvents">Whether a watch begins with what is there, and says where that ends. Null when the request does not say.</param>
internal sealed record ListOptions(
    LabelSelector Labels,
    FieldSelector Fields,
    long Limit,
    string Continue,
    long? ResourceVersion,
    string Match,
    TimeSpan? Timeout,
    bool AllowsBookmarks,
    bool? SendsInitialEvents)
{
    /// <summary>Whether some objects are left out. How many remain is then not told, as the real one does.</summary>
    public bool IsSelective { get; private init; }

    /// <summary>Reads a query.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="query">The query.</param>
    /// <returns>What is wanted.</returns>
    /// <exception cref="ApiException">A value makes no sense.</exception>
    public static ListOptions Read(ResourceKind kind, IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        string match = query["resourceVersionMatch"].ToString();
        string labels = query["labelSelector"].ToString();
        string revision = query["resourceVersion"].ToString();
        FieldSelector fields = FieldSelector.Parse(kind, query["fieldSelector"].ToString());
        var options = new ListOptions(
            ParseLabels(labels),
            fields,
            Number(query, "limit") ?? 0,
            query["continue"].ToString(),
            revision.Length == 0 ? null : ulong.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? (long)number : throw Refusals.InvalidRevision(revision),
            match,
            Number(query, "timeoutSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Truth(query, "allowWatchBookmarks") ?? false,
            Truth(query, "sendInitialEvents"))
        {
            IsSelective = labels.Length > 0 || !fields.IsEverything,
        };
        options.Require();
        return options;
    }

    /// <summary>Whether an object is meant.</summary>
    /// <param name="json">The object.</param>
    /// <returns>True when it is.</returns>
    public bool Matches(JsonObject json) => Labels.Matches(json) && Fields.Matches(json);

    /// <summary>A truth value of a query, as Go reads it.</summary>
    /// <param name="query">The query.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The value; null when it is not there.</returns>
    public static bool? Truth(IQueryCollection query, string name)
    {
        ArgumentNullException.ThrowIfNull(query);
        return !query.ContainsKey(name) ? null : query[name].ToString() is not ("false" or "False" or "FALSE" or "0" or "f" or "F");
    }

    /// <summary>A whole number of a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The number; null when it is not there.</returns>
    /// <exception cref="ApiException">It is no number.</exception>
    public static long? Number(IQueryCollection query, string name)
    {
        ArgumentNullException.ThrowIfNull(query);
        string text = query[name].ToString();
        return text.Length == 0 ? null
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number
            : throw ApiException.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }

    private static LabelSelector ParseLabels(string text)
    {
        try
        {
            return LabelSelector.Parse(text);
        }
        catch (FormatException exception)
        {
            throw ApiException.BadRequest(exception.Message);
        }
    }

    private void Require()
    {
        if (Match.Length > 0 && ResourceVersion is null && SendsInitialEvents is null)
        {
            throw Refusals.InvalidOptions(
                "ListOptions", new FieldProblem("FieldValueForbidden", "resourceVersionMatch", "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided"));
        }

        if (Match is not ("" or "Exact" or "NotOlderThan"))
        {
            throw Refusals.InvalidOptions("ListOptions", new FieldProblem(
                "FieldValueNotSupported", "resourceVersionMatch", $"Unsupported value: \"{Match}\": supported values: \"Exact\", \"NotOlderThan\", \"\""));
        }

        if (Match == "Exact" && ResourceVersion == 0)
        {
            throw Refusals.InvalidOptions("ListOptions", new FieldProblem(
                "FieldValueForbidden", "resourceVersionMatch", "Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        }
    }
}
