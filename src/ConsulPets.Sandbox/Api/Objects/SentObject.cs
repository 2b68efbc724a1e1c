using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Admission;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Judges an object that a client sent, before anything is done with it.</summary>
internal static class SentObject
{
    /// <summary>The object of a body, if it fits the request.</summary>
    /// <param name="call">The request.</param>
    /// <param name="body">What it brought.</param>
    /// <param name="validation">What is done about fields that occur twice.</param>
    /// <returns>The object.</returns>
    /// <exception cref="ApiException">It is another kind, version, namespace or name than the path's.</exception>
    public static JsonObject Require(ApiCall call, RequestBody body, string validation)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(body);
        JsonObject json = Object(body, call.Kind.Kind);
        string apiVersion = call.Kind.ApiVersion(call.Version);
        string sentVersion = json.Text("apiVersion") ?? string.Empty;
        string sentKind = json.Text("kind") ?? string.Empty;
        if (sentKind.Length > 0 && sentKind != call.Kind.Kind)
        {
            throw Refusals.WrongKind(sentVersion.Length == 0 ? apiVersion : sentVersion, sentKind, call.Kind);
        }

        if (sentVersion.Length > 0 && sentVersion != apiVersion)
        {
            throw ApiException.BadRequest($"the API version in the data ({sentVersion}) does not match the expected API version ({apiVersion})");
        }

        RequireReadable(call, json);
        Report(call.Http, call.Kind.Kind, call.Version, body, KnownFields.Unknown(call.Kind, json), validation);
        RequirePlace(call, json);
        return json;
    }

    /// <summary>The object of a body.</summary>
    /// <param name="body">What the request brought.</param>
    /// <param name="expected">The kind that is expected, for the message.</param>
    /// <returns>The object.</returns>
    /// <exception cref="ApiException">There is none.</exception>
    public static JsonObject Object(RequestBody body, string expected)
    {
        ArgumentNullException.ThrowIfNull(body);
        return body.Json switch
        {
            JsonObject json => json,
            null => throw RequestBody.Unrecognized(expected, "unexpected end of JSON input", body.Utf8.Span),
            _ => throw RequestBody.Unrecognized(
                expected,
                "json: cannot unmarshal array into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }",
                body.Utf8.Span),
        };
    }

    /// <summary>Refuses an object with values of another type than their fields'.</summary>
    /// <param name="call">The request.</param>
    /// <param name="json">The object.</param>
    /// <exception cref="ApiException">There is one.</exception>
    public static void RequireReadable(ApiCall call, JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (Decoding.Problem(call.Kind, call.Version, json) is { } problem)
        {
            throw ApiException.BadRequest(problem);
        }
    }

    /// <summary>Refuses an object that names another namespace or object than the path does.</summary>
    /// <param name="call">The request.</param>
    /// <param name="json">The object.</param>
    /// <exception cref="ApiException">It does.</exception>
    public static void RequirePlace(ApiCall call, JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (json.Text("metadata", "namespace") is { Length: > 0 } place && place != call.Request.Namespace)
        {
            throw ApiException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }

        if (call.Request.Name.Length > 0 && json.Text("metadata", "name") is { Length: > 0 } name && name != call.Request.Name)
        {
            throw ApiException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({call.Request.Name})");
        }
    }

    /// <summary>Refuses fields that occur twice or that nobody knows, or warns of them, as the request wants it.</summary>
    /// <param name="http">The request.</param>
    /// <param name="kindName">The kind.</param>
    /// <param name="version">The version.</param>
    /// <param name="body">What the request brought.</param>
    /// <param name="unknown">The paths of the fields that nobody knows.</param>
    /// <param name="validation"><c>Strict</c>, <c>Warn</c> or <c>Ignore</c>.</param>
    /// <exception cref="ApiException">There are some, and it is strict.</exception>
    public static void Report(HttpContext http, string kindName, string version, RequestBody body, IReadOnlyList<string> unknown, string validation)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(unknown);
        string[] problems = [.. body.Duplicates.Distinct().Select(static field => $"duplicate field \"{field}\""), .. unknown.Select(static field => $"unknown field \"{field}\"")];
        if (problems.Length > 0 && validation == "Strict")
        {
            throw ApiException.BadRequest($"{kindName} in version \"{version}\" cannot be handled as a {kindName}: strict decoding error: {string.Join(", ", problems)}");
        }

        foreach (string problem in validation == "Warn" ? problems : [])
        {
            http.Response.Headers.Append("Warning", $"299 - \"{problem.Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        }
    }
}
