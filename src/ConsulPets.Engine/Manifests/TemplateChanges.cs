using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Manifests;

/// <summary>Changes a pod template that runs already: the module's own, Helm's, or one written by hand. What was not asked for stays as it is.</summary>
internal static class TemplateChanges
{
    /// <summary>The config maps of the servers' configuration in a template: which volume, which config map.</summary>
    /// <param name="template">The template.</param>
    /// <returns>The config maps that the Consul container mounts.</returns>
    public static IReadOnlyList<string> ConfigMaps(JsonObject template)
    {
        JsonObject? container = Container(template);
        HashSet<string> mounted = [.. (container?["volumeMounts"] as JsonArray ?? []).Select(static mount => (string?)mount?["name"]).OfType<string>()];
        return [.. Volumes(template).Where(volume => mounted.Contains((string)volume["name"]!)).Select(static volume => (string?)volume["configMap"]?["name"]).OfType<string>()];
    }

    /// <summary>Applies a change.</summary>
    /// <param name="template">The template as it is stored.</param>
    /// <param name="change">What is to be another.</param>
    /// <param name="configMap">The config map to be mounted instead of another: its former name and its new one; null to keep it.</param>
    /// <returns>The new template, and what is changed in it, in words.</returns>
    /// <exception cref="ConsulPetsException">InvalidArgument.</exception>
    public static (JsonObject Template, IReadOnlyList<string> Words) Apply(JsonObject template, TemplateChange change, (string Former, string Latter)? configMap)
    {
        var changed = (JsonObject)template.DeepClone();
        var words = new List<string>();
        JsonObject spec = changed["spec"]!.AsObject();
        JsonObject container = Container(changed)!;
        Set(container, "image", change.Image is null ? null : JsonValue.Create(change.Image), words, $"image {(string?)container["image"]} -> {change.Image}");
        Set(container, "resources", Parse(change.ResourcesJson, "Resources"), words, "resources");
        Set(spec, "nodeSelector", change.NodeSelector is null ? null : PetSetManifest.Labels(change.NodeSelector), words, "node selector");
        Set(spec, "tolerations", Parse(change.TolerationsJson, "Toleration"), words, "tolerations");
        Set(spec, "imagePullSecrets", change.ImagePullSecrets is null ? null : new JsonArray([.. change.ImagePullSecrets.Select(static secret => (JsonNode)new JsonObject { ["name"] = secret })]), words, "pull secrets");
        SetPriorityClass(spec, change.PriorityClass, words);
        SetMap(changed, "labels", change.Labels, words);
        SetMap(changed, "annotations", change.Annotations, words);
        if (configMap is { } maps && maps.Former != maps.Latter)
        {
            foreach (JsonObject volume in Volumes(changed).Where(volume => (string?)volume["configMap"]?["name"] == maps.Former))
            {
                volume["configMap"]!["name"] = maps.Latter;
            }

            words.Add("server configuration");
        }

        return (changed, words);
    }

    private static JsonObject? Container(JsonObject template)
    {
        JsonElement element = JsonSerializer.SerializeToElement(template);
        string? name = ConsulContainer.Find(element.GetProperty("spec"), Kubernetes.JsonReading.Map(element, "metadata", "labels")) is { } found
            ? Kubernetes.JsonReading.Text(found, "name")
            : null;
        return (template["spec"]?["containers"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(container => (string?)container["name"] == name);
    }

    private static IEnumerable<JsonObject> Volumes(JsonObject template) => (template["spec"]?["volumes"] as JsonArray ?? []).OfType<JsonObject>();

    private static void Set(JsonObject parent, string field, JsonNode? value, List<string> words, string word)
    {
        if (value is null || JsonNode.DeepEquals(parent[field] ?? Empty(value), value))
        {
            return;
        }

        if (value is JsonObject { Count: 0 } or JsonArray { Count: 0 })
        {
            parent.Remove(field);
        }
        else
        {
            parent[field] = value;
        }

        words.Add(word);
    }

    // Nothing there is the same as nothing in it.
    private static JsonNode? Empty(JsonNode value) => value is JsonObject ? new JsonObject() : value is JsonArray ? new JsonArray() : null;

    // The number that admission has made of the former class would contradict the new one (kubernetes, plugin/pkg/admission/priority).
    private static void SetPriorityClass(JsonObject spec, string? name, List<string> words)
    {
        if (name is null || name == ((string?)spec["priorityClassName"] ?? string.Empty))
        {
            return;
        }

        spec.Remove("priority");
        if (name.Length == 0)
        {
            spec.Remove("priorityClassName");
        }
        else
        {
            spec["priorityClassName"] = name;
        }

        words.Add(name.Length == 0 ? "priority class" : $"priority class {name}");
    }

    private static void SetMap(JsonObject template, string field, IReadOnlyDictionary<string, string?> values, List<string> words)
    {
        if (values.Count == 0)
        {
            return;
        }

        JsonObject metadata = template["metadata"] as JsonObject ?? new JsonObject();
        template["metadata"] ??= metadata;
        JsonObject map = metadata[field] as JsonObject ?? new JsonObject();
        metadata[field] ??= map;
        foreach ((string name, string? value) in values)
        {
            if (value is null ? !map.Remove(name) : (string?)map[name] == value)
            {
                continue;
            }

            if (value is not null)
            {
                map[name] = value;
            }

            words.Add($"{field[..^1]} {name}");
        }

        if (map.Count == 0)
        {
            metadata.Remove(field);
        }
    }

    private static JsonNode? Parse(string? json, string parameter)
    {
        try
        {
            return json is null ? null : JsonNode.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new ConsulPetsException(
                "InvalidArgument", ConsulPetsErrorKind.InvalidArgument, $"-{parameter} is not JSON: {exception.Message}", "Give a hashtable, or JSON text", parameter, exception);
        }
    }
}
