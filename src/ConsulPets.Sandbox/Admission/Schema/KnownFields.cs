using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Which fields the kinds have.</summary>
public static class KnownFields
{
    /// <summary>The fields of an object that Kubernetes v1.31 does not know.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="json">The object.</param>
    /// <returns>Their paths, as <c>spec.template.spec.containers[0].nonsense</c>; empty when there are none.</returns>
    public static IReadOnlyList<string> Unknown(ResourceKind kind, JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(json);
        var paths = new List<string>();
        Collect(ObjectSchema.Of(kind), json, string.Empty, paths, removes: false);
        return paths;
    }

    /// <summary>Takes the unknown fields out of an object, as the real server does when it is not asked to be strict.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="json">The object; changed in place.</param>
    /// <returns>The paths of what was taken out.</returns>
    public static IReadOnlyList<string> Drop(ResourceKind kind, JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(json);
        var paths = new List<string>();
        Collect(ObjectSchema.Of(kind), json, string.Empty, paths, removes: true);
        return paths;
    }

    private static void Collect(SchemaType type, JsonObject json, string prefix, List<string> paths, bool removes)
    {
        foreach ((string name, JsonNode? value) in json.ToArray())
        {
            if (type.Fields.TryGetValue(name, out SchemaField? field))
            {
                Collect(field.Shape, value, prefix + name, paths, removes);
                continue;
            }

            paths.Add(prefix + name);
            if (removes)
            {
                json.Remove(name);
            }
        }
    }

    private static void Collect(SchemaShape shape, JsonNode? value, string path, List<string> paths, bool removes)
    {
        switch (shape.Form)
        {
            case SchemaForm.Object when value is JsonObject part:
                Collect(ObjectSchema.Of(shape), part, path + ".", paths, removes);
                break;
            case SchemaForm.List when value is JsonArray list:
                for (int index = 0; index < list.Count; index++)
                {
                    Collect(shape.Item!, list[index], string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), paths, removes);
                }

                break;
            case SchemaForm.Map when value is JsonObject map:
                foreach ((string key, JsonNode? item) in map)
                {
                    Collect(shape.Item!, item, $"{path}.{key}", paths, removes);
                }

                break;
        }
    }
}
