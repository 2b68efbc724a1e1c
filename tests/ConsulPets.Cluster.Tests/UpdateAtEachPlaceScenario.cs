using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>Another image for a set.</summary>
public sealed class UpdateAtEachPlaceScenario : RollingScenario
{
    public UpdateAtEachPlaceScenario(ITestOutputHelper output)
        : base(output)
    {
    }

    [EachCluster]
    public void Another_image_is_rolled_over_a_set_of_three_with_the_leader_at_each_place(ClusterKind cluster) =>
        RollImage(cluster, 3, [0, 1, 2]);
}
