using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Fakes;

/// <summary>A request that the server received.</summary>
public sealed record FakeRequest(string Method, string Path, string Query, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public string PathAndQuery => Path + Query;

    public bool IsWatch => Query.Contains("watch=true", StringComparison.Ordinal) || Query.Contains("watch=1", StringComparison.Ordinal);

    public bool IsDryRun => Query.Contains("dryRun=All", StringComparison.Ordinal);

    /// <summary>Whether it changes something in the cluster.</summary>
    public bool IsWrite => Method is not ("GET" or "HEAD") && !IsDryRun;

    public override string ToString() => $"{Method} {PathAndQuery}";
}

/// <summary>A request that waits for its answer.</summary>
public sealed class FakeCall(FakeRequest request, Match match, HttpContext context)
{
    public FakeRequest Request => request;

    public HttpContext Context => context;

    /// <summary>A named group of the route's pattern; empty when it took no part.</summary>
    public string this[string group] => match.Groups[group].Value;

    public string? Parameter(string name) => context.Request.Query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? values.ToString() : null;

    public JsonObject Json() => JsonNode.Parse(request.Body)!.AsObject();

    public async Task AnswerAsync(int status, string body, string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    public Task AnswerAsync(JsonNode body, int status = 200) => AnswerAsync(status, body.ToJsonString());

    /// <summary>Answers as Consul does when it refuses: plain text.</summary>
    public Task TextAsync(int status, string text) => AnswerAsync(status, text, "text/plain; charset=utf-8");

    /// <summary>Answers as the API server does when it refuses: a Status object.</summary>
    public Task StatusAsync(int code, string reason, string message, JsonObject? details = null) => AnswerAsync(KubernetesStatus.Make(code, reason, message, details), code);
}

/// <summary>The API server's own errors.</summary>
public static class KubernetesStatus
{
    public static JsonObject Make(int code, string reason, string message, JsonObject? details = null)
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
            ["reason"] = reason,
            ["code"] = code,
        };
        if (details is not null)
        {
            status["details"] = details;
        }

        return status;
    }

    public static JsonObject Conflict(string field, string manager) => Make(409, "Conflict", $"Apply failed with 1 conflict: conflict with \"{manager}\" using apps/v1: {field}", new JsonObject
    {
        ["causes"] = new JsonArray(new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = $"conflict with \"{manager}\" using apps/v1", ["field"] = field }),
    });
}
