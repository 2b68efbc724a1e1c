using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Nodes' taints and pods' tolerations (Kubernetes documentation, Taints and Tolerations).</summary>
internal static class Taints
{
    /// <summary>The taint of a cordoned node.</summary>
    public const string Unschedulable = "node.kubernetes.io/unschedulable";

    /// <summary>The taint of a node that says nothing any more.</summary>
    public const string Unreachable = "node.kubernetes.io/unreachable";

    /// <summary>The taint of a node that says that it is not ready.</summary>
    public const string NotReady = "node.kubernetes.io/not-ready";

    /// <summary>A node's taints.</summary>
    public static IEnumerable<JsonObject> Of(JsonObject node) => node.Items("spec", "taints");

    /// <summary>Whether a toleration is meant for a taint.</summary>
    public static bool Tolerates(JsonObject toleration, JsonObject taint)
    {
        bool isEffect = toleration.Text("effect") is not { Length: > 0 } effect || effect == taint.Text("effect");
        bool isKey = toleration.Text("key") is not { Length: > 0 } key || key == taint.Text("key");
        return isEffect && isKey && (toleration.Text("operator") == "Exists" || (toleration.Text("value") ?? string.Empty) == (taint.Text("value") ?? string.Empty));
    }

    /// <summary>The first taint of some effects that no toleration is meant for.</summary>
    public static JsonObject? Untolerated(IEnumerable<JsonObject> taints, IReadOnlyList<JsonObject> tolerations, params string[] effects) =>
        taints.FirstOrDefault(taint => effects.Contains(taint.Text("effect")) && !tolerations.Any(toleration => Tolerates(toleration, taint)));

    /// <summary>Adds a taint or takes it away.</summary>
    /// <returns>Whether that changed the node.</returns>
    public static bool Set(JsonObject node, string key, string effect, bool isSet, DateTimeOffset now)
    {
        JsonObject? known = Of(node).FirstOrDefault(taint => taint.Text("key") == key && taint.Text("effect") == effect);
        if (known is not null == isSet)
        {
            return false;
        }

        JsonObject spec = node.Make("spec");
        if (known is null)
        {
            if (spec["taints"] is not JsonArray taints)
            {
                spec["taints"] = taints = [];
            }

            taints.Add(new JsonObject { ["key"] = key, ["effect"] = effect, ["timeAdded"] = JsonText.Timestamp(now) });
            return true;
        }

        var left = (JsonArray)spec["taints"]!;
        left.Remove(known);
        if (left.Count == 0)
        {
            spec.Remove("taints");
        }

        return true;
    }
}
