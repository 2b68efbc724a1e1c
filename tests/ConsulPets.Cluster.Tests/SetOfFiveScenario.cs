using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>Sets of five.</summary>
public sealed class SetOfFiveScenario : RollingScenario
{
    public SetOfFiveScenario(ITestOutputHelper output)
        : base(output)
    {
    }

    private static IEnumerable<int?> Leaders => IsThorough ? [0, 1, 2, 3, 4] : [null];

    [EachCluster]
    public void A_set_of_five_is_restarted(ClusterKind cluster) => Roll(cluster, 5, Leaders, "restart", "Restart-ConsulPetSet consul @kube -Confirm:$false");

    [EachCluster]
    public void A_set_of_five_is_given_another_image(ClusterKind cluster) =>
        RollImage(cluster, 5, Leaders);
}
