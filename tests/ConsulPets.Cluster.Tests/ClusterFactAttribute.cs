namespace ConsulPets.Cluster.Tests;

/// <summary>A test that needs a real cluster, named by CONSULPETS_TEST_KUBECONFIG. Without one it is skipped, and says how to get one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute()
    {
        if (TestCluster.AdminKubeConfig is null)
        {
            Skip = "needs a cluster: export CONSULPETS_TEST_KUBECONFIG=\"$(tests/cluster/up.sh)\"";
        }
    }
}
