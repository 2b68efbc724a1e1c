using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class RaftPeerRemoverTests
{
    private static readonly string Lost = FakePetSet.IdOf("lost");

    private static async Task<Lab> WithLostPeerAsync(TimeProvider? clock = null)
    {
        Lab lab = await Lab.StartAsync(clock: clock);
        lab.Set.Consul.Peers.Add(new FakePeer(Lost, "(unknown)", "10.244.9.9:8300") { IsHealthy = false });
        return lab;
    }

    private static async Task<PetSetObservation> PlannedAsync(Lab lab, RaftPeerRemover remover)
    {
        (PetSetObservation seen, ConsulPetPlan plan) = await remover.PlanAsync(await lab.WorkloadAsync(), Lost, Lab.Token);
        Assert.Null(plan.Refusal);
        Assert.Single(plan.Steps);
        Assert.Empty(lab.Server.Writes);
        return seen;
    }

    [Fact]
    public async Task A_lost_peer_is_removed_by_its_ID_after_a_second_look_five_seconds_later()
    {
        var clock = TestClock.Skipping();
        await using Lab lab = await WithLostPeerAsync(clock);
        var remover = new RaftPeerRemover(lab.Observer, clock);
        PetSetObservation seen = await PlannedAsync(lab, remover);
        DateTimeOffset planned = clock.GetUtcNow();
        await remover.RemoveAsync(seen, Lost, Lab.Token);
        Assert.True(clock.GetUtcNow() - planned >= RaftPeerRemover.Apart);
        FakeRequest write = Assert.Single(lab.Server.Writes);
        Assert.Equal(("DELETE", $"?id={Lost}"), (write.Method, write.Query));
        Assert.Equal(3, lab.Set.Consul.Peers.Count);
    }

    [Theory]
    [InlineData("alive", "RaftPeerIsAlive")]
    [InlineData("alive to one agent only", "RaftPeerIsAlive")]
    [InlineData("healthy", "RaftPeerIsAlive")]
    [InlineData("another pet fell sick", "QuorumWouldBeLost")]
    [InlineData("no leader", "NoConsulLeader")]
    [InlineData("filtered", "ConsulViewFiltered")]
    public async Task What_the_second_look_shows_counts(string change, string errorId)
    {
        var clock = TestClock.Skipping();
        await using Lab lab = await WithLostPeerAsync(clock);
        var remover = new RaftPeerRemover(lab.Observer, clock);
        PetSetObservation seen = await PlannedAsync(lab, remover);
        var back = new FakeMember("consul-7", "10.244.9.9", Lost);
        lab.Set.Consul.Change(consul =>
        {
            switch (change)
            {
                case "alive":
                    consul.Members.Add(back);
                    break;
                case "alive to one agent only":
                    consul.Views["consul-2"] = [.. consul.Members, back];
                    break;
                case "healthy":
                    consul.Peers[3] = consul.Peers[3] with { IsHealthy = true };
                    break;
                case "another pet fell sick":
                    consul.Peers[1] = consul.Peers[1] with { IsHealthy = false };
                    break;
                case "no leader":
                    consul.Leader = null;
                    break;
                default:
                    consul.IsFiltered = true;
                    break;
            }
        });
        await Lab.FailsAsync(errorId, () => remover.RemoveAsync(seen, Lost, Lab.Token));
        Assert.Empty(lab.Server.Writes);
    }

    [Fact]
    public async Task What_has_gone_by_itself_is_no_failure()
    {
        await using Lab lab = await WithLostPeerAsync();
        var remover = new RaftPeerRemover(lab.Observer, TestClock.Skipping());
        PetSetObservation seen = await PlannedAsync(lab, remover);
        lab.Set.Consul.Change(static consul => consul.Peers.RemoveAt(3));
        await remover.RemoveAsync(seen, Lost, Lab.Token);
        Assert.Empty(lab.Server.Writes);
    }

    [Fact]
    public async Task A_peer_that_comes_back_is_reported()
    {
        await using Lab lab = await WithLostPeerAsync();
        var remover = new RaftPeerRemover(lab.Observer, TestClock.Skipping());
        PetSetObservation seen = await PlannedAsync(lab, remover);
        lab.Server.On("DELETE", ".*/operator/raft/peer", static call => call.TextAsync(200, string.Empty));
        await Lab.FailsAsync("RaftPeerRemains", () => remover.RemoveAsync(seen, Lost, Lab.Token));
        Assert.Single(lab.Server.Writes);
    }

    [Fact]
    public async Task A_leader_that_goes_with_the_removal_leaves_it_unknown_and_that_is_said()
    {
        await using Lab lab = await WithLostPeerAsync();
        var remover = new RaftPeerRemover(lab.Observer, TestClock.Skipping());
        PetSetObservation seen = await PlannedAsync(lab, remover);
        lab.Server.On("DELETE", ".*/operator/raft/peer", call =>
        {
            lab.Set.Consul.Change(static consul =>
            {
                consul.Peers.RemoveAt(3);
                consul.Leader = null;
            });
            return call.TextAsync(200, string.Empty);
        });
        ConsulPetsException exception = await Lab.FailsAsync("RaftPeerRemains", () => remover.RemoveAsync(seen, Lost, Lab.Token));
        Assert.Contains("cannot be seen", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "Permission denied", "ConsulPermissionDenied")]
    [InlineData(500, "No cluster leader", "NoConsulLeader")]
    [InlineData(500, "rpc error", "ConsulFailed")]
    public async Task A_removal_that_fails_has_its_error(int status, string answer, string errorId)
    {
        await using Lab lab = await WithLostPeerAsync();
        var remover = new RaftPeerRemover(lab.Observer, TestClock.Skipping());
        PetSetObservation seen = await PlannedAsync(lab, remover);
        lab.Server.On("DELETE", ".*/operator/raft/peer", call => call.TextAsync(status, answer));
        await Lab.FailsAsync(errorId, () => remover.RemoveAsync(seen, Lost, Lab.Token));
    }
}
