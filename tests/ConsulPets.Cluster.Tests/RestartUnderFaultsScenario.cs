using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>A set is restarted while the API server fails.</summary>
public sealed class RestartUnderFaultsScenario : UnderFaultsScenario
{
    [SandboxFact]
    public void A_restart_goes_on_through_faults()
    {
        (Dictionary<string, PSObject> before, Dictionary<string, PSObject> after) = Run([""" "verb": "create", "resource": "pods", "subresource": "eviction", "skip": 0 """], "Restart-ConsulPetSet consul");
        Assert.All(after.Values, pet => Assert.NotEqual(before[pet.Text("Name")].Text("PodIP"), pet.Text("PodIP")));
    }
}
