using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>How well a pod is treated when its node runs short: told by what its containers ask for.</summary>
internal static class QualityOfService
{
    /// <summary>A pod's class.</summary>
    /// <param name="spec">The pod's spec, with its defaults.</param>
    /// <returns><c>Guaranteed</c>, <c>Burstable</c> or <c>BestEffort</c>.</returns>
    public static string Of(JsonObject spec)
    {
        JsonObject[] containers = [.. PodDefaults.Containers(spec)];
        if (!containers.Any(static container => AsksFor(container, "requests") || AsksFor(container, "limits")))
        {
            return "BestEffort";
        }

        return containers.All(static container => IsFixed(container, "cpu") && IsFixed(container, "memory")) ? "Guaranteed" : "Burstable";
    }

    private static bool AsksFor(JsonObject container, string what) => Amount(container, what, "cpu") is not null || Amount(container, what, "memory") is not null;

    private static bool IsFixed(JsonObject container, string resource) =>
        Amount(container, "limits", resource) is { } limit && (Amount(container, "requests", resource) ?? limit).Billionths == limit.Billionths;

    private static Quantity? Amount(JsonObject container, string what, string resource) =>
        Quantity.Read(container.At("resources", what, resource)) is { Billionths.IsZero: false } amount ? amount : null;
}
