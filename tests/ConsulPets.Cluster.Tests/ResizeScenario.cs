using System.Management.Automation;
using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>A set gets larger and smaller.</summary>
public sealed class ResizeScenario : MeasuredScenario
{
    public ResizeScenario(ITestOutputHelper output)
        : base(output)
    {
    }

    [EachCluster]
    public void From_three_to_five_to_three_to_one_to_three_no_acknowledged_write_is_lost(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "size");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        foreach (int ordinal in Places(3))
        {
            shell.Lead(place, $"consul-{ordinal}");
            Dictionary<string, PSObject> first = shell.Pets("consul");
            Measure(place, $"resize 3, 5, 3, leader at {ordinal}", 3, () =>
            {
                Resize(shell, place, 5, string.Empty, "data-consul-0", "data-consul-1", "data-consul-2", "data-consul-3", "data-consul-4");

                // What made the set is told the size that it has now; it takes the resize for no stranger's doing.
                shell.Ok($"New-ConsulPetSet consul @kube -Image $image -StorageSize 1Gi {ScenarioShell.Quick} -Replicas 5");
                Assert.Equal("PetSetExists", shell.Run($"New-ConsulPetSet consul @kube -Image $image -StorageSize 1Gi {ScenarioShell.Quick} -Replicas 3").ErrorId);
                Resize(shell, place, 3, "-VolumePolicy Delete", "data-consul-0", "data-consul-1", "data-consul-2");
            });
            string leader = shell.Ok("(Get-ConsulPetSet consul @kube).Leader").Output.Single().ToString();
            Measure(place, $"resize 3, 1, 3, leader at {leader[^1]}", 3, () =>
            {
                Resize(shell, place, 1, string.Empty, "data-consul-0", "data-consul-1", "data-consul-2");
                Resize(shell, place, 3, string.Empty, "data-consul-0", "data-consul-1", "data-consul-2");
            });

            // A pet that comes back on its own volume is the same member.
            Dictionary<string, PSObject> last = shell.Pets("consul");
            Assert.All(first.Keys, pet => Assert.Equal(first[pet].Text("NodeId"), last[pet].Text("NodeId")));
        }
    }

    /// <summary>Each server of a set that was made with one pet would begin a cluster of its own (bootstrap_expect 1): it is refused, and the way out that it names works.</summary>
    [EachCluster]
    public void A_set_that_was_made_with_one_pet_gets_three_when_its_servers_know(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "one");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", $"-Replicas 1 {ScenarioShell.Quick}");
        Dictionary<string, PSObject> one = shell.Pets("consul");
        Measure(place, "a set of one gets three", 1, () =>
        {
            ShellResult refused = shell.Run("Resize-ConsulPetSet consul 3 @kube -Confirm:$false");
            Assert.Equal("ServersBootstrapAlone", refused.ErrorId);
            string action = refused.Errors[0].ErrorDetails.RecommendedAction;
            shell.Ok(action[action.IndexOf("Update-", StringComparison.Ordinal)..] + " @kube -Confirm:$false");
            Resize(shell, place, 3, string.Empty, "data-consul-0", "data-consul-1", "data-consul-2");
        });
        Assert.Equal(one["consul-0"].Text("NodeId"), shell.Pets("consul")["consul-0"].Text("NodeId"));
    }

    private static void Resize(Shell shell, OperatorNamespace place, int size, string more, params string[] claims)
    {
        PSObject set = shell.Ok($"Resize-ConsulPetSet consul {size} {more} @kube -Confirm:$false -PassThru").Output.Single();
        Assert.Equal(("Healthy", size, size, size), (set.Text("Status"), (int)set.Properties["Ready"].Value, (int?)set.Properties["Voters"].Value, (int?)set.Properties["HealthyVoters"].Value));
        string[] pets = [.. Enumerable.Range(0, size).Select(static ordinal => $"consul-{ordinal}")];
        Assert.Equal(pets.Select(static pet => $"{pet} Alive"), shell.Ok("Get-ConsulMember @kube -PetSet consul").Output.Select(static member => $"{member.Text("Name")} {member.Text("Status")}"));
        Assert.Equal(pets, shell.Ok("Get-ConsulRaftPeer @kube -PetSet consul").Output.Select(static peer => peer.Text("Name")).Order(StringComparer.Ordinal));
        Assert.Equal((size / 2) + 1, shell.Ok("(Get-ConsulAutopilot consul @kube).MinQuorum").Output.Single().BaseObject);
        Assert.Equal(claims, place.Api.Names(place.Name, "persistentvolumeclaims").Order(StringComparer.Ordinal));
        Assert.False(place.IsMarked(), "the operation's annotation is still there");
    }
}
