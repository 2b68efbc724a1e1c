using System.Text.Json.Nodes;

namespace ConsulPets.Engine.Manifests;

/// <summary>JSON merge patches (RFC 7386).</summary>
internal static class MergePatch
{
    /// <summary>The patch that makes one object of another: only what differs, null for what goes, lists as wholes.</summary>
    /// <param name="from">What there is.</param>
    /// <param name="to">What there is to be. It must hold no null: a merge patch cannot say one.</param>
    /// <returns>The patch; empty when they are the same.</returns>
    public static JsonObject Between(JsonObject from, JsonObject to)
    {
        var patch = new JsonObject();
        foreach (string gone in from.Select(static field => field.Key).Where(name => !to.ContainsKey(name)))
        {
            patch[gone] = null;
        }

        foreach ((string name, JsonNode? wanted) in to)
        {
            JsonNode? there = from[name];
            if (there is JsonObject former && wanted is JsonObject latter)
            {
                JsonObject inner = Between(former, latter);
                if (inner.Count > 0)
                {
                    patch[name] = inner;
                }
            }
            else if (!from.ContainsKey(name) || !JsonNode.DeepEquals(there, wanted))
            {
                patch[name] = wanted?.DeepClone();
            }
        }

        return patch;
    }
}
