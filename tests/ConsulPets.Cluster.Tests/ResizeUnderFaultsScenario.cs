using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>A set gets larger and smaller while the API server fails.</summary>
public sealed class ResizeUnderFaultsScenario : UnderFaultsScenario
{
    [SandboxFact]
    public void A_resize_goes_on_through_faults()
    {
        (Dictionary<string, PSObject> before, Dictionary<string, PSObject> after) = Run(
            [
                """ "verb": "update", "resource": "pods", "subresource": "proxy", "skip": 0 """,
                """ "verb": "delete", "resource": "persistentvolumeclaims", "skip": 0 """,
            ],
            "Resize-ConsulPetSet consul 5",
            "Resize-ConsulPetSet consul 3 -VolumePolicy Delete");
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.All(after.Values, pet => Assert.Equal(before[pet.Text("Name")].Text("PodIP"), pet.Text("PodIP")));
    }
}
