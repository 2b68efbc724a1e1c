using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using YamlDotNet.Core;

namespace ConsulPets.Sandbox.Api.Wire;

/// <summary>What a request brings.</summary>
/// <param name="Json">The value; null for an empty body.</param>
/// <param name="Utf8">The text itself.</param>
/// <param name="Duplicates">Properties that occur more than once.</param>
internal sealed record RequestBody(JsonNode? Json, ReadOnlyMemory<byte> Utf8, IReadOnlyList<string> Duplicates)
{
    /// <summary>The most bytes that are taken, as k8s.io/apiserver has it (server/config.go, MaxRequestBodyBytes).</summary>
    public const int Limit = 3 * 1024 * 1024;

    /// <summary>Reads the bytes of a body.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="ApiException">They are too many.</exception>
    public static async Task<byte[]> ReadBytesAsync(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.ContentLength > Limit)
        {
            throw TooLarge();
        }

        while (true)
        {
            ReadResult read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
            if (read.Buffer.Length > Limit)
            {
                throw TooLarge();
            }

            if (read.IsCompleted)
            {
                byte[] bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Reads an object that is to be written.</summary>
    /// <param name="request">The request.</param>
    /// <param name="expected">The kind that is expected, for the message.</param>
    /// <returns>The body.</returns>
    /// <exception cref="ApiException">It is too large, or neither JSON nor YAML.</exception>
    public static async Task<RequestBody> ReadObjectAsync(HttpRequest request, string expected)
    {
        ArgumentNullException.ThrowIfNull(request);
        string type = MediaType(request.ContentType);
        if (type is not ("" or "application/json" or "application/yaml"))
        {
            throw new ApiException(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml");
        }

        return Parse(await ReadBytesAsync(request).ConfigureAwait(false), type == "application/yaml", expected);
    }

    /// <summary>Reads a text as JSON or YAML.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="isYaml">Whether it may be YAML.</param>
    /// <param name="expected">The kind that is expected, for the message.</param>
    /// <returns>The body.</returns>
    /// <exception cref="ApiException">It is neither.</exception>
    public static RequestBody Parse(byte[] utf8, bool isYaml, string expected)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        if (utf8.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
        {
            return new RequestBody(null, utf8, []);
        }

        var duplicates = new List<string>();
        try
        {
            JsonNode? json = isYaml && utf8.AsSpan().TrimStart(" \t\r\n"u8)[0] != '{' ? YamlBody.Parse(Encoding.UTF8.GetString(utf8)) : JsonBody.Parse(utf8, duplicates);
            return json is JsonObject or JsonArray
                ? new RequestBody(json, utf8, duplicates)
                : throw Unrecognized(expected, "json: cannot unmarshal into an object", utf8);
        }
        catch (JsonException exception)
        {
            throw Unrecognized(expected, JsonBody.Problem(utf8, exception), utf8);
        }
        catch (YamlException exception)
        {
            throw ApiException.BadRequest($"error decoding YAML: {exception.Message}");
        }
    }

    /// <summary>A content type without its parameters, in small letters.</summary>
    /// <param name="contentType">The header; null for none.</param>
    /// <returns>The type; empty for none.</returns>
    public static string MediaType(string? contentType) =>
#pragma warning disable CA1308 // Media types are compared in small letters.
        (contentType ?? string.Empty).Split(';')[0].Trim().ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>A body that is no object.</summary>
    /// <param name="expected">The kind that is expected.</param>
    /// <param name="why">What is wrong.</param>
    /// <param name="utf8">The text.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Unrecognized(string expected, string why, ReadOnlySpan<byte> utf8) =>
        ApiException.BadRequest($"the object provided is unrecognized (must be of type {expected}): couldn't get version/kind; json parse error: {why} ({Summary(utf8)})");

    // As the real one shows what it could not read (k8s.io/apimachinery, runtime/error.go): what looks like JSON as it is, else in hexadecimal.
    private static string Summary(ReadOnlySpan<byte> utf8)
    {
        const int most = 1000;
        ReadOnlySpan<byte> shown = utf8.Length > most ? utf8[..most] : utf8;
        string text = utf8.IsEmpty ? "<empty>" : utf8[0] == '{' ? Encoding.UTF8.GetString(shown) : Convert.ToHexStringLower(shown);
        return utf8.Length > most ? text + " ..." : text;
    }

    private static ApiException TooLarge() => new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {Limit}");
}
