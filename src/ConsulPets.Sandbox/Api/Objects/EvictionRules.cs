using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>What a disruption budget says to an eviction.</summary>
internal static class EvictionRules
{
    // More pods than that, evicted but not yet seen to be gone, mean that the controller does not keep up.
    private const int MostDisruptedPods = 2000;

    /// <summary>Whether a pod's eviction disrupts nothing: it has ended, has not begun, or is ending anyway.</summary>
    /// <param name="pod">The pod.</param>
    /// <returns>True when it does not.</returns>
    public static bool IgnoresBudgets(JsonObject pod) =>
        pod.Text("status", "phase") is "Succeeded" or "Failed" or "Pending" || pod.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>Whether a budget covers a pod.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="pod">The pod.</param>
    /// <returns>True when it does.</returns>
    public static bool Covers(JsonObject budget, JsonObject pod) => LabelSelector.OfManifest(budget.Part("spec", "selector")).Matches(pod);

    /// <summary>Takes one disruption from a budget.</summary>
    /// <param name="budget">The budget; changed in place.</param>
    /// <param name="pod">The pod that is to go.</param>
    /// <param name="now">The time.</param>
    /// <returns>The budget; null when the eviction costs nothing.</returns>
    /// <exception cref="ApiException">The budget does not allow it.</exception>
    public static JsonObject? Spend(JsonObject budget, JsonObject pod, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(budget);
        string name = budget.Text("metadata", "name") ?? string.Empty;
        long current = budget.Number("status", "currentHealthy") ?? 0;
        long desired = budget.Number("status", "desiredHealthy") ?? 0;
        if (!IsReady(pod) && (budget.Text("spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow" || (current >= desired && desired > 0)))
        {
            return null;
        }

        if ((budget.Number("status", "observedGeneration") ?? 0) < (budget.Number("metadata", "generation") ?? 0))
        {
            throw TooMany($"The disruption budget {name} is still being processed by the server.", 10);
        }

        long allowed = budget.Number("status", "disruptionsAllowed") ?? 0;
        if (allowed < 0)
        {
            throw ApiException.Forbidden(ResourceKinds.DisruptionBudgets, name, "pdb disruptions allowed is negative");
        }

        JsonObject status = budget.Make("status");
        if (budget.Part("status", "disruptedPods") is { Count: > MostDisruptedPods })
        {
            throw ApiException.Forbidden(ResourceKinds.DisruptionBudgets, name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
        }

        if (allowed == 0)
        {
            throw TooMany(string.Create(CultureInfo.InvariantCulture, $"The disruption budget {name} needs {desired} healthy pods and has {current} currently"), null);
        }

        status["disruptionsAllowed"] = allowed - 1;
        budget.Make("status", "disruptedPods")[pod.Text("metadata", "name") ?? string.Empty] = JsonText.Timestamp(now);
        if (allowed == 1)
        {
            Exhaust(budget, status, now);
        }

        return budget;
    }

    private static bool IsReady(JsonObject pod) => pod.Items("status", "conditions").Any(static condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");

    private static void Exhaust(JsonObject budget, JsonObject status, DateTimeOffset now)
    {
        JsonObject[] others = [.. status.Items("conditions").Where(static condition => condition.Text("type") != "DisruptionAllowed").Select(static condition => (JsonObject)condition.DeepClone())];
        status["conditions"] = new JsonArray(
        [
            .. others,
            new JsonObject
            {
                ["type"] = "DisruptionAllowed",
                ["status"] = "False",
                ["observedGeneration"] = budget.Number("status", "observedGeneration") ?? 0,
                ["lastTransitionTime"] = JsonText.Timestamp(now),
                ["reason"] = "InsufficientPods",
                ["message"] = string.Empty,
            },
        ]);
    }

    private static ApiException TooMany(string why, int? retryAfterSeconds)
    {
        var details = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = why }) };
        if (retryAfterSeconds is not null)
        {
            details["retryAfterSeconds"] = retryAfterSeconds;
        }

        return new ApiException(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", details);
    }
}
