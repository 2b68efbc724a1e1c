using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Streaming.Logs;

/// <summary>Reads the options of a request for a log (Kubernetes: <c>PodLogOptions</c>).</summary>
internal static class LogOptions
{
    private const string MinimumZero = "must be greater than or equal to 0";
    private const string MinimumOne = "must be greater than 0";

    /// <summary>Reads them.</summary>
    /// <param name="query">The query.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="now">What <c>sinceSeconds</c> counts back from.</param>
    /// <returns>What is wanted; the container as it was given.</returns>
    /// <exception cref="ApiException">They make no sense.</exception>
    public static LogRequest Read(IQueryCollection query, string pod, DateTimeOffset now)
    {
        long? tailLines = query.Number("tailLines");
        long? limitBytes = query.Number("limitBytes");
        long? sinceSeconds = query.Number("sinceSeconds");
        DateTimeOffset? sinceTime = Time(query.Text("sinceTime"));
        Check(pod, tailLines, limitBytes, sinceSeconds, sinceTime);
        return new LogRequest(
            query.Text("container"),
            query.Truth("follow"),
            tailLines is null ? null : (int)Math.Min(tailLines.Value, int.MaxValue),
            limitBytes,
            sinceTime ?? Ago(now, sinceSeconds),
            query.Truth("timestamps"),
            query.Truth("previous"));
    }

    // Further back than time goes is all of it.
    private static DateTimeOffset? Ago(DateTimeOffset now, long? seconds) => seconds is null
        ? null
        : seconds.Value >= (now - DateTimeOffset.UnixEpoch).TotalSeconds ? DateTimeOffset.UnixEpoch : now.AddSeconds(-seconds.Value);

    private static DateTimeOffset? Time(string? text)
    {
        const string Layout = "2006-01-02T15:04:05Z07:00";
        if (text is null)
        {
            return null;
        }

        return text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
            ? time
            : throw ApiException.BadRequest($"parsing time {GoText.Quote(text)} as \"{Layout}\": cannot parse {GoText.Quote(text)} as \"2006\"");
    }

    private static void Check(string pod, long? tailLines, long? limitBytes, long? sinceSeconds, DateTimeOffset? sinceTime)
    {
        List<FieldProblem> problems = [];
        if (tailLines < 0)
        {
            problems.Add(Invalid("tailLines", tailLines.Value, MinimumZero));
        }

        if (limitBytes < 1)
        {
            problems.Add(Invalid("limitBytes", limitBytes.Value, MinimumOne));
        }

        if (sinceSeconds is not null && sinceTime is not null)
        {
            problems.Add(new FieldProblem("FieldValueForbidden", string.Empty, "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        }
        else if (sinceSeconds < 1)
        {
            problems.Add(Invalid("sinceSeconds", sinceSeconds.Value, MinimumOne));
        }

        if (problems.Count > 0)
        {
            throw ApiException.Invalid(Kind, pod, problems);
        }
    }

    private static FieldProblem Invalid(string field, long value, string why) => new("FieldValueInvalid", field, string.Create(CultureInfo.InvariantCulture, $"Invalid value: {value}: {why}"));

    // No object that is served, but refusals name it as one.
    private static readonly ResourceKind Kind = new(string.Empty, ["v1"], "podlogoptions", "PodLogOptions", IsNamespaced: true, [], [], HasGeneration: false);
}
