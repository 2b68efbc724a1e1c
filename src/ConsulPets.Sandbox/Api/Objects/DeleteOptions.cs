using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Reads how something is to be deleted.</summary>
internal static class DeleteOptions
{
    /// <summary>Reads a body and a query.</summary>
    /// <param name="body">The <c>DeleteOptions</c> of the body; null for none. What it says counts, then what the query says.</param>
    /// <param name="query">The query.</param>
    /// <returns>How.</returns>
    /// <exception cref="ApiException">A value is not allowed.</exception>
    public static DeleteRequest Read(JsonObject? body, IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        string? propagation = body.Text("propagationPolicy") ?? (query.TryGetValue("propagationPolicy", out Microsoft.Extensions.Primitives.StringValues asked) ? asked.ToString() : null);
        bool? isOrphaning = body.Truth("orphanDependents") ?? ListOptions.Truth(query, "orphanDependents");
        if (propagation is not (null or "Foreground" or "Background" or "Orphan"))
        {
            throw Refusals.InvalidOptions("DeleteOptions", new FieldProblem(
                "FieldValueNotSupported", "propagationPolicy", $"Unsupported value: \"{propagation}\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\""));
        }

        if (propagation is not null && isOrphaning is not null)
        {
            throw Refusals.InvalidOptions("DeleteOptions", new FieldProblem(
                "FieldValueInvalid", "propagationPolicy", $"Invalid value: \"{propagation}\": orphanDependents and deletionPropagation cannot be both set"));
        }

        string[] dryRun = [.. body.Texts("dryRun"), .. query["dryRun"].OfType<string>()];
        if (dryRun.Any(static value => value != "All"))
        {
            throw Refusals.UnsupportedDryRun("DeleteOptions", dryRun);
        }

        // The real one takes a negative time for the shortest that is not a kill (registry/core/pod, strategy.go).
        long? grace = body.Number("gracePeriodSeconds") ?? ListOptions.Number(query, "gracePeriodSeconds");
        return new DeleteRequest(
            grace < 0 ? 1 : grace,
            propagation ?? (isOrphaning is null ? null : isOrphaning.Value ? "Orphan" : "Background"),
            body.Text("preconditions", "uid"),
            body.Text("preconditions", "resourceVersion"),
            dryRun.Length > 0);
    }
}
