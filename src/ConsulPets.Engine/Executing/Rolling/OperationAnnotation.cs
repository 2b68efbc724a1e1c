using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>What an operation leaves in the cluster: its state, in an annotation of the workload.</summary>
internal static class OperationAnnotation
{
    /// <summary>The annotation.</summary>
    public const string Name = OperationState.AnnotationName;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The state as text.</summary>
    /// <param name="state">The state.</param>
    /// <returns>JSON.</returns>
    public static string Write(OperationState state) => JsonSerializer.Serialize(state, Form);

    /// <summary>Reads the state.</summary>
    /// <param name="annotations">The workload's annotations.</param>
    /// <param name="kind">The workload's kind, for the error.</param>
    /// <param name="target">The workload as <c>namespace/name</c>, for the error.</param>
    /// <returns>The state; null when no operation is under way.</returns>
    /// <exception cref="ConsulPetsException">OperationStateInvalid: somebody wrote something else there, or a later version of the module did.</exception>
    public static OperationState? Read(IReadOnlyDictionary<string, string> annotations, PetSetKind kind, string target)
    {
        if (annotations.GetValueOrDefault(Name) is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<OperationState>(text, Form) ?? throw Invalid(kind, target, null);
        }
        catch (JsonException exception)
        {
            throw Invalid(kind, target, exception);
        }
    }

    /// <summary>A hash of a pod template as it is stored. The order of fields does not matter.</summary>
    /// <param name="template">The template.</param>
    /// <returns>Sixteen hexadecimal digits.</returns>
    public static string HashOf(JsonElement template)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            Canonical(template, writer);
        }

        return Convert.ToHexString(SHA256.HashData(bytes.ToArray()), 0, 8).ToLowerInvariant();
    }

    private static void Canonical(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (JsonProperty field in element.EnumerateObject().OrderBy(static field => field.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(field.Name);
                    Canonical(field.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Canonical(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static ConsulPetsException Invalid(PetSetKind kind, string target, Exception? cause) => new(
        "OperationStateInvalid",
        ConsulPetsErrorKind.InvalidData,
        $"The annotation {Name} of '{target}' is not what this version of the module writes.",
        $"If no operation is under way, remove it: kubectl annotate {kind.ToString().ToLowerInvariant()} {target.Split('/')[^1]} -n {target.Split('/')[0]} {Name}-",
        target,
        cause);
}
