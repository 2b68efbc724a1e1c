using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;

namespace ConsulPets.Sandbox.Faults;

/// <summary>The refusal of a call as the API server words it, by its code.</summary>
internal static class FaultStatus
{
    /// <summary>Makes the refusal.</summary>
    /// <param name="effect">What was ordered.</param>
    /// <param name="request">The call.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Of(FaultEffect.Refuse effect, RequestInfo request)
    {
        ArgumentNullException.ThrowIfNull(effect);
        ArgumentNullException.ThrowIfNull(request);
        ApiException usual = Usual(effect.Code, request);
        JsonObject? details = usual.Details?.DeepClone().AsObject();
        if (effect.RetryAfterSeconds is { } seconds)
        {
            details ??= [];
            details["retryAfterSeconds"] = seconds;
        }

        return new ApiException(effect.Code, effect.Reason ?? usual.Reason, effect.Message ?? usual.Message, details);
    }

    // Reasons and sentences: k8s.io/apimachinery, pkg/api/errors and its NewGenericServerResponse.
    private static ApiException Usual(int code, RequestInfo request) => (code, request.Kind) switch
    {
        (403, { } kind) => ApiException.Forbidden(kind, request.Name, "a fault was ordered"),
        (404, { } kind) when request.Name.Length > 0 => ApiException.NotFound(kind, request.Name),
        (409, { } kind) when request.Verb == "create" && request.Subresource.Length == 0 => ApiException.AlreadyExists(kind, request.Name),
        (409, { } kind) => ApiException.Conflict(kind, request.Name),
        (400, _) => ApiException.BadRequest("the server rejected our request for an unknown reason"),
        (401, _) => new ApiException(code, "Unauthorized", "Unauthorized"),
        (403, _) => new ApiException(code, "Forbidden", "forbidden: a fault was ordered"),
        (404, _) => new ApiException(code, "NotFound", "the server could not find the requested resource"),
        (405, _) => new ApiException(code, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
        (406, _) => new ApiException(code, "NotAcceptable", "the server was unable to respond with a content type that the client supports"),
        (409, _) => new ApiException(code, "Conflict", "the server reported a conflict"),
        (410, _) => new ApiException(code, "Expired", "The resourceVersion for the provided watch is too old."),
        (413, _) => new ApiException(code, "RequestEntityTooLarge", "the request is too large"),
        (415, _) => new ApiException(code, "UnsupportedMediaType", "the body of the request was in an unknown format"),
        (422, _) => new ApiException(code, "Invalid", "the server rejected our request due to an error in our request"),
        (429, _) => new ApiException(code, "TooManyRequests", "the server has received too many requests and has asked us to try again later"),
        (500, _) => new ApiException(code, "InternalError", "Internal error occurred: a fault was ordered"),
        (503, _) => new ApiException(code, "ServiceUnavailable", "the server is currently unable to handle the request"),
        (504, _) => new ApiException(code, "Timeout", "Timeout: request did not complete within the allotted timeout"),
        ( > 500, _) => new ApiException(code, "InternalError", "an error on the server has prevented the request from succeeding"),
        _ => new ApiException(code, "Unknown", "the server responded with a status that was ordered"),
    };
}
