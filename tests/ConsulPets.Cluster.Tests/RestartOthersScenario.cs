using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>Restarts with a second operator about, and of what is no StatefulSet.</summary>
public sealed class RestartOthersScenario
{
    [EachCluster]
    public void A_second_operator_is_kept_out_and_takes_over_from_one_that_is_gone(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "two");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        place.Api.Create(place.Name, """
            apiVersion: coordination.k8s.io/v1
            kind: Lease
            metadata: { name: consul-consulpets }
            spec: { holderIdentity: somebody@elsewhere, leaseDurationSeconds: 600 }
            """);
        using PowerShell waiting = shell.Create("Restart-ConsulPetSet consul @kube -Confirm:$false");
        IAsyncResult running = waiting.BeginInvoke();
        Assert.True(SpinWait.SpinUntil(() => shell.Host.Progress.Any(static record => record.StatusDescription.Contains("somebody@elsewhere", StringComparison.Ordinal)), TimeSpan.FromSeconds(30)), "nobody is waited for");

        // It is at work: its Lease changes.
        place.Api.Patch(place.Name, "leases", "consul-consulpets", """[{"op":"add","path":"/spec/leaseTransitions","value":7}]""");
        Assert.True(running.AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(30)), "it waits on");
        Assert.Equal("SetIsLocked,ConsulPets.Commands.RestartConsulPetSetCommand", Assert.Single(waiting.Streams.Error).FullyQualifiedErrorId);

        place.Api.Patch(place.Name, "leases", "consul-consulpets", """[{"op":"replace","path":"/spec/leaseDurationSeconds","value":2}]""");
        shell.Ok($"Restart-ConsulPetSet consul @kube -Confirm:$false -StopAfter {shell.NotLeading()}");
    }

    [EachCluster]
    public void A_daemon_sets_restart_leaves_no_stale_member(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "herd");
        using Shell shell = place.Shell();
        shell.Bootstrap("cattle", $"-Kind DaemonSet {ScenarioShell.Quick}");
        Dictionary<string, string> uids = place.Api.PodUids(place.Name);
        shell.Ok("Restart-ConsulPetSet cattle @kube -Confirm:$false -TimeoutSeconds 400");
        Assert.Empty(uids.Keys.Intersect(place.Api.PodUids(place.Name).Keys));
        Assert.Equal(3, shell.Ok("Get-ConsulMember @kube -PetSet cattle").Output.Count);
        Assert.Equal(3, shell.Ok("Get-ConsulRaftPeer @kube -PetSet cattle").Output.Count);
    }
}
