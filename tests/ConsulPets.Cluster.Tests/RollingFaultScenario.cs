using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>What goes wrong while a set is restarted: a node, the quorum, a second operator.</summary>
public sealed class RollingFaultScenario
{
    private static readonly string[] Pets = ["consul-0", "consul-1", "consul-2"];
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    [SandboxFact]
    public void A_node_that_vanishes_holds_the_restart_until_it_is_back()
    {
        using var place = new OperatorNamespace(TestCluster.NewSandbox(), "node");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        Dictionary<string, string> before = place.Api.PodUids(place.Name);
        string first = shell.NotLeading();
        string leader = shell.Ok("(Get-ConsulPetSet consul @kube).Leader").Output.Single().ToString();
        string lost = Pets.Single(pet => pet != first && pet != leader);
        string node = place.Api.Get(place.Name, "pods", lost).GetProperty("spec").GetProperty("nodeName").GetString()!;

        using PowerShell restart = shell.Create("Restart-ConsulPetSet consul @kube -Confirm:$false -TimeoutSeconds 20");
        IAsyncResult running = restart.BeginInvoke();
        WaitForAnother(place, first, before);
        place.Api.Order($"nodes/{node}/vanish");
        Assert.True(running.AsyncWaitHandle.WaitOne(Longest), "it waits on");
        ErrorRecord error = Assert.Single(restart.Streams.Error);
        Assert.StartsWith("WaitTimedOut,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Matches($"{lost}|leader|voters", error.Exception.Message);
        Dictionary<string, string> held = place.Api.PodUids(place.Name);
        Assert.Equal([first], before.Keys.Where(pet => held[pet] != before[pet]));

        place.Api.Order($"nodes/{node}/return");
        shell.Ok("Restart-ConsulPetSet consul @kube -Confirm:$false");
        Dictionary<string, string> after = place.Api.PodUids(place.Name);
        Assert.Equal(held[first], after[first]);
        Assert.All(Pets, pet => Assert.NotEqual(before[pet], after[pet]));
    }

    [SandboxFact]
    public void Without_a_leader_nothing_more_is_restarted_and_with_one_it_goes_on()
    {
        using var place = new OperatorNamespace(ClusterKind.Sandbox, "headless");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        Dictionary<string, string> before = place.Api.PodUids(place.Name);
        string first = shell.NotLeading();
        string[] others = [.. Pets.Where(pet => pet != first)];
        using var writer = new SteadyWriter(place.Api, place.Name, Pets);

        using PowerShell restart = shell.Create("Restart-ConsulPetSet consul @kube -Confirm:$false");
        IAsyncResult running = restart.BeginInvoke();
        WaitForAnother(place, first, before);
        Array.ForEach(others, pet => place.Api.Order($"pods/{place.Name}/{pet}/cut"));
        Dictionary<string, string> held = place.Api.PodUids(place.Name);
        Assert.True(
            SpinWait.SpinUntil(() => shell.Host.Progress.Any(static record => record.StatusDescription.Contains("has no leader", StringComparison.OrdinalIgnoreCase)), Longest),
            $"nobody says that there is no leader: {string.Join('\n', shell.Host.Progress.Select(static record => record.StatusDescription).Distinct())}");
        Assert.Equal(held, place.Api.PodUids(place.Name));
        Array.ForEach(others, pet => place.Api.Order($"pods/{place.Name}/{pet}/join"));

        Assert.True(running.AsyncWaitHandle.WaitOne(Longest), "it does not go on");
        Assert.Empty(restart.Streams.Error);
        Dictionary<string, string> after = place.Api.PodUids(place.Name);
        Assert.Equal(held[first], after[first]);
        Assert.All(Pets, pet => Assert.NotEqual(before[pet], after[pet]));
        Assert.Empty(writer.End().Except(place.Api.Keys(place.Name, "consul-0", "steady/")));
    }

    /// <summary>The shrink waits for a pet that does not get well by itself: it is restarted in the middle, and nothing of what is under way is lost.</summary>
    [SandboxFact]
    public void A_pet_that_gets_sick_while_the_set_shrinks_is_restarted_and_the_shrink_goes_on()
    {
        using var place = new OperatorNamespace(ClusterKind.Sandbox, "sick");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", $"-Replicas 5 {ScenarioShell.Quick}");
        Dictionary<string, string> before = place.Api.PodUids(place.Name);
        string leader = shell.Ok("(Get-ConsulPetSet consul @kube).Leader").Output.Single().ToString();
        string sick = Pets.Last(pet => pet != leader);
        string well = Pets.First(pet => pet != leader);

        using PowerShell resize = shell.Create("Resize-ConsulPetSet consul 3 @kube -Confirm:$false -TimeoutSeconds 20");
        IAsyncResult running = resize.BeginInvoke();
        Assert.True(SpinWait.SpinUntil(() => !place.Api.PodUids(place.Name).ContainsKey("consul-4"), Longest), "nothing is given up");
        place.Api.Order($"pods/{place.Name}/{sick}/cut");
        Assert.True(running.AsyncWaitHandle.WaitOne(Longest), "it waits on");
        Assert.StartsWith("WaitTimedOut,", Assert.Single(resize.Streams.Error).FullyQualifiedErrorId, StringComparison.Ordinal);

        Assert.Equal("OperationInProgress", shell.Run($"Restart-ConsulPet {well} @kube -Force -Confirm:$false").ErrorId);
        shell.Ok($"Restart-ConsulPet {sick} @kube -Force -Wait -Confirm:$false");
        Assert.True(place.IsMarked(), "the resize is forgotten");
        shell.Ok("Resize-ConsulPetSet consul 3 @kube -Confirm:$false");

        Dictionary<string, string> after = place.Api.PodUids(place.Name);
        Assert.Equal(Pets, after.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([sick], Pets.Where(pet => before[pet] != after[pet]));
        Assert.False(place.IsMarked(), "the operation's annotation is still there");
    }

    [EachCluster]
    public void Of_two_operators_at_once_one_works_and_nothing_is_restarted_twice(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "both");
        using Shell one = place.Shell();
        using Shell other = place.Shell();
        one.Bootstrap("consul", ScenarioShell.Quick);
        using var pods = new PodWatch(place.Api, place.Name, Pets);
        PowerShell[] operators = [.. new[] { one, other }.Select(static shell => shell.Create("Restart-ConsulPetSet consul @kube -Confirm:$false"))];
        IAsyncResult[] running = [.. operators.Select(static shell => shell.BeginInvoke())];
        Assert.All(running, static run => Assert.True(run.AsyncWaitHandle.WaitOne(Longest), "it does not end"));

        ErrorRecord error = Assert.Single(operators.SelectMany(static shell => shell.Streams.Error));
        Assert.StartsWith("SetIsLocked,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.All(pods.End().Values, static times => Assert.Equal(1, times));
        Array.ForEach(operators, static shell => shell.Dispose());
    }

    private static void WaitForAnother(OperatorNamespace place, string pet, Dictionary<string, string> before) => Assert.True(
        SpinWait.SpinUntil(() => place.Api.PodUids(place.Name).TryGetValue(pet, out string? uid) && uid != before[pet], Longest), $"{pet} is not restarted");
}
