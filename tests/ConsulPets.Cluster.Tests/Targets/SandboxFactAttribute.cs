namespace ConsulPets.Cluster.Tests;

/// <summary>A test that runs on the sandbox alone. Where the sandbox runs no pods it is skipped, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SandboxFactAttribute : FactAttribute
{
    public SandboxFactAttribute() => Skip = TestCluster.WhyNot(ClusterKind.Sandbox);
}
