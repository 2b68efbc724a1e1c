using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>Tells a set that is still being bootstrapped from one that has something to lose.</summary>
public static class BootstrapRules
{
    // The controller makes the first pods at once; a pod that is younger than this against its set may have replaced one that had data.
    private static readonly TimeSpan FirstPods = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether the set provably holds no data yet: its servers have an empty raft configuration, or none of its pods has ever run. Anything unknown counts as
    /// something to lose: a set that happens to be down is not one that was never up.
    /// </summary>
    /// <param name="observation">The observation.</param>
    /// <returns>True when other values may be applied without asking raft.</returns>
    public static bool HasNothingToLose(PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ObservedWorkload workload = observation.Workload;
        if (workload.Replicas == 0)
        {
            return false;
        }

        return observation.Consul is { } consul
            ? consul.Peers is { Count: 0 } && !consul.HasLeader
            : observation.Pods.All(pod => NeverRan(pod) && (workload.ClaimTemplates.Count == 0 || pod.Created - workload.Created < FirstPods))
                && (observation.Pods.Count > 0 || observation.Taken - workload.Created < FirstPods);
    }

    private static bool NeverRan(ObservedPod pod) => pod is { Running: false, Ready: false, Restarts: 0 };
}
