using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

/// <summary>Whether the servers leave raft when they stop: each agent is asked, once in its pod's life, and only for what needs it.</summary>
public class OperationObserverTests
{
    [Theory]
    [InlineData(RollingKind.Resize, 3, true)]
    [InlineData(RollingKind.Suspend, 3, true)]
    [InlineData(RollingKind.Restart, 2, true)]
    [InlineData(RollingKind.Restart, 3, false)]
    [InlineData(RollingKind.Update, 3, false)]
    [InlineData(RollingKind.Resume, 3, false)]
    public async Task Only_what_needs_it_asks(RollingKind kind, int replicas, bool asks)
    {
        await using Lab lab = await Lab.StartAsync(replicas);
        OperationObservation look = await LookAsync(lab, new OperationObserver(lab.Observer, kind));
        Assert.Equal(asks ? true : null, look.LeavesGracefully);
        Assert.Equal(asks ? replicas : 0, Asked(lab));
    }

    [Fact]
    public async Task Each_pod_is_asked_once_and_a_new_one_anew()
    {
        await using Lab lab = await Lab.StartAsync();
        var observer = new OperationObserver(lab.Observer, RollingKind.Suspend);
        await LookAsync(lab, observer);
        await LookAsync(lab, observer);
        Assert.Equal(3, Asked(lab));
        lab.Set.Cluster.Remove("default", "pods", "consul-1");
        lab.Set.Consul.StayingPods.Add("consul-1");
        int before = Asked(lab, "consul-0") + Asked(lab, "consul-2");
        Assert.False((await LookAsync(lab, observer)).LeavesGracefully);
        Assert.Equal(before, Asked(lab, "consul-0") + Asked(lab, "consul-2"));
    }

    [Theory]
    [InlineData("one stays", false)]
    [InlineData("one is silent", null)]
    [InlineData("one stays, another is silent", false)]
    [InlineData("the token may not", null)]
    public async Task One_that_stays_is_enough_for_no_and_one_that_does_not_answer_for_unknown(string what, bool? expected)
    {
        await using Lab lab = await Lab.StartAsync();
        if (what.Contains("stays", StringComparison.Ordinal))
        {
            lab.Set.Consul.StayingPods.Add("consul-1");
        }

        if (what.Contains("silent", StringComparison.Ordinal))
        {
            lab.Set.DeadPods.Add("consul-2");
        }

        if (what.Contains("token", StringComparison.Ordinal))
        {
            lab.Set.Consul.LackedPermissions.Add("agent:read");
        }

        Assert.Equal(expected, (await LookAsync(lab, new OperationObserver(lab.Observer, RollingKind.Suspend))).LeavesGracefully);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(10, false)]
    [InlineData(15, true)]
    public async Task A_pod_that_is_killed_before_it_has_left_does_not_leave(int grace, bool leaves)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Cluster.Change("default", "statefulsets", "consul", set => set["spec"]!["template"]!["spec"]!["terminationGracePeriodSeconds"] = grace);
        Assert.Equal(leaves, (await LookAsync(lab, new OperationObserver(lab.Observer, RollingKind.Resize))).LeavesGracefully);
    }

    [Fact]
    public async Task The_only_server_leads_also_under_another_address_than_raft_remembers()
    {
        await using Lab lab = await Lab.StartAsync(1);
        lab.Set.Consul.Peers[0] = lab.Set.Consul.Peers[0] with { FormerAddress = "10.9.9.9:8300" };
        OperationObservation look = await LookAsync(lab, new OperationObserver(lab.Observer, RollingKind.Resume));
        ConsulPetSet set = look.Set.ToPetSet();
        Assert.Equal((PetSetStatus.Healthy, "consul-0"), (set.Status, set.Leader));
        Assert.Null(ConsulGate.Refusal(look.Set));
        Assert.NotNull(look.Autopilot);
    }

    private static async Task<OperationObservation> LookAsync(Lab lab, OperationObserver observer) => (await observer.ObserveAsync(await lab.WorkloadAsync(), Lab.Token)).Look;

    private static int Asked(Lab lab, string pod = "") =>
        lab.Server.Requests.Count(request => request.Path.EndsWith("/agent/self", StringComparison.Ordinal) && request.Path.Contains(pod, StringComparison.Ordinal));
}
