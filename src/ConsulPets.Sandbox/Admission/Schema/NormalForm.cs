using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>
/// What becomes of an object that goes through the real server's Go types: unknown fields and empty values are dropped, some fields are written although nobody set them
/// (<c>resources: {}</c>, a template's <c>creationTimestamp: null</c>), and amounts get their canonical form. Without it a diff against what was sent would show other fields.
/// </summary>
internal static class NormalForm
{
    /// <summary>Brings an object into its normal form.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="json">The object; changed in place.</param>
    /// <param name="withStatus">Whether its status is to be changed too: it belongs to another writer once the object exists.</param>
    public static void Apply(ResourceKind kind, JsonObject json, bool withStatus) => Apply(ObjectSchema.Of(kind), json, withStatus ? null : "status");

    private static void Apply(SchemaType type, JsonObject json, string? except = null)
    {
        foreach (string name in json.Select(static pair => pair.Key).Where(name => !type.Fields.ContainsKey(name)).ToArray())
        {
            json.Remove(name);
        }

        foreach (SchemaField field in type.Fields.Values)
        {
            // Who owns which field is kept apart and often long.
            if (field.Name != except && field.Name != "managedFields")
            {
                Apply(field, json);
            }
        }
    }

    private static void Apply(SchemaField field, JsonObject json)
    {
        SchemaShape shape = field.Shape;
        JsonNode? value = json[field.Name];
        if (value is null && shape is { IsPointer: false, Form: SchemaForm.Object })
        {
            json[field.Name] = value = new JsonObject();
        }

        value = Apply(shape, value, json, field.Name);
        bool isEmpty = shape switch
        {
            { IsPointer: true } => value is null,
            { Form: SchemaForm.Object or SchemaForm.Time or SchemaForm.Quantity or SchemaForm.NumberOrText } => false,
            _ => IsEmpty(value),
        };
        if (isEmpty && field.IsOmittedWhenEmpty)
        {
            json.Remove(field.Name);
        }
        else if (value is null)
        {
            json[field.Name] = Zero(shape);
        }
    }

    // What is of another type than it should be is left as it is: decoding refuses it before.
    private static JsonNode? Apply(SchemaShape shape, JsonNode? value, JsonObject parent, string name)
    {
        switch (shape.Form)
        {
            case SchemaForm.Object when value is JsonObject part:
                Apply(ObjectSchema.Of(shape), part);
                break;
            case SchemaForm.List when value is JsonArray list && shape.Item!.Form == SchemaForm.Object:
                foreach (JsonObject item in list.OfType<JsonObject>())
                {
                    Apply(ObjectSchema.Of(shape.Item), item);
                }

                break;
            case SchemaForm.Map when value is JsonObject map && shape.Item!.Form == SchemaForm.Quantity:
                foreach (string key in map.Select(static pair => pair.Key).ToArray())
                {
                    map[key] = Quantity.Read(map[key])?.ToThousandths().ToString() ?? map[key]?.DeepClone();
                }

                break;
            case SchemaForm.Map when value is JsonObject map && shape.Item!.Form == SchemaForm.Text:
                foreach (string key in map.Where(static pair => pair.Value is null).Select(static pair => pair.Key).ToArray())
                {
                    map[key] = string.Empty;
                }

                break;
            case SchemaForm.Quantity when Quantity.Read(value) is { } amount:
                parent[name] = value = amount.ToString();
                break;
        }

        return value;
    }

    private static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonObject map => map.Count == 0,
        JsonArray list => list.Count == 0,
        JsonValue single => single.GetValueKind() switch
        {
            JsonValueKind.False => true,
            JsonValueKind.String => single.GetValue<string>().Length == 0,
            JsonValueKind.Number => single.ToJsonString() is "0",
            _ => false,
        },
        _ => false,
    };

    private static JsonNode? Zero(SchemaShape shape) => shape switch
    {
        { IsPointer: true } => null,
        { Form: SchemaForm.Text } => string.Empty,
        { Form: SchemaForm.Truth } => false,
        { Form: SchemaForm.Number or SchemaForm.NumberOrText } => 0,
        { Form: SchemaForm.Quantity } => "0",
        _ => null,
    };
}
