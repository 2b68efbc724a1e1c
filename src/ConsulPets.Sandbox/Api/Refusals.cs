using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api;

/// <summary>The refusals that have to do with requests rather than with objects.</summary>
internal static class Refusals
{
    /// <summary>Nobody knows who asks.</summary>
    /// <returns>The refusal.</returns>
    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    /// <summary>The path leads nowhere.</summary>
    /// <returns>The refusal.</returns>
    public static ApiException UnknownResource() => new(404, "NotFound", "the server could not find the requested resource", []);

    /// <summary>The path is right, the method is not.</summary>
    /// <returns>The refusal.</returns>
    public static ApiException MethodNotAllowed() => new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    /// <summary>The kind of patch is not known.</summary>
    /// <returns>The refusal.</returns>
    public static ApiException UnsupportedPatch() => new(415, "UnsupportedMediaType", "415: Unsupported Media Type", []);

    /// <summary>None of the media types that the client takes can be given.</summary>
    /// <returns>The refusal.</returns>
    public static ApiException NotAcceptable() => new(406, "NotAcceptable", "only the following media types are accepted: application/json");

    /// <summary>What went wrong here is not the client's doing.</summary>
    /// <param name="message">What went wrong; no stack trace.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Internal(string message) =>
        new(500, "InternalError", $"Internal error occurred: {message}", new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) });

    /// <summary>The changes since then are forgotten.</summary>
    /// <param name="message">The sentence.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Expired(string message) => new(410, "Expired", message);

    /// <summary>A revision in the request is no number. The real one calls that its own error, and gives no reason.</summary>
    /// <param name="text">What was there.</param>
    /// <returns>The refusal.</returns>
    public static ApiException InvalidRevision(string text) =>
        new(500, string.Empty, $"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");

    /// <summary>The request wants to see what has not happened yet.</summary>
    /// <param name="wanted">The revision that it wants to see.</param>
    /// <param name="current">The latest.</param>
    /// <returns>The refusal.</returns>
    public static ApiException RevisionTooLarge(long wanted, long current) => new(
        504,
        "Timeout",
        $"Timeout: Too large resource version: {wanted}, current: {current}",
        new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        });

    /// <summary>A field of the request's own options is not allowed.</summary>
    /// <param name="options">The name of the options: <c>DeleteOptions</c>.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="group">The API group of the options.</param>
    /// <param name="name">The object that they are about; empty for none.</param>
    /// <returns>The refusal.</returns>
    public static ApiException InvalidOptions(string options, FieldProblem problem, string group = "meta.k8s.io", string name = "")
    {
        ArgumentNullException.ThrowIfNull(problem);
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = options;
        details["causes"] = new JsonArray(new JsonObject { ["reason"] = problem.Reason, ["message"] = problem.Message, ["field"] = problem.Field });
        string subject = group.Length == 0 ? options : $"{options}.{group}";
        return new ApiException(422, "Invalid", $"{subject} \"{name}\" is invalid: {problem.Field}: {problem.Message}", details);
    }

    /// <summary>A dry run is asked for in a way that there is none.</summary>
    /// <param name="options">The name of the options: <c>DeleteOptions</c>.</param>
    /// <param name="values">What was asked for. The message shows it as Go shows a list.</param>
    /// <returns>The refusal.</returns>
    public static ApiException UnsupportedDryRun(string options, IEnumerable<string?> values)
    {
        string list = string.Join(", ", values.Select(static value => $"\"{value}\""));
        return InvalidOptions(options, new FieldProblem("FieldValueNotSupported", "dryRun", $"Unsupported value: []string{{{list}}}: supported values: \"All\""));
    }

    /// <summary>An object of one kind was sent where another is expected.</summary>
    /// <param name="apiVersion">The version that was sent.</param>
    /// <param name="kindName">The kind that was sent.</param>
    /// <param name="expected">The kind that is expected.</param>
    /// <returns>The refusal.</returns>
    public static ApiException WrongKind(string apiVersion, string kindName, ResourceKind expected)
    {
        ArgumentNullException.ThrowIfNull(apiVersion);
        ArgumentNullException.ThrowIfNull(expected);
        string version = apiVersion[(apiVersion.LastIndexOf('/') + 1)..];
        return ApiException.BadRequest(
            $"{kindName} in version \"{version}\" cannot be handled as a {expected.Kind}: converting ({version}.{kindName}) to ({Package(expected.Group)}.{expected.Kind}): unknown conversion");
    }

    private static string Package(string group) => group.Length == 0 ? "core" : group.Split('.')[0];
}
