using ConsulPets.Engine.Executing;

namespace ConsulPets.Engine.Tests;

public class LeaderMoverTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static LeaderMover Mover(Lab lab) => new(lab.Observer, TestClock.Skipping());

    private static async Task<PetSetObservation> MoveAsync(Lab lab, string? to) => await Mover(lab).MoveAsync(await lab.WorkloadAsync(), to, Timeout, Lab.Token);

    private static void Transfer(Lab lab, Func<FakeCall, Task> answer) => lab.Server.On("POST", ".*/operator/raft/transfer-leader", answer);

    [Theory]
    [InlineData("consul-2", "consul-2")]
    [InlineData(null, "consul-1")]
    public async Task The_leader_moves_and_the_new_one_is_known(string? to, string expected)
    {
        await using Lab lab = await Lab.StartAsync();
        PetSetObservation look = await MoveAsync(lab, to);
        Assert.Equal(expected, look.Consul?.Leader?.Name);
        FakeRequest write = Assert.Single(lab.Server.Writes);
        Assert.Equal($"?id={FakePetSet.IdOf(expected)}", write.Query);
        Assert.Contains("/pods/http:consul-0:8500/proxy/", write.Path, StringComparison.Ordinal); // The leader itself is asked.
    }

    [Fact]
    public async Task Who_leads_already_is_not_asked_for()
    {
        await using Lab lab = await Lab.StartAsync();
        Assert.Equal("consul-0", (await MoveAsync(lab, "consul-0")).Consul?.Leader?.Name);
        Assert.Empty(lab.Server.Writes);
    }

    [Fact]
    public async Task What_changed_since_the_plan_is_seen_before_anything_is_asked()
    {
        await using Lab lab = await Lab.StartAsync();
        (_, Planning.LeaderMove move) = await Mover(lab).PlanAsync(await lab.WorkloadAsync(), "consul-2", Lab.Token);
        Assert.Single(move.Plan.Steps);
        lab.Set.Consul.Change(static consul => consul.Peers[2] = consul.Peers[2] with { IsHealthy = false });
        await Lab.FailsAsync("PetCannotLead", () => MoveAsync(lab, "consul-2"));
        Assert.Empty(lab.Server.Writes);
    }

    [Fact]
    public async Task An_election_that_made_another_pet_the_leader_is_told_where_a_pet_was_named()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.LeaderAfterTransfer = FakePetSet.IdOf("consul-1");
        ConsulPetsException exception = await Lab.FailsAsync("LeaderElsewhere", () => MoveAsync(lab, "consul-2"));
        Assert.Contains("now 'consul-1', not 'consul-2'", exception.Message, StringComparison.Ordinal);
        await using Lab other = await Lab.StartAsync();
        other.Set.Consul.LeaderAfterTransfer = FakePetSet.IdOf("consul-2");
        Assert.Equal("consul-2", (await MoveAsync(other, null)).Consul?.Leader?.Name);
    }

    [Fact]
    public async Task A_no_of_Consul_ends_it_at_once_with_its_words()
    {
        await using Lab lab = await Lab.StartAsync();
        Transfer(lab, static call => call.TextAsync(500, "leadership transfer timeout"));
        ConsulPetsException exception = await Lab.FailsAsync("LeaderDidNotMove", () => MoveAsync(lab, "consul-2"));
        Assert.Contains("leadership transfer timeout", exception.Message, StringComparison.Ordinal);
        Assert.Single(lab.Server.Writes);
    }

    [Theory]
    [InlineData(404, "LeaderTransferUnsupported")]
    [InlineData(403, "ConsulPermissionDenied")]
    public async Task What_no_second_try_can_mend_is_told(int status, string errorId)
    {
        await using Lab lab = await Lab.StartAsync();
        Transfer(lab, call => call.TextAsync(status, "no"));
        await Lab.FailsAsync(errorId, () => MoveAsync(lab, "consul-2"));
    }

    [Theory]
    [InlineData(500, "rpc error: connection reset by peer")]
    [InlineData(500, "No cluster leader")]
    public async Task An_answer_that_was_lost_is_no_failure_where_the_leader_moved_all_the_same(int status, string answer)
    {
        await using Lab lab = await Lab.StartAsync();
        Transfer(lab, call =>
        {
            lab.Set.Consul.Change(static consul => consul.Leader = FakePetSet.IdOf("consul-2"));
            return call.TextAsync(status, answer);
        });
        Assert.Equal("consul-2", (await MoveAsync(lab, "consul-2")).Consul?.Leader?.Name);
    }

    [Fact]
    public async Task An_election_is_waited_for()
    {
        await using Lab lab = await Lab.StartAsync();
        var waited = new List<string>();
        Transfer(lab, call =>
        {
            lab.Set.Consul.Change(static consul => consul.Leader = null);
            return call.AnswerAsync(200, """{"Success":true}""");
        });
        var mover = new LeaderMover(lab.Observer, TestClock.Skipping())
        {
            OnWaiting = text =>
            {
                waited.Add(text);
                lab.Set.Consul.Change(static consul => consul.Leader = FakePetSet.IdOf("consul-2"));
            },
        };
        Assert.Equal("consul-2", (await mover.MoveAsync(await lab.WorkloadAsync(), "consul-2", Timeout, Lab.Token)).Consul?.Leader?.Name);
        Assert.Equal(["no leader yet"], waited);
    }

    [Theory]
    [InlineData(false, "still leads after 30 s")]
    [InlineData(true, "no leader is known after 30 s")]
    public async Task A_leader_that_does_not_move_is_not_waited_for_for_ever(bool isGone, string expected)
    {
        await using Lab lab = await Lab.StartAsync();
        Transfer(lab, call =>
        {
            lab.Set.Consul.Change(consul => consul.Leader = isGone ? null : consul.Leader);
            return call.AnswerAsync(200, """{"Success":true}""");
        });
        ConsulPetsException exception = await Lab.FailsAsync("LeaderDidNotMove", () => MoveAsync(lab, "consul-2"));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Equal(ConsulPetsErrorKind.OperationTimeout, exception.Kind);
    }
}
