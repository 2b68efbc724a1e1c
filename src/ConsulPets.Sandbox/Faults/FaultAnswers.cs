using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Faults;

/// <summary>Sends JSON.</summary>
internal static class FaultAnswers
{
    /// <summary>Sends an answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="code">The HTTP status.</param>
    /// <param name="json">The body.</param>
    /// <returns>When it is sent.</returns>
    public static async Task SendAsync(HttpContext context, int code, JsonObject json)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(json, JsonText.Options);
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
