using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Patching;

/// <summary>RFC 7386: objects are merged, null removes, everything else replaces.</summary>
public static class MergePatch
{
    /// <summary>Applies it.</summary>
    /// <param name="target">The object; not changed.</param>
    /// <param name="patch">The patch.</param>
    /// <returns>The patched object.</returns>
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(patch);
        var result = (JsonObject)target.DeepClone();
        Merge(result, patch);
        return result;
    }

    private static void Merge(JsonObject result, JsonObject patch)
    {
        foreach ((string name, JsonNode? value) in patch)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else if (value is not JsonObject part)
            {
                result[name] = value.DeepClone();
            }
            else
            {
                if (result[name] is not JsonObject below)
                {
                    result[name] = below = [];
                }

                Merge(below, part);
            }
        }
    }
}
