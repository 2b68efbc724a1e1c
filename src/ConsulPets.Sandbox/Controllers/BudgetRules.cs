using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>How many pods a disruption budget lets go (Kubernetes source, pkg/controller/disruption).</summary>
internal static class BudgetRules
{
    // An eviction that was allowed and came to nothing is forgotten after this time.
    private static readonly TimeSpan DisruptionTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Computes a budget's status.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="pods">The pods that it means.</param>
    /// <param name="scale">How many pods a pod's controller wants; null when it has none that can say so.</param>
    /// <param name="now">The time.</param>
    /// <returns>The status, and after what time to compute it anew; null for none.</returns>
    public static (JsonObject Status, TimeSpan? Recheck) Decide(JsonObject budget, IReadOnlyList<JsonObject> pods, Func<JsonObject, (string Uid, long Scale)?> scale, DateTimeOffset now)
    {
        string? problem = Wanted(budget, pods, scale, out long expected, out long desired);
        (JsonObject disrupted, TimeSpan? recheck) = Disrupted(budget, pods, now);
        int healthy = problem is null ? pods.Count(pod => PodState.IsReady(pod) && !PodState.IsTerminating(pod) && !disrupted.ContainsKey(NameOf(pod))) : 0;
        long allowed = problem is not null || expected <= 0 ? 0 : Math.Max(0, healthy - desired);
        long generation = budget.Number("metadata", "generation") ?? 0;
        var copy = new JsonObject { ["status"] = new JsonObject { ["conditions"] = budget.At("status", "conditions")?.DeepClone() } };
        var condition = new JsonObject
        {
            ["type"] = "DisruptionAllowed",
            ["status"] = allowed > 0 ? "True" : "False",
            ["observedGeneration"] = generation,
            ["lastTransitionTime"] = null,
            ["reason"] = problem is not null ? "SyncFailed" : allowed > 0 ? "SufficientPods" : "InsufficientPods",
            ["message"] = problem ?? string.Empty,
        };
        PodState.SetCondition(copy, condition, now);
        var status = new JsonObject();
        if (disrupted.Count > 0)
        {
            status["disruptedPods"] = disrupted;
        }

        status["observedGeneration"] = generation;
        status["disruptionsAllowed"] = allowed;
        status["currentHealthy"] = healthy;
        status["desiredHealthy"] = problem is null ? desired : 0;
        status["expectedPods"] = problem is null ? expected : 0;
        status["conditions"] = copy.At("status", "conditions")?.DeepClone();
        return (status, recheck);
    }

    private static string NameOf(JsonObject pod) => pod.Text("metadata", "name") ?? string.Empty;

    // Gives the problem, or null.
    private static string? Wanted(JsonObject budget, IReadOnlyList<JsonObject> pods, Func<JsonObject, (string Uid, long Scale)?> scale, out long expected, out long desired)
    {
        JsonNode? least = budget.At("spec", "minAvailable");
        JsonNode? most = budget.At("spec", "maxUnavailable");
        expected = pods.Count;
        desired = 0;
        if (most is null && !IntOrPercent.IsPercent(least))
        {
            desired = IntOrPercent.Of(least, 0) ?? 0;
            return null;
        }

        var controllers = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (JsonObject pod in pods)
        {
            if (scale(pod) is not { } known)
            {
                return $"found no controllers for pod \"{NameOf(pod)}\"";
            }

            controllers[known.Uid] = known.Scale;
        }

        expected = controllers.Values.Sum();
        desired = most is null ? IntOrPercent.Of(least, expected) ?? 0 : Math.Max(0, expected - (IntOrPercent.Of(most, expected) ?? 0));
        return null;
    }

    private static (JsonObject Disrupted, TimeSpan? Recheck) Disrupted(JsonObject budget, IReadOnlyList<JsonObject> pods, DateTimeOffset now)
    {
        var kept = new JsonObject();
        TimeSpan? recheck = null;
        foreach ((string name, string since) in budget.Map("status", "disruptedPods"))
        {
            TimeSpan left = (PodState.Moment(since) ?? now) + DisruptionTimeout - now;
            if (left > TimeSpan.Zero && pods.Any(pod => NameOf(pod) == name && !PodState.IsTerminating(pod)))
            {
                kept[name] = since;
                recheck = recheck is null || left < recheck ? left : recheck;
            }
        }

        return (kept, recheck);
    }
}
