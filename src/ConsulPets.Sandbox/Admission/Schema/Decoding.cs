using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>What the real server finds wrong when it reads an object into its types, before it looks at any value.</summary>
public static partial class Decoding
{
    private static readonly SearchValues<char> Base64Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    /// <summary>Judges a request's body.</summary>
    /// <param name="kind">The kind that the path names.</param>
    /// <param name="version">The version that the path names; null for the preferred one.</param>
    /// <param name="json">The body.</param>
    /// <returns>The message of the 400 (BadRequest) to answer with; null when the body can be read.</returns>
    public static string? Problem(ResourceKind kind, string? version, JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(json);
        string expected = kind.ApiVersion(version);
        string written = json.Text("apiVersion") ?? expected;
        string name = json.Text("kind") ?? kind.Kind;
        if (name != kind.Kind)
        {
            return ResourceKinds.OfManifest(written, name) is null
                ? $"no kind \"{name}\" is registered for version \"{written}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\""
                : $"{name} in version \"{VersionOf(written)}\" cannot be handled as a {kind.Kind}: converting ({VersionOf(written)}.{name}) to ({InternalPackage(kind)}.{kind.Kind}): unknown conversion";
        }

        if (written != expected)
        {
            return $"the API version in the data ({written}) does not match the expected API version ({expected})";
        }

        SchemaType type = ObjectSchema.Of(kind);
        return Problem(type, json, string.Empty) is { } problem ? $"{kind.Kind} in version \"{VersionOf(expected)}\" cannot be handled as a {kind.Kind}: {problem}" : null;
    }

    private static string VersionOf(string apiVersion) => apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static string InternalPackage(ResourceKind kind) => kind.Group.Length == 0 ? "core" : kind.Group.Split('.')[0];

    private static string? Problem(SchemaType type, JsonObject json, string prefix)
    {
        foreach ((string name, JsonNode? value) in json)
        {
            if (value is not null && type.Fields.TryGetValue(name, out SchemaField? field) && Problem(type.Name, field.Shape, value, prefix + name) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? Problem(string owner, SchemaShape shape, JsonNode value, string path)
    {
        switch (shape.Form)
        {
            case SchemaForm.Any:
                return null;
            case SchemaForm.Object:
                return value is JsonObject part ? Problem(ObjectSchema.Of(shape), part, path + ".") : Mismatch(owner, shape, value, path);
            case SchemaForm.List:
                return value is JsonArray list
                    ? list.OfType<JsonNode>().Select(item => Problem(owner, shape.Item!, item, path)).FirstOrDefault(static problem => problem is not null)
                    : Mismatch(owner, shape, value, path);
            case SchemaForm.Map:
                return value is JsonObject map
                    ? map.Select(pair => pair.Value is null ? null : Problem(owner, shape.Item!, pair.Value, path)).FirstOrDefault(static problem => problem is not null)
                    : Mismatch(owner, shape, value, path);
            case SchemaForm.Quantity:
                return Quantity.Read(value) is not null
                    ? null
                    : "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
            case SchemaForm.NumberOrText:
                return value.GetValueKind() == JsonValueKind.String || IsWhole(value, "int32") ? null : $"json: cannot unmarshal {Word(value)} into Go value of type int32";
            case SchemaForm.Number:
                return IsWhole(value, shape.GoName) ? null : Mismatch(owner, shape, value, path);
            case SchemaForm.Truth:
                return value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : Mismatch(owner, shape, value, path);
            default:
                return value.Text() is { } text ? ProblemOfText(shape, text) : Mismatch(owner, shape, value, path);
        }
    }

    private static string? ProblemOfText(SchemaShape shape, string text)
    {
        switch (shape.Form)
        {
            case SchemaForm.Bytes:
                return Convert.TryFromBase64String(text, new byte[text.Length], out _) ? null : string.Create(CultureInfo.InvariantCulture, $"illegal base64 data at input byte {BadByte(text)}");
            case SchemaForm.Time when text.Length > 0:
                return Moment().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _)
                    ? null
                    : $"parsing time \"{text}\" as \"{(shape.GoName == "v1.Time" ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00")}\": cannot parse \"{text}\" as \"2006\"";
            default:
                return null;
        }
    }

    private static int BadByte(string text)
    {
        int index = text.AsSpan().IndexOfAnyExcept(Base64Letters);
        return index < 0 ? text.Length : index;
    }

    private static bool IsWhole(JsonNode value, string type) => value.Number() is { } number && (type == "int64" || number is >= int.MinValue and <= int.MaxValue);

    private static string Mismatch(string owner, SchemaShape shape, JsonNode value, string path) =>
        $"json: cannot unmarshal {Word(value)} into Go struct field {owner}.{path} of type {shape.GoName}";

    private static string Word(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.Number() is null or > int.MaxValue or < int.MinValue ? $"number {value.ToJsonString()}" : "number",
        _ => "bool",
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Moment();
}
