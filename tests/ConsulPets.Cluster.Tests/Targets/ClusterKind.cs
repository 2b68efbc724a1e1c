namespace ConsulPets.Cluster.Tests;

/// <summary>What a scenario runs on.</summary>
public enum ClusterKind
{
    /// <summary>The sandbox, started by the tests.</summary>
    Sandbox,

    /// <summary>A real Kubernetes, named by CONSULPETS_TEST_KUBECONFIG.</summary>
    Real,
}
