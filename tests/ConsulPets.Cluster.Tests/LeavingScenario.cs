using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>A pet that runs, and that the leader calls leaving for ever.</summary>
public sealed class LeavingScenario(ITestOutputHelper output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    [EachCluster]
    public void A_pet_that_the_leader_calls_leaving_is_named_and_an_operation_cures_it_and_goes_on(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "leaving");
        using Shell shell = place.Shell();
        string leader = shell.Bootstrap("consul", ScenarioShell.Quick).Text("Leader");
        Dictionary<string, System.Management.Automation.PSObject> pets = shell.Pets("consul");
        string pet = shell.NotLeading();
        FalseGossip.TellThatLeft(pets[leader].Text("PodIP"), pet);
        string told = string.Empty;
        Assert.True(
            SpinWait.SpinUntil(() => (told = shell.Ok("(Test-ConsulPetSet consul @kube | Where-Object Name -eq Members).Detail").Output.Single().ToString()).Contains("leaving", StringComparison.Ordinal), Longest),
            $"nobody calls {pet} leaving: {told}");
        Assert.Matches($"^{pet}: ({leader}|the leader) calls it leaving, though it runs$", told);

        // Autopilot looks every two seconds.
        Assert.True(SpinWait.SpinUntil(() => shell.Run("Wait-ConsulPetSet consul @kube -For Stable -TimeoutSeconds 2").ErrorId == "WaitTimedOut", Longest), "the leader calls it healthy");

        using var pods = new PodWatch(place.Api, place.Name, [.. pets.Keys]);
        ShellResult restart = shell.Ok("Restart-ConsulPetSet consul @kube -Confirm:$false -Verbose");
        output.WriteLine(string.Join('\n', restart.Verbose));
        Assert.Contains(restart.Verbose, line => line.EndsWith($"written: JoinGossip {pet}", StringComparison.Ordinal));
        Assert.All(pods.End(), static pet => Assert.True(pet.Value == 1, $"{pet.Key} was replaced {pet.Value} times"));
        Assert.Equal("Passed", shell.Ok("(Test-ConsulPetSet consul @kube | Where-Object Name -eq Members).Result").Output.Single().ToString());
    }
}
