using System.Text.Json.Nodes;
using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

/// <summary>A restart of some pets, carried out.</summary>
public class NamedRestartTests
{
    private static readonly RollingOperation Restart = new() { Kind = RollingKind.Restart, Run = "run", Pets = ["consul-1"], ReturnsAtOnce = true };

    [Theory]
    [InlineData(false, "POST /api/v1/namespaces/default/pods/consul-1/eviction")]
    [InlineData(true, "DELETE /api/v1/namespaces/default/pods/consul-1")]
    public async Task A_pet_is_evicted_and_with_force_deleted_and_only_the_pod_that_was_seen(bool force, string request)
    {
        await using Lab lab = await Lab.StartAsync();
        string uid = Uid(lab, "consul-1");
        await RunAsync(lab, Restart with { Force = force });
        Assert.Equal([request], Taken(lab));
        Assert.Contains(lab.Server.Writes, write => write.Path.Contains("/pods/", StringComparison.Ordinal) && write.Body.Contains(uid, StringComparison.Ordinal));
        Assert.False(IsMarked(lab));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_noted_under_the_sets_Lease_before_the_pod_goes_and_nothing_of_it_stays(bool waits)
    {
        await using Lab lab = await Lab.StartAsync();
        await RunAsync(lab, Restart with { ReturnsAtOnce = !waits });
        Assert.Equal(
            ["POST leases", "PATCH consul", "POST eviction", "PATCH consul", "PUT consul-consulpets"],
            lab.Server.Writes.Select(static write => $"{write.Method} {write.Path.Split('/')[^1]}"));
        Assert.Empty((string?)lab.Set.Cluster.Find("default", "leases", "consul-consulpets")!["spec"]!["holderIdentity"] ?? string.Empty);
    }

    [Fact]
    public async Task The_leader_hands_over_before_it_goes()
    {
        await using Lab lab = await Lab.StartAsync();
        await RunAsync(lab, Restart with { Pets = ["consul-0"] });
        Assert.Equal(["transfer-leader", "eviction"], lab.Server.Writes.Select(static write => write.Path.Split('/')[^1]).Where(static what => what is "transfer-leader" or "eviction"));
        Assert.NotEqual(FakePetSet.IdOf("consul-0"), lab.Set.Consul.Leader);
    }

    [Fact]
    public async Task A_pet_that_was_replaced_since_the_user_was_asked_is_left_alone()
    {
        await using Lab lab = await Lab.StartAsync();
        string uid = Uid(lab, "consul-1");
        lab.Set.Cluster.Remove("default", "pods", "consul-1");
        await Lab.FailsAsync("PetWasReplaced", () => RunAsync(lab, Restart with { AgreedPods = [uid] }));
        Assert.Empty(Taken(lab));
        Assert.False(IsMarked(lab));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_quorum_is_looked_at_and_force_does_not_switch_that_off(bool force)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Change(static consul => consul.Peers[2] = consul.Peers[2] with { IsHealthy = false });
        ConsulPetsException exception = await Lab.FailsAsync("QuorumWouldBeLost", () => RunAsync(lab, Restart with { Force = force }));
        Assert.Equal(("The quorum would be lost by restarting 'consul-1': 2 of 3 voters are healthy, 2 must remain.", ConsulPetsErrorKind.InvalidOperation), (exception.Message, exception.Kind));
        Assert.Empty(Taken(lab));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pet_that_is_joining_is_passed_over_only_with_force(bool force)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Peers[1] = lab.Set.Consul.Peers[1] with { IsVoter = false };
        if (!force)
        {
            await Lab.FailsAsync("PetIsJoining", () => RunAsync(lab, Restart));
        }
        else
        {
            await RunAsync(lab, Restart with { Force = true });
        }

        Assert.Equal(force ? 1 : 0, Taken(lab).Length);
    }

    [Fact]
    public async Task A_budget_that_forbids_it_is_told_at_once_and_leaves_nothing_behind()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.FailNext(9, "POST", ".*/eviction", 429, KubernetesStatus.Make(429, "TooManyRequests", "the budget").ToJsonString());
        await Lab.FailsAsync("DisruptionBudgetExceeded", () => RunAsync(lab, Restart, patience: 300));
        Assert.False(IsMarked(lab));
    }

    [Fact]
    public async Task A_pod_that_is_ending_already_is_not_taken_down_twice()
    {
        await using Lab lab = await Lab.StartAsync();
        JsonObject pod = lab.Set.Cluster.Find("default", "pods", "consul-1")!;
        pod["metadata"]!["deletionTimestamp"] = "2026-11-22T20:00:00Z";
        lab.Set.Cluster.Put("pods", pod);
        await RunAsync(lab, Restart);
        Assert.Empty(Taken(lab));
        Assert.False(IsMarked(lab));
    }

    [Fact]
    public async Task A_run_that_was_killed_at_any_write_is_finished_by_another_and_takes_the_pet_down_once()
    {
        for (int writes = 1; writes <= 3; writes++)
        {
            await using Lab lab = await Lab.StartAsync();
            string uid = Uid(lab, "consul-1");
            using var killed = new CancellationTokenSource();
            int written = 0;
            var runner = new OperationRunner(lab.Observer)
            {
                OnWritten = _ =>
                {
                    if (++written == writes)
                    {
                        killed.Cancel();
                    }
                },
            };
            ObservedWorkload workload = await lab.WorkloadAsync();
            Exception? end = await Record.ExceptionAsync(() => runner.RunAsync(workload, Restart, new OperationWriter(lab.Observer), TimeSpan.FromSeconds(9), killed.Token));
            Assert.Equal(writes < 3, end is OperationCanceledException);
            Assert.Equal(writes < 3, IsMarked(lab));
            if (writes < 3)
            {
                await Lab.FailsAsync("OperationInProgress", () => RunAsync(lab, Restart with { Run = "other", Pets = ["consul-2"] }));
                await RunAsync(lab, Restart with { Run = "later", ReturnsAtOnce = false });
            }

            Assert.Single(Taken(lab));
            Assert.NotEqual(uid, Uid(lab, "consul-1"));
            Assert.False(IsMarked(lab));
        }
    }

    private static async Task RunAsync(Lab lab, RollingOperation operation, int patience = 9)
    {
        ObservedWorkload workload = await lab.WorkloadAsync();
        await new OperationRunner(lab.Observer).RunAsync(workload, operation, new OperationWriter(lab.Observer), TimeSpan.FromSeconds(patience), Lab.Token);
    }

    private static string Uid(Lab lab, string pod) => (string)lab.Set.Cluster.Find("default", "pods", pod)!["metadata"]!["uid"]!;

    private static bool IsMarked(Lab lab) => lab.Set.Cluster.Find("default", "statefulsets", "consul")!["metadata"]!["annotations"]?[OperationAnnotation.Name] is not null;

    private static string[] Taken(Lab lab) => [.. lab.Server.Writes.Where(static write => write.Path.Contains("/pods/consul-", StringComparison.Ordinal)).Select(static write => write.ToString())];
}
