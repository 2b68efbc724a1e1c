using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Patching;

/// <summary>RFC 6902: a list of operations.</summary>
public static class JsonPatch
{
    /// <summary>Applies it.</summary>
    /// <param name="target">The object; not changed.</param>
    /// <param name="operations">The operations.</param>
    /// <returns>The patched object.</returns>
    /// <exception cref="ApiException">An operation cannot be carried out, or a test failed.</exception>
    public static JsonObject Apply(JsonObject target, JsonArray operations)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(operations);

        // The object is kept in another one, so that the path "" is a field like others.
        var holder = new JsonObject { [string.Empty] = target.DeepClone() };
        foreach (JsonNode? operation in operations)
        {
            if (operation is not JsonObject asked)
            {
                throw ApiException.BadRequest("json: cannot unmarshal array into Go value of type jsonpatch.Patch");
            }

            Carry(holder, asked);
        }

        JsonObject result = holder[string.Empty] as JsonObject ?? throw Refusal();
        holder.Remove(string.Empty);
        return result;
    }

    private static void Carry(JsonObject holder, JsonObject operation)
    {
        string[] path = Pointer(operation.Text("path"));
        switch (operation.Text("op"))
        {
            case "add":
                Add(holder, path, Value(operation));
                break;
            case "remove":
                Remove(holder, path);
                break;
            case "replace":
                JsonNode? value = Value(operation);
                Replace(holder, path, value);
                break;
            case "move":
                string[] from = Pointer(operation.Text("from"));
                if (path.Length > from.Length && path.AsSpan(0, from.Length).SequenceEqual(from))
                {
                    throw Refusal();
                }

                JsonNode? moved = Get(holder, from)?.DeepClone();
                Remove(holder, from);
                Add(holder, path, moved);
                break;
            case "copy":
                Add(holder, path, Get(holder, Pointer(operation.Text("from")))?.DeepClone());
                break;
            case "test" when JsonNode.DeepEquals(Tested(holder, path, operation), operation["value"]):
                break;
            default:
                throw Refusal();
        }
    }

    // What the API server says of every operation that fails, whatever the reason (k8s.io/apiserver, endpoints/handlers/patch.go).
    private static ApiException Refusal() => new(422, "Invalid", "the server rejected our request due to an error in our request", []);

    private static JsonNode? Value(JsonObject operation) => operation.ContainsKey("value") ? operation["value"]?.DeepClone() : throw Refusal();

    // A field that is not there passes for null in a test (evanphx/json-patch, which the API server uses).
    private static JsonNode? Tested(JsonObject holder, string[] path, JsonObject operation) =>
        operation["value"] is null && Parent(holder, path) is JsonObject parent ? parent[path[^1]] : Get(holder, path);

    private static string[] Pointer(string? text)
    {
        if (text is null || (text.Length > 0 && text[0] != '/'))
        {
            throw Refusal();
        }

        return [.. text.Split('/').Select(static part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Get(JsonObject holder, string[] path) => Parent(holder, path) switch
    {
        JsonObject parent when parent.TryGetPropertyValue(path[^1], out JsonNode? value) => value,
        JsonArray list => list[Index(path[^1], list.Count - 1)],
        _ => throw Refusal(),
    };

    private static JsonNode Parent(JsonObject holder, string[] path)
    {
        JsonNode? at = holder;
        foreach (string part in path.AsSpan(0, path.Length - 1))
        {
            at = at switch
            {
                JsonObject parent => parent[part],
                JsonArray list => list[Index(part, list.Count - 1)],
                _ => throw Refusal(),
            };
        }

        return at ?? throw Refusal();
    }

    private static void Add(JsonObject holder, string[] path, JsonNode? value)
    {
        switch (Parent(holder, path))
        {
            case JsonObject parent:
                parent[path[^1]] = value;
                break;
            case JsonArray list:
                list.Insert(path[^1] == "-" ? list.Count : Index(path[^1], list.Count), value);
                break;
            default:
                throw Refusal();
        }
    }

    private static void Replace(JsonObject holder, string[] path, JsonNode? value)
    {
        _ = Get(holder, path);
        if (Parent(holder, path) is JsonArray list)
        {
            list[Index(path[^1], list.Count - 1)] = value;
        }
        else
        {
            Add(holder, path, value);
        }
    }

    private static void Remove(JsonObject holder, string[] path)
    {
        _ = Get(holder, path);
        switch (Parent(holder, path))
        {
            case JsonObject parent:
                parent.Remove(path[^1]);
                break;
            case JsonArray list:
                list.RemoveAt(Index(path[^1], list.Count - 1));
                break;
        }
    }

    // Digits only, and no leading zero (RFC 6901).
    private static int Index(string text, int greatest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index <= greatest && (text.Length == 1 || text[0] != '0')
            ? index
            : throw Refusal();
}
