using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>The restart of a set.</summary>
public sealed class RestartAtEachPlaceScenario : RollingScenario
{
    public RestartAtEachPlaceScenario(ITestOutputHelper output)
        : base(output)
    {
    }

    [EachCluster]
    public void A_set_of_three_is_restarted_with_the_leader_at_each_place(ClusterKind cluster) =>
        Roll(cluster, 3, [0, 1, 2], "restart", "Restart-ConsulPetSet consul @kube -Confirm:$false");
}
