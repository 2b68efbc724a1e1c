using System.Globalization;
using System.Management.Automation;
using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>Whole sets are restarted while somebody writes.</summary>
public sealed class RestartSetScenario
{
    private readonly ITestOutputHelper output;

    public RestartSetScenario(ITestOutputHelper output) => this.output = output;

    [EachCluster]
    public void Every_pet_is_restarted_the_leaders_last_and_no_acknowledged_write_is_lost(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "roll");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul");
        Dictionary<string, PSObject> before = shell.Pets("consul");
        string leader = before.Values.Single(static pet => pet.Text("RaftRole") == "Leader").Text("Name");
        Dictionary<string, string> uids = place.Api.PodUids(place.Name);
        Assert.Equal([true, false], shell.Ok($"Test-ConsulQuorum consul {leader} @kube; Test-ConsulQuorum consul {string.Join(",", before.Keys.Take(2))} @kube").Output.Select(static answer => answer.BaseObject));
        shell.Ok("Restart-ConsulPetSet consul @kube -WhatIf");
        Assert.All(place.Api.PodUids(place.Name), pod => Assert.Equal(uids[pod.Key], pod.Value));

        using var leaders = new LeaderWatch(place.Api, place.Name, [.. before.Keys]);
        using var writer = new SteadyWriter(place.Api, place.Name, [.. before.Keys]);
        PSObject set = shell.Ok("Restart-ConsulPetSet consul @kube -Confirm:$false -PassThru").Output.Single();
        IReadOnlyList<string> acknowledged = writer.End();

        Assert.Equal("Healthy", set.Text("Status"));
        Dictionary<string, PSObject> after = shell.Pets("consul");
        Assert.All(after.Values, pet => Assert.Equal(before[pet.Text("Name")].Text("NodeId"), pet.Text("NodeId")));
        Assert.All(place.Api.PodUids(place.Name), pod => Assert.NotEqual(uids[pod.Key], pod.Value));

        // Who led when it went: on a busy machine that is not always who led at the beginning.
        Assert.Contains(before[Youngest(place)].Text("PodIP"), leaders.Leaders);
        Assert.False(place.IsMarked(), "the operation's annotation is still there");
        Assert.Empty(acknowledged.Except(place.Api.Keys(place.Name, "consul-0", "steady/")));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cluster}: {acknowledged.Count} writes, the longest time between two was {writer.LongestGap.TotalSeconds:0.0} s"));
    }

    [EachCluster]
    public void A_restart_that_stopped_half_way_is_finished_by_the_same_command(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "half");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        Dictionary<string, string> uids = place.Api.PodUids(place.Name);
        string canary = shell.NotLeading();
        shell.Ok($"Restart-ConsulPetSet consul @kube -Confirm:$false -StopAfter {canary}");
        Dictionary<string, string> half = place.Api.PodUids(place.Name);
        Assert.Equal([canary], half.Keys.Where(pod => half[pod] != uids[pod]));
        Assert.True(place.IsMarked(), "nothing says that a restart is under way");

        // Cut off by Ctrl-C as soon as the next pet goes.
        using PowerShell cut = shell.Create("Restart-ConsulPetSet consul @kube -Confirm:$false");
        IAsyncResult running = cut.BeginInvoke();
        Assert.True(SpinWait.SpinUntil(() => place.Replaced(uids).Count() != 1, TimeSpan.FromMinutes(3)), "no second pet is restarted");
        cut.Stop();
        Assert.Throws<PipelineStoppedException>(() => cut.EndInvoke(running));

        shell.Ok("Restart-ConsulPetSet consul @kube -Confirm:$false");
        Dictionary<string, string> done = place.Api.PodUids(place.Name);
        Assert.Equal(half[canary], done[canary]);
        Assert.All(done, pod => Assert.NotEqual(uids[pod.Key], pod.Value));
        Assert.False(place.IsMarked(), "the operation's annotation is still there");
    }

    private static string Youngest(OperatorNamespace place) => place.Api.List(place.Name, "pods")
        .MaxBy(static pod => pod.GetProperty("metadata").GetProperty("creationTimestamp").GetString(), StringComparer.Ordinal).GetProperty("metadata").GetProperty("name").GetString()!;
}
