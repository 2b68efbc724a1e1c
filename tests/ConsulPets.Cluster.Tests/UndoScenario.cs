using System.Management.Automation;
using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>An update that cannot be done is taken back.</summary>
public sealed class UndoScenario : MeasuredScenario
{
    public UndoScenario(ITestOutputHelper output)
        : base(output)
    {
    }

    [EachCluster]
    public void An_image_that_does_not_exist_takes_one_pet_and_an_undo_frees_it(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "wrong");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        foreach (int ordinal in Places(3))
        {
            shell.Lead(place, $"consul-{ordinal}");
            Dictionary<string, PSObject> before = shell.Pets("consul");
            Measure(place, $"undo of an image that does not exist, leader at {ordinal}", 3, () => UpdateAndUndo(shell, place));
            place.AssertEnded(shell, before);
            Assert.All(shell.Pets("consul").Values, pet => Assert.Equal(place.Cluster.ConsulImage, pet.Text("Image")));
        }
    }

    private static void UpdateAndUndo(Shell shell, OperatorNamespace place)
    {
        Dictionary<string, string> uids = place.Api.PodUids(place.Name);
        ShellResult held;
        do
        {
            // On a busy machine the first pet may have to wait for longer than that; then the same command goes on.
            held = shell.Run("Update-ConsulPetSet consul @kube -Image hashicorp/consul:none-such -TimeoutSeconds 20 -Confirm:$false");
            Assert.Equal("WaitTimedOut", held.ErrorId);
        }
        while (!place.Replaced(uids).Any());

        Assert.Contains("Undo-ConsulPetSet consul", held.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        string stuck = Assert.Single(place.Replaced(uids));

        // Corrected by another wrong one, and then by none: the pets that are well say what is right.
        Assert.Equal("WaitTimedOut", shell.Run("Update-ConsulPetSet consul @kube -Image hashicorp/consul:nor-this -SickFirst -TimeoutSeconds 20 -Confirm:$false").ErrorId);
        Assert.Equal([stuck], place.Replaced(uids));
        shell.Ok("Undo-ConsulPetSet consul @kube -Confirm:$false");
        Assert.Equal([stuck], place.Replaced(uids));
    }
}
