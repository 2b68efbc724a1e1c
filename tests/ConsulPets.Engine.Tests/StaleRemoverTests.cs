using ConsulPets.Engine.Executing;

namespace ConsulPets.Engine.Tests;

public class StaleRemoverTests
{
    private static async Task<(StaleRemover Remover, ObservedWorkload Workload, StalePet Stale)> FindOneAsync(Lab lab)
    {
        var remover = new StaleRemover(lab.Observer, TestClock.Skipping());
        ObservedWorkload workload = await lab.WorkloadAsync();
        return (remover, workload, Assert.Single(await remover.FindAsync(workload, TimeSpan.FromSeconds(5), Lab.Token)));
    }

    private static string[] ConsulWrites(Lab lab) => [.. lab.Server.Writes.Select(static write => $"{write.Method} {write.PathAndQuery[(write.PathAndQuery.IndexOf("/v1/", 12, StringComparison.Ordinal) + 4)..]}")];

    [Fact]
    public async Task A_stale_member_leaves_and_raft_follows_by_itself()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.AddStaleMember(3, isPeer: true);
        (StaleRemover remover, ObservedWorkload workload, StalePet stale) = await FindOneAsync(lab);
        Assert.Empty(lab.Server.Writes);
        await remover.RemoveAsync(stale, workload, Lab.Token);
        Assert.Equal(["PUT agent/force-leave/consul-3?prune"], ConsulWrites(lab));
        Assert.DoesNotContain(lab.Set.Consul.Members, static member => member.Name == "consul-3");
        Assert.Equal(3, lab.Set.Consul.Peers.Count);
    }

    [Fact]
    public async Task A_raft_peer_that_stays_behind_is_removed_after_the_member()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.LeaderReconciles = false;
        string id = lab.Set.AddStaleMember(3, isPeer: true).NodeId;
        (StaleRemover remover, ObservedWorkload workload, StalePet stale) = await FindOneAsync(lab);
        await remover.RemoveAsync(stale, workload, Lab.Token);
        Assert.Equal(["PUT agent/force-leave/consul-3?prune", $"DELETE operator/raft/peer?id={id}"], ConsulWrites(lab));
        Assert.Equal(3, lab.Set.Consul.Peers.Count);
    }

    /// <summary>Pruning goes by gossip, and not every agent has noticed by then that the member left: seen on a busy machine, where the first to be asked had forgotten it and another kept it.</summary>
    [Fact]
    public async Task An_agent_that_the_pruning_did_not_reach_is_told_too()
    {
        await using Lab lab = await Lab.StartAsync();
        FakeMember stale = lab.Set.AddStaleMember(3);
        lab.Set.Consul.Views["consul-2"] = [.. lab.Set.Consul.Members];
        (StaleRemover remover, ObservedWorkload workload, StalePet found) = await FindOneAsync(lab);
        await remover.RemoveAsync(found, workload, Lab.Token);
        Assert.DoesNotContain(stale, lab.Set.Consul.Views["consul-2"]);
    }

    [Fact]
    public async Task A_pet_that_is_alive_again_meanwhile_is_left_alone()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.AddStaleMember(3);
        (StaleRemover remover, ObservedWorkload workload, StalePet stale) = await FindOneAsync(lab);
        lab.Set.Consul.Change(static consul => consul.Members[3] = consul.Members[3] with { Status = 1 });
        ConsulPetsException exception = await Lab.FailsAsync("NotStale", () => remover.RemoveAsync(stale, workload, Lab.Token));
        Assert.Same(stale, exception.Target);
        Assert.Empty(lab.Server.Writes);
    }

    [Fact]
    public async Task What_has_gone_by_itself_is_no_failure()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.AddStaleMember(3);
        (StaleRemover remover, ObservedWorkload workload, StalePet stale) = await FindOneAsync(lab);
        lab.Set.Consul.Change(static consul => consul.Members.RemoveAt(3));
        await remover.RemoveAsync(stale, workload, Lab.Token);
        Assert.Empty(lab.Server.Writes);
    }

    [Fact]
    public async Task A_member_that_does_not_go_is_reported_and_not_waited_for_for_ever()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.AddStaleMember(3);
        (StaleRemover remover, ObservedWorkload workload, StalePet stale) = await FindOneAsync(lab);
        lab.Server.On("PUT", ".*/force-leave/.*", static call => call.TextAsync(200, string.Empty));
        await Lab.FailsAsync("StaleRemains", () => remover.RemoveAsync(stale, workload, Lab.Token));
    }

    [Fact]
    public async Task Without_a_leader_nothing_is_removed()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.AddStaleMember(3);
        (StaleRemover remover, ObservedWorkload workload, StalePet stale) = await FindOneAsync(lab);
        lab.Set.Consul.Leader = null;
        await Lab.FailsAsync("NoConsulLeader", () => remover.RemoveAsync(stale, workload, Lab.Token));
        Assert.Empty(lab.Server.Writes);
    }

    [Fact]
    public async Task An_orphan_volume_is_deleted_and_its_member_is_none_of_it()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.AddClaim(4);
        (StaleRemover remover, ObservedWorkload workload, StalePet stale) = await FindOneAsync(lab);
        Assert.Equal((StalePetKind.Volume, "data-consul-4"), (stale.Kind, stale.Name));
        await remover.RemoveAsync(stale, workload, Lab.Token);
        Assert.Equal(["DELETE /api/v1/namespaces/default/persistentvolumeclaims/data-consul-4"], lab.Server.Writes.Select(static write => write.ToString()));
    }

    [Theory]
    [InlineData("filtered", "ConsulViewFiltered")]
    [InlineData("unreachable", "ConsulUnreachable")]
    public async Task What_is_stale_is_not_guessed_at(string state, string errorId)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.AddStaleMember(3);
        lab.Set.Consul.IsFiltered = state == "filtered";
        lab.Set.DeadPods.UnionWith(state == "unreachable" ? ["consul-0", "consul-1", "consul-2"] : []);
        ObservedWorkload workload = await lab.WorkloadAsync();
        await Lab.FailsAsync(errorId, () => new StaleRemover(lab.Observer, TestClock.Skipping()).FindAsync(workload, TimeSpan.FromSeconds(5), Lab.Token));
    }

    [Fact]
    public async Task What_a_second_look_does_not_confirm_is_not_found_and_without_a_finding_there_is_no_second_look()
    {
        await using Lab lab = await Lab.StartAsync();
        ObservedWorkload workload = await lab.WorkloadAsync();
        var remover = new StaleRemover(lab.Observer, TestClock.Skipping());
        Assert.Empty(await remover.FindAsync(workload, TimeSpan.FromSeconds(5), Lab.Token));
        Assert.DoesNotContain(lab.Server.Requests, static request => request.Path.EndsWith("/statefulsets/consul", StringComparison.Ordinal));
        lab.Set.AddStaleMember(3);
        lab.Server.On("GET", "/apis/apps/v1/namespaces/default/statefulsets/consul", call =>
        {
            lab.Set.Consul.Change(static consul => consul.Members[3] = consul.Members[3] with { Status = 1 });
            return call.AnswerAsync(lab.Set.Cluster.Find("default", "statefulsets", "consul")!);
        });
        Assert.Empty(await remover.FindAsync(workload, TimeSpan.FromSeconds(5), Lab.Token));
    }
}
