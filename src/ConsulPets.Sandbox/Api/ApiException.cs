using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api;

/// <summary>A refusal, as a Kubernetes <c>Status</c> object tells it. Reasons and wording are those of the real API server, since clients read them.</summary>
public sealed class ApiException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="code">The HTTP status.</param>
    /// <param name="reason">The machine's word for it: <c>NotFound</c>. Empty where the real one gives none.</param>
    /// <param name="message">The sentence.</param>
    /// <param name="details">The <c>details</c> object; null for none.</param>
    public ApiException(int code, string reason, string message, JsonObject? details = null)
        : base(message)
    {
        Code = code;
        Reason = reason;
        Details = details;
    }

    /// <summary>The HTTP status.</summary>
    public int Code { get; }

    /// <summary>The machine's word for it.</summary>
    public string Reason { get; }

    /// <summary>The <c>details</c> object; null for none.</summary>
    public JsonObject? Details { get; }

    /// <summary>With an expired list: the token with which it can be continued all the same, with what is there now. Null otherwise.</summary>
    public string? Continue { get; init; }

    /// <summary>There is no such object.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    /// <returns>The refusal.</returns>
    public static ApiException NotFound(ResourceKind kind, string name) =>
        new(404, "NotFound", $"{kind.QualifiedName} \"{name}\" not found", Named(kind, name));

    /// <summary>There is one already.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    /// <returns>The refusal.</returns>
    public static ApiException AlreadyExists(ResourceKind kind, string name) =>
        new(409, "AlreadyExists", $"{kind.QualifiedName} \"{name}\" already exists", Named(kind, name));

    /// <summary>The object is not as the writer thought.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    /// <param name="why">What differs.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Conflict(ResourceKind kind, string name, string why = "the object has been modified; please apply your changes to the latest version and try again") =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.QualifiedName} \"{name}\": {why}", Named(kind, name));

    /// <summary>The object is not the one that a deletion named.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    /// <param name="field">What was named: <c>UID</c> or <c>ResourceVersion</c>.</param>
    /// <param name="asked">The value that was named.</param>
    /// <param name="found">The value that the object has.</param>
    /// <param name="why">What may have happened to it.</param>
    /// <returns>The refusal.</returns>
    public static ApiException NotMeant(ResourceKind kind, string name, string field, string asked, string found, string why)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return new ApiException(
            409,
            "Conflict",
            $"Operation cannot be fulfilled on {kind.Kind} \"{name}\": the {field} in the precondition ({asked}) does not match the {field} in record ({found}). The object might have been {why}",
            Named(kind, name, useKind: true));
    }

    /// <summary>The account may not do it.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name; empty for a collection.</param>
    /// <param name="why">Who may not do what where.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Forbidden(ResourceKind kind, string name, string why) =>
        new(403, "Forbidden", name.Length == 0 ? $"{kind.QualifiedName} is forbidden: {why}" : $"{kind.QualifiedName} \"{name}\" is forbidden: {why}", Named(kind, name, useKind: false));

    /// <summary>The request makes no sense.</summary>
    /// <param name="message">Why.</param>
    /// <returns>The refusal.</returns>
    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    /// <summary>Fields have values that are not allowed.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    /// <param name="problems">What is wrong.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Invalid(ResourceKind kind, string name, IReadOnlyList<FieldProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(problems);
        string[] texts = [.. problems.Select(static problem => $"{problem.Field}: {problem.Message}")];
        JsonObject details = Named(kind, name, useKind: true);
        details["causes"] = new JsonArray([.. problems.Select(static problem => (JsonNode)new JsonObject { ["reason"] = problem.Reason, ["message"] = problem.Message, ["field"] = problem.Field })]);
        string subject = kind.Group.Length == 0 ? kind.Kind : $"{kind.Kind}.{kind.Group}";
        return new ApiException(422, "Invalid", $"{subject} \"{name}\" is invalid: {(texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]")}", details);
    }

    /// <summary>The <c>Status</c> object.</summary>
    /// <returns>JSON.</returns>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = Continue is null ? [] : new JsonObject { ["continue"] = Continue },
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0)
        {
            status["reason"] = Reason;
        }

        if (Details is not null)
        {
            status["details"] = Details.DeepClone();
        }

        status["code"] = Code;
        return status;
    }

    private static JsonObject Named(ResourceKind kind, string name, bool useKind = false)
    {
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (kind.Group.Length > 0)
        {
            details["group"] = kind.Group;
        }

        details["kind"] = useKind ? kind.Kind : kind.Plural;
        return details;
    }
}

/// <summary>A value that is not allowed.</summary>
/// <param name="Reason">The machine's word: <c>FieldValueInvalid</c>, <c>FieldValueRequired</c>, <c>FieldValueForbidden</c>, …</param>
/// <param name="Field">The path: <c>spec.template.spec.containers[0].image</c>.</param>
/// <param name="Message">As the API server words it, without the path: <c>Invalid value: "x": …</c>.</param>
public sealed record FieldProblem(string Reason, string Field, string Message);
