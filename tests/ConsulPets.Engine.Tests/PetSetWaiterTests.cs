using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class PetSetWaiterTests
{
    private static WaitVerdict JudgeStable(PetSetObservation observation) => WaitRules.Judge(WaitCondition.Stable, observation);

    [Fact]
    public async Task What_holds_already_is_not_waited_for()
    {
        var clock = TestClock.Frozen();
        await using Lab lab = await Lab.StartAsync(clock: clock);
        PetSetObservation observation = await new PetSetWaiter(lab.Observer, clock).WaitAsync(await lab.WorkloadAsync(), JudgeStable, "stable", TimeSpan.FromSeconds(60), Lab.Token);
        Assert.Equal(PetSetStatus.Healthy, observation.ToPetSet().Status);
    }

    [Theory]
    [InlineData("pods")]
    [InlineData("statefulsets")]
    public async Task An_event_ends_the_wait_while_the_clock_stands_still(string watched)
    {
        var clock = TestClock.Frozen();
        await using Lab lab = await Lab.StartAsync(clock: clock);
        lab.Set.SetReady("consul-1", false);
        var missing = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiter = new PetSetWaiter(lab.Observer, clock) { OnWaiting = text => missing.TrySetResult(text) };
        Task<PetSetObservation> wait = waiter.WaitAsync(await lab.WorkloadAsync(), JudgeStable, "stable", TimeSpan.FromSeconds(60), Lab.Token);
        Assert.Equal("consul-1 is not ready (Running)", await missing.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        await lab.Server.Watches.OpenedAsync(watched);
        System.Text.Json.Nodes.JsonObject pod = lab.Set.Cluster.Find("default", "pods", "consul-1")!;
        pod["status"]!["conditions"]![0]!["status"] = "True";
        lab.Server.Watches.Push(watched, "MODIFIED", lab.Set.Cluster.Put("pods", pod));
        await wait.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_wait_that_runs_out_says_what_was_last_missing()
    {
        var clock = TestClock.Skipping();
        await using Lab lab = await Lab.StartAsync(clock: clock);
        lab.Set.Consul.Peers[2] = lab.Set.Consul.Peers[2] with { IsHealthy = false };
        ObservedWorkload workload = await lab.WorkloadAsync();
        ConsulPetsException exception = await Lab.FailsAsync("WaitTimedOut", () => new PetSetWaiter(lab.Observer, clock).WaitAsync(workload, JudgeStable, "stable", TimeSpan.FromSeconds(5), Lab.Token));
        Assert.Equal("'default/consul' was not stable within 5 s; last seen: consul-2 is not healthy yet.", exception.Message);
        Assert.Equal(ConsulPetsErrorKind.OperationTimeout, exception.Kind);
    }

    [Fact]
    public async Task A_set_that_goes_while_it_is_waited_for_is_not_found()
    {
        var clock = TestClock.Skipping();
        await using Lab lab = await Lab.StartAsync(clock: clock);
        ObservedWorkload workload = await lab.WorkloadAsync();
        lab.Set.Cluster.Remove("default", "statefulsets", "consul");
        await Lab.FailsAsync("PetSetNotFound", () => new PetSetWaiter(lab.Observer, clock).WaitAsync(workload, JudgeStable, "stable", TimeSpan.FromSeconds(5), Lab.Token));
    }

    [Theory]
    [InlineData("it ends")]
    [InlineData("it is gone")]
    [InlineData("it is broken off")]
    public async Task A_watch_that_ends_is_begun_again(string how)
    {
        await using Lab lab = await Lab.StartAsync();
        if (how == "it is gone")
        {
            lab.Server.FailNext(1, "GET", "/api/v1/namespaces/default/pods", 410, KubernetesStatus.Make(410, "Expired", "too old").ToJsonString());
        }
        else if (how == "it is broken off")
        {
            lab.Server.DropConnection(1, "GET", "/api/v1/namespaces/default/pods");
        }

        await using ClusterEvents events = new ClusterEvents(lab.Api, "default", TestClock.Skipping(), lab.Details.Add).Watch(KubernetesResource.Pods, null, null);
        await lab.Server.Watches.OpenedAsync("pods");
        if (how == "it ends")
        {
            lab.Server.Watches.EndAll();
            await lab.Server.Watches.OpenedAsync("pods", 2);
        }

        lab.Set.SetReady("consul-1", true);
        await events.NextAsync(Timeout.InfiniteTimeSpan, Lab.Token).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(how != "it is gone" || lab.Details.Any(static detail => detail.Contains("too old", StringComparison.Ordinal)));
    }
}
