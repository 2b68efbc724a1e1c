using System.Management.Automation;
using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>A set is stopped and brought back.</summary>
public sealed class SuspendScenario : MeasuredScenario
{
    public SuspendScenario(ITestOutputHelper output)
        : base(output)
    {
    }

    [EachCluster]
    public void A_suspended_set_comes_back_as_it_was(ClusterKind cluster) => SuspendAndResume(cluster, "suspend and resume", ScenarioShell.Quick);

    /// <summary>Stopped together, under other IPs started together: each disk has the whole configuration, with the addresses of before.</summary>
    [EachCluster]
    public void Servers_that_stay_in_raft_come_back_too(ClusterKind cluster) => SuspendAndResume(
        cluster,
        "suspend and resume of servers that do not leave",
        ScenarioShell.Quick.Replace("@{ performance", "@{ leave_on_terminate = $false; performance", StringComparison.Ordinal));

    private void SuspendAndResume(ClusterKind cluster, string what, string configuration)
    {
        using var place = new OperatorNamespace(cluster, "pause");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", configuration);
        foreach (int ordinal in Places(3))
        {
            shell.Lead(place, $"consul-{ordinal}");
            Measure(place, $"{what}, leader at {ordinal}", 3, () => SuspendAndResume(shell, place));
        }
    }

    private static void SuspendAndResume(Shell shell, OperatorNamespace place)
    {
        Dictionary<string, PSObject> before = shell.Pets("consul");
        PSObject stopped = shell.Ok("Suspend-ConsulPetSet consul @kube -Confirm:$false -PassThru").Output.Single();
        Assert.Equal("Suspended", stopped.Text("Status"));
        Assert.Empty(place.Api.PodUids(place.Name));
        Assert.Equal(3, place.Api.Names(place.Name, "persistentvolumeclaims").Length);
        foreach (string refused in (string[])["Restart-ConsulPetSet consul", "Update-ConsulPetSet consul -Image other", "Resize-ConsulPetSet consul 5"])
        {
            Assert.Equal((refused, "PetSetIsSuspended"), (refused, shell.Run($"{refused} @kube -Confirm:$false").ErrorId));
        }

        ShellResult wait = shell.Run("Wait-ConsulPetSet consul @kube -TimeoutSeconds 1");
        Assert.Equal("WaitTimedOut", wait.ErrorId);
        Assert.Contains("Resume-ConsulPetSet consul", wait.Errors[0].Exception.Message, StringComparison.Ordinal);
        PSObject size = shell.Ok("Test-ConsulPetSet consul @kube | Where-Object Name -eq Size").Output.Single();
        Assert.StartsWith("Resume-ConsulPetSet consul", size.Text("Fix"), StringComparison.Ordinal);
        shell.Ok(size.Text("Fix") + " -Confirm:$false");
        Dictionary<string, PSObject> after = shell.Pets("consul");
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.All(before.Keys, pet => Assert.Equal(before[pet].Text("NodeId"), after[pet].Text("NodeId")));
        Assert.Equal("Healthy", shell.Ok("Wait-ConsulPetSet consul @kube -For Stable -TimeoutSeconds 120").Output.Single().Text("Status"));
        Assert.Equal(2, shell.Ok("(Get-ConsulAutopilot consul @kube).MinQuorum").Output.Single().BaseObject);
        Assert.False(place.IsMarked(), "the operation's annotation is still there");
    }
}
