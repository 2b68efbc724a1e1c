using System.Text.Json.Nodes;
using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class PetRestarterTests
{
    [Theory]
    [InlineData(false, "POST /api/v1/namespaces/default/pods/consul-1/eviction")]
    [InlineData(true, "DELETE /api/v1/namespaces/default/pods/consul-1")]
    public async Task A_pet_is_evicted_and_with_force_deleted_and_only_the_pod_that_was_seen(bool force, string request)
    {
        await using Lab lab = await Lab.StartAsync();
        var restarter = new PetRestarter(lab.Observer);
        (PetSetObservation seen, ConsulPetPlan plan) = await restarter.PlanAsync("default", "consul", "consul-1", force: false, Lab.Token);
        Assert.Null(plan.Refusal);
        Assert.Empty(lab.Server.Writes);
        ObservedPod taken = await restarter.TakeDownAsync(seen, "consul-1", force, Lab.Token);
        Assert.Equal([request], lab.Server.Writes.Select(static write => write.ToString()));
        Assert.Contains(taken.Uid, lab.Server.Writes[0].Body, StringComparison.Ordinal);
        WaitVerdict back = WaitRules.JudgeReturn("consul-1", taken.Uid, await lab.ObserveAsync());
        Assert.Equal((true, string.Empty), (back.IsMet, back.Missing));
    }

    [Fact]
    public async Task A_pet_that_was_replaced_meanwhile_is_left_alone()
    {
        await using Lab lab = await Lab.StartAsync();
        var restarter = new PetRestarter(lab.Observer);
        (PetSetObservation seen, _) = await restarter.PlanAsync("default", "consul", "consul-1", force: false, Lab.Token);
        lab.Set.Cluster.Remove("default", "pods", "consul-1");
        await Lab.FailsAsync("PetWasReplaced", () => restarter.TakeDownAsync(seen, "consul-1", false, Lab.Token));
        Assert.Empty(lab.Server.Writes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_quorum_is_looked_at_again_and_force_does_not_switch_that_off(bool force)
    {
        await using Lab lab = await Lab.StartAsync();
        var restarter = new PetRestarter(lab.Observer);
        (PetSetObservation seen, _) = await restarter.PlanAsync("default", "consul", "consul-1", force: false, Lab.Token);
        lab.Set.Consul.Change(static consul => consul.Peers[2] = consul.Peers[2] with { IsHealthy = false });
        ConsulPetsException exception = await Lab.FailsAsync("QuorumWouldBeLost", () => restarter.TakeDownAsync(seen, "consul-1", force, Lab.Token));
        Assert.Equal(("The quorum would be lost by restarting 'consul-1': 2 of 3 voters are healthy, 2 must remain.", ConsulPetsErrorKind.InvalidOperation), (exception.Message, exception.Kind));
        Assert.Empty(lab.Server.Writes);
    }

    [Theory]
    [InlineData(false, "PetIsJoining")]
    [InlineData(true, null)]
    public async Task A_pet_that_is_joining_is_passed_over_only_with_force(bool force, string? errorId)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Peers[1] = lab.Set.Consul.Peers[1] with { IsVoter = false };
        var restarter = new PetRestarter(lab.Observer);
        (PetSetObservation seen, ConsulPetPlan plan) = await restarter.PlanAsync("default", "consul", "consul-1", force: false, Lab.Token);
        Assert.Equal("PetIsJoining", plan.Refusal?.ErrorId);
        if (errorId is not null)
        {
            await Lab.FailsAsync(errorId, () => restarter.TakeDownAsync(seen, "consul-1", force, Lab.Token));
        }
        else
        {
            await restarter.TakeDownAsync(seen, "consul-1", force, Lab.Token);
        }

        Assert.Equal(errorId is null ? 1 : 0, lab.Server.Writes.Count);
    }

    [Fact]
    public async Task A_pod_that_is_ending_already_is_not_taken_down_twice()
    {
        await using Lab lab = await Lab.StartAsync();
        JsonObject pod = lab.Set.Cluster.Find("default", "pods", "consul-1")!;
        pod["metadata"]!["deletionTimestamp"] = "2026-11-22T20:00:00Z";
        lab.Set.Cluster.Put("pods", pod);
        var restarter = new PetRestarter(lab.Observer);
        (PetSetObservation seen, _) = await restarter.PlanAsync("default", "consul", "consul-1", force: false, Lab.Token);
        Assert.True((await restarter.TakeDownAsync(seen, "consul-1", false, Lab.Token)).Deleting);
        Assert.Empty(lab.Server.Writes);
    }

    [Fact]
    public async Task A_pet_that_is_not_there_is_not_found()
    {
        await using Lab lab = await Lab.StartAsync();
        (_, ConsulPetPlan plan) = await new PetRestarter(lab.Observer).PlanAsync("default", "consul", "consul-9", force: false, Lab.Token);
        Assert.Equal(ConsulPetsErrorKind.ObjectNotFound, plan.Refusal!.ToException("consul-9").Kind);
    }
}
