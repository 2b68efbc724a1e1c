using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>The article's other story: under a DaemonSet a lost pod leaves a stale member behind.</summary>
public sealed class DaemonSetScenario
{
    [EachCluster]
    public void A_lost_pod_leaves_a_stale_member_which_is_found_and_removed_and_nothing_else(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "cattle");
        using Shell shell = place.Shell();
        PSObject set = shell.Bootstrap("cattle", "-Kind DaemonSet");
        Assert.Equal("DaemonSet", set.Text("Kind"));
        string leader = set.Text("Leader");
        string lost = shell.Pets("cattle").Keys.First(pet => pet != leader);
        PSObject lostMember = shell.Ok("Get-ConsulMember $lost @kube -PetSet cattle", ("lost", lost)).Output.Single();

        place.Api.Delete(place.Name, "pods", lost);
        shell.Ok("Wait-ConsulPetSet cattle @kube -For Stable -TimeoutSeconds 240");
        PSObject stale = shell.Ok("Get-ConsulPetSet @kube | Find-StalePet -IntervalSeconds 2").Output.Single();
        Assert.Equal(lost, stale.Text("Name"));
        Assert.Equal(lostMember.Text("NodeId"), stale.Text("NodeId"));
        Assert.Equal("Member", stale.Text("Kind"));
        Assert.Contains("2 looks", stale.Text("Evidence"), StringComparison.Ordinal);
        Assert.Equal("1", shell.Ok("(Get-ConsulPetSet cattle @kube).Stale").Output.Single().ToString());

        string[] alive = Alive(shell);
        shell.Ok("Get-ConsulPetSet @kube | Find-StalePet -IntervalSeconds 2 | Remove-StalePet -WhatIf");
        Assert.Contains(lost, Members(shell));

        shell.Ok("Get-ConsulPetSet @kube | Find-StalePet -IntervalSeconds 2 | Remove-StalePet -Confirm:$false");
        Assert.Equal(alive, Members(shell));
        Assert.Equal(alive, Alive(shell));
        Assert.All(alive, pod => Assert.DoesNotContain(lost, place.Consul(pod, "members"), StringComparison.Ordinal));
        Assert.All(alive, pod => Assert.DoesNotContain(lost, place.Consul(pod, "members", "-wan"), StringComparison.Ordinal));
        Assert.Equal(alive, shell.Ok("Get-ConsulRaftPeer @kube -PetSet cattle").Output.Select(static peer => peer.Text("Name")));
        Assert.Empty(shell.Ok("Find-StalePet cattle @kube -IntervalSeconds 2").Output);

        // What is gone already is no error, and a member that lives is never removed, even if somebody says that it is stale.
        shell.Ok("$stale | Remove-StalePet -Confirm:$false", ("stale", stale));
    }

    private static string[] Members(Shell shell) => [.. shell.Ok("Get-ConsulMember @kube -PetSet cattle").Output.Select(static member => member.Text("Name"))];

    private static string[] Alive(Shell shell) => [.. shell.Ok("Get-ConsulMember @kube -PetSet cattle -Status Alive").Output.Select(static member => member.Text("Name"))];
}
