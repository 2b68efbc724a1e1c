using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Collects what is wrong, in the API server's words (k8s.io/apimachinery, pkg/util/validation/field/errors.go).</summary>
internal sealed class ProblemList
{
    private readonly List<FieldProblem> items = [];

    /// <summary>What was found, each thing once.</summary>
    public IReadOnlyList<FieldProblem> Items => [.. items.Distinct()];

    /// <summary>A value that breaks a rule.</summary>
    /// <param name="field">The path.</param>
    /// <param name="value">The value in Go's notation: see <see cref="GoText"/>.</param>
    /// <param name="why">The rule.</param>
    public void Invalid(string field, string value, string why) =>
        Add("FieldValueInvalid", field, why.Length == 0 ? $"Invalid value: {value}" : $"Invalid value: {value}: {why}");

    /// <summary>A number that breaks a rule.</summary>
    /// <param name="field">The path.</param>
    /// <param name="value">The number.</param>
    /// <param name="why">The rule.</param>
    public void Invalid(string field, long value, string why) => Invalid(field, value.ToString(CultureInfo.InvariantCulture), why);

    /// <summary>A text that breaks rules.</summary>
    /// <param name="field">The path.</param>
    /// <param name="value">The text.</param>
    /// <param name="rules">The rules; none when it keeps them all.</param>
    public void InvalidText(string field, string value, IEnumerable<string> rules)
    {
        foreach (string rule in rules)
        {
            Invalid(field, GoText.Quote(value), rule);
        }
    }

    /// <summary>A value that is missing.</summary>
    /// <param name="field">The path.</param>
    /// <param name="why">More about it; empty for nothing.</param>
    public void Required(string field, string why = "") => Add("FieldValueRequired", field, why.Length == 0 ? "Required value" : $"Required value: {why}");

    /// <summary>A value that may not be set.</summary>
    /// <param name="field">The path.</param>
    /// <param name="why">Why.</param>
    public void Forbidden(string field, string why) => Add("FieldValueForbidden", field, $"Forbidden: {why}");

    /// <summary>A value that occurs before.</summary>
    /// <param name="field">The path.</param>
    /// <param name="value">The value in Go's notation.</param>
    public void Duplicate(string field, string value) => Add("FieldValueDuplicate", field, $"Duplicate value: {value}");

    /// <summary>A reference to what is not there.</summary>
    /// <param name="field">The path.</param>
    /// <param name="value">The name.</param>
    public void NotFound(string field, string value) => Add("FieldValueNotFound", field, $"Not found: {GoText.Quote(value)}");

    /// <summary>A value that is longer than it may be.</summary>
    /// <param name="field">The path.</param>
    /// <param name="limit">How long it may be, in bytes.</param>
    public void TooLong(string field, int limit) => Add("FieldValueTooLong", field, string.Create(CultureInfo.InvariantCulture, $"Too long: must have at most {limit} bytes"));

    /// <summary>A value that is none of those there are.</summary>
    /// <param name="field">The path.</param>
    /// <param name="value">The value in Go's notation.</param>
    /// <param name="supported">Those there are, in the real server's order.</param>
    public void NotSupported(string field, string value, params ReadOnlySpan<string> supported)
    {
        string names = string.Join(", ", supported.ToArray().Select(GoText.Quote));
        Add("FieldValueNotSupported", field, $"Unsupported value: {value}: supported values: {names}");
    }

    /// <summary>Requires a text to be one of several.</summary>
    /// <param name="field">The path.</param>
    /// <param name="value">The text; null and empty are refused too.</param>
    /// <param name="supported">Those there are, in the real server's order.</param>
    public void OneOf(string field, string? value, params ReadOnlySpan<string> supported)
    {
        if (!supported.Contains(value ?? string.Empty))
        {
            NotSupported(field, GoText.Quote(value ?? string.Empty), supported);
        }
    }

    /// <summary>Requires a number not to be negative.</summary>
    /// <param name="field">The path.</param>
    /// <param name="value">The number; null is fine.</param>
    public void NotNegative(string field, long? value)
    {
        if (value < 0)
        {
            Invalid(field, value.Value, "must be greater than or equal to 0");
        }
    }

    /// <summary>Requires a value to be as it was.</summary>
    /// <param name="field">The path.</param>
    /// <param name="value">The value.</param>
    /// <param name="live">What it was.</param>
    /// <param name="text">The value in Go's notation; null for a text's or number's own.</param>
    public void Unchanged(string field, JsonNode? value, JsonNode? live, string? text = null)
    {
        if (!JsonNode.DeepEquals(value, live))
        {
            Invalid(field, text ?? GoText.Of(value), "field is immutable");
        }
    }

    /// <summary>A path with an index.</summary>
    /// <param name="path">The list's path.</param>
    /// <param name="index">The index.</param>
    /// <returns><c>path[index]</c>.</returns>
    public static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    /// <summary>The items of a list with their paths.</summary>
    /// <param name="json">Where the list is.</param>
    /// <param name="path">The path of where it is.</param>
    /// <param name="name">The list's field.</param>
    /// <returns>The items.</returns>
    public static IEnumerable<(JsonObject Item, string Path)> Each(JsonNode? json, string path, string name) =>
        json.Items(name).Select((item, index) => (item, At($"{path}.{name}", index)));

    private void Add(string reason, string field, string message) => items.Add(new FieldProblem(reason, field, message));
}
