namespace ConsulPets.Cluster.Tests;

/// <summary>A test that compares the sandbox with a real cluster. Without one it is skipped, and says how to get one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealClusterFactAttribute : FactAttribute
{
    public RealClusterFactAttribute() => Skip = TestCluster.WhyNot(ClusterKind.Real) ?? TestCluster.WhyNot(ClusterKind.Sandbox);
}
