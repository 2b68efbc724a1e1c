using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Api.Wire;

/// <summary>Writes answers.</summary>
internal static class ApiResponse
{
    private const string Json = "application/json";

    /// <summary>Answers with bytes that are JSON already.</summary>
    /// <param name="context">The request.</param>
    /// <param name="code">The HTTP status.</param>
    /// <param name="utf8">The JSON.</param>
    /// <param name="contentType">The content type.</param>
    /// <returns>When it is sent.</returns>
    public static async Task WriteAsync(HttpContext context, int code, ReadOnlyMemory<byte> utf8, string contentType = Json)
    {
        ArgumentNullException.ThrowIfNull(context);
        Begin(context, code, contentType);
        context.Response.ContentLength = utf8.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(utf8, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>Answers with JSON.</summary>
    /// <param name="context">The request.</param>
    /// <param name="code">The HTTP status.</param>
    /// <param name="json">The JSON.</param>
    /// <param name="contentType">The content type.</param>
    /// <returns>When it is sent.</returns>
    public static Task WriteAsync(HttpContext context, int code, JsonNode json, string contentType = Json) =>
        WriteAsync(context, code, JsonSerializer.SerializeToUtf8Bytes(json, JsonText.Options), contentType);

    /// <summary>Answers with plain text.</summary>
    /// <param name="context">The request.</param>
    /// <param name="code">The HTTP status.</param>
    /// <param name="text">The text.</param>
    /// <returns>When it is sent.</returns>
    public static Task WriteTextAsync(HttpContext context, int code, string text) =>
        WriteAsync(context, code, System.Text.Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");

    /// <summary>Answers with a refusal.</summary>
    /// <param name="context">The request.</param>
    /// <param name="refusal">The refusal.</param>
    /// <returns>When it is sent.</returns>
    public static Task WriteAsync(HttpContext context, ApiException refusal)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(refusal);
        if (refusal.Details?.Number("retryAfterSeconds") is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return WriteAsync(context, refusal.Code, refusal.ToStatus());
    }

    /// <summary>Sets what every answer has.</summary>
    /// <param name="context">The request.</param>
    /// <param name="code">The HTTP status.</param>
    /// <param name="contentType">The content type.</param>
    public static void Begin(HttpContext context, int code, string contentType = Json)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.StatusCode = code;
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-cache, private";
    }

    /// <summary>A <c>Status</c> that tells of success.</summary>
    /// <param name="details">The <c>details</c> object; null for none.</param>
    /// <param name="code">The code in it; null for none.</param>
    /// <returns>JSON.</returns>
    public static JsonObject Success(JsonObject? details = null, int? code = null)
    {
        var status = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success" };
        if (details is not null)
        {
            status["details"] = details;
        }

        if (code is not null)
        {
            status["code"] = code;
        }

        return status;
    }
}
