using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Patching;
using ConsulPets.Sandbox.Store;
using YamlDotNet.Core;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>A patch that a client sent.</summary>
/// <param name="MediaType">Which kind of patch it is.</param>
/// <param name="Body">The patch.</param>
internal sealed record PatchBody(string MediaType, RequestBody Body)
{
    /// <summary>The media type of server-side apply.</summary>
    public const string ApplyType = "application/apply-patch+yaml";

    private const string JsonType = "application/json-patch+json";
    private const string MergeType = "application/merge-patch+json";
    private const string StrategicType = "application/strategic-merge-patch+json";

    /// <summary>Whether it is what a manager wants, rather than a change.</summary>
    public bool IsApply => MediaType == ApplyType;

    /// <summary>Reads a patch.</summary>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="utf8">Its text.</param>
    /// <returns>The patch.</returns>
    /// <exception cref="ApiException">It is of no known kind, or no patch.</exception>
    public static PatchBody Parse(string mediaType, byte[] utf8)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        if (mediaType is not (JsonType or MergeType or StrategicType or ApplyType))
        {
            throw Refusals.UnsupportedPatch();
        }

        var duplicates = new List<string>();
        try
        {
            JsonNode? json = mediaType == ApplyType && !utf8.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8)
                ? YamlBody.Parse(Encoding.UTF8.GetString(utf8))
                : JsonBody.Parse(utf8, duplicates);
            bool isRight = mediaType == JsonType ? json is JsonArray : json is JsonObject;
            return isRight ? new PatchBody(mediaType, new RequestBody(json, utf8, duplicates))
                : mediaType == JsonType ? throw ApiException.BadRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
                : throw Undecodable(mediaType, "json: cannot unmarshal into Go value of type map[string]interface {}");
        }
        catch (JsonException exception)
        {
            throw Undecodable(mediaType, JsonBody.Problem(utf8, exception));
        }
        catch (YamlException exception)
        {
            throw Undecodable(mediaType, exception.Message);
        }
    }

    /// <summary>Applies a patch that is a change.</summary>
    /// <param name="kind">The kind; null for what has no lists with keys, such as a scale.</param>
    /// <param name="target">The object; not changed.</param>
    /// <returns>The patched object.</returns>
    /// <exception cref="ApiException">It cannot be applied.</exception>
    public JsonObject Apply(ResourceKind? kind, JsonObject target) => MediaType switch
    {
        JsonType => JsonPatch.Apply(target, (JsonArray)Body.Json!),
        StrategicType when kind is not null => StrategicMergePatch.Apply(kind, target, (JsonObject)Body.Json!),
        _ => MergePatch.Apply(target, (JsonObject)Body.Json!),
    };

    private static ApiException Undecodable(string mediaType, string why) => mediaType == ApplyType
        ? ApiException.BadRequest($"error decoding YAML: error converting YAML to JSON: yaml: {why}")
        : ApiException.BadRequest($"error decoding patch: {why}");
}
