namespace ConsulPets.Model.Tests;

public class MoveLeaderPlannerTests
{
    private static ObservedMember Runs(ObservedMember member, string build) =>
        member with { Tags = new Dictionary<string, string>(member.Tags) { ["build"] = build } };

    [Fact]
    public void The_named_pet_is_to_lead_and_the_quorum_stays_as_it_is()
    {
        LeaderMove move = MoveLeaderPlanner.Plan("CONSUL-2", Given.Healthy());
        ConsulPetStep step = Assert.Single(move.Plan.Steps);
        Assert.Equal(("move the leader from consul-0 to", "consul-2", "asked for"), (step.Action, step.Target, step.Reason));
        Assert.Equal((3, 3, 1, 1), (step.VotersBefore, step.VotersAfter, step.ToleranceBefore, step.ToleranceAfter));
        Assert.Equal((Given.Id("consul-0"), Given.Id("consul-2")), (move.From?.Id, move.To?.Id));
    }

    [Fact]
    public void Without_a_name_the_most_current_healthy_voter_is_taken()
    {
        Assert.Equal("consul-1", MoveLeaderPlanner.Plan(null, Given.Healthy(5)).To?.Name);
        Assert.Equal("consul-3", MoveLeaderPlanner.Plan(null, Given.Healthy(5).Peer("consul-3", static peer => peer with { LastIndex = 101 })).To?.Name);
        PetSetObservation sick = Given.Healthy(5).Sick("consul-1").Is("consul-2", ConsulMemberStatus.Failed).Peer("consul-3", static peer => peer with { IsVoter = false });
        Assert.Equal("consul-4", MoveLeaderPlanner.Plan(null, sick).To?.Name);
        Assert.Equal("consul-2", MoveLeaderPlanner.Plan(null, Given.Healthy(5).Pod("consul-1", static pod => pod with { Deleting = true })).To?.Name);
    }

    [Fact]
    public void The_leader_itself_is_nothing_to_do_also_where_the_API_could_not_move_it()
    {
        PetSetObservation old = Given.Healthy().Member("consul-1", static member => Runs(member, "1.8.7:abc"));
        foreach (PetSetObservation look in new[] { Given.Healthy(), old })
        {
            LeaderMove move = MoveLeaderPlanner.Plan("consul-0", look);
            Assert.Empty(move.Plan.Steps);
            Assert.Null(move.Plan.Refusal);
        }
    }

    [Theory]
    [InlineData("nobody answers", "ConsulUnreachable")]
    [InlineData("filtered", "ConsulViewFiltered")]
    [InlineData("no leader", "NoConsulLeader")]
    [InlineData("no health", "ConsulHealthUnknown")]
    [InlineData("quorum gone", "QuorumWouldBeLost")]
    [InlineData("not there", "PetNotFound")]
    [InlineData("sick", "PetCannotLead")]
    [InlineData("failed", "PetCannotLead")]
    [InlineData("no voter", "PetCannotLead")]
    [InlineData("no peer", "PetCannotLead")]
    [InlineData("no member", "PetCannotLead")]
    [InlineData("going", "PetCannotLead")]
    [InlineData("not running", "PetCannotLead")]
    [InlineData("one old", "LeaderTransferUnsupported")]
    public void What_is_unknown_or_cannot_lead_is_refused(string state, string refusal)
    {
        PetSetObservation healthy = Given.Healthy();
        PetSetObservation look = state switch
        {
            "nobody answers" => healthy.NoConsul("refused"),
            "filtered" => healthy.Consul(static consul => consul with { FilteredByAcls = true }),
            "no leader" => healthy.NoLeader(),
            "no health" => healthy.Consul(static consul => consul with { Health = null }),
            "quorum gone" => healthy.Sick("consul-1", "consul-0"),
            "not there" => healthy.WithoutPod("consul-2"),
            "sick" => healthy.Sick("consul-2"),
            "failed" => healthy.Is("consul-2", ConsulMemberStatus.Failed),
            "no voter" => healthy.Peer("consul-2", static peer => peer with { IsVoter = false }),
            "no peer" => healthy.Peer("consul-2", static _ => null),
            "no member" => healthy.Member("consul-2", static _ => null),
            "going" => healthy.Pod("consul-2", static pod => pod with { Deleting = true }),
            "not running" => healthy.Pod("consul-2", static pod => pod with { Running = false }),
            "one old" => healthy.Member("consul-1", static member => Runs(member, "1.14.11:abc")),
            _ => throw new ArgumentException(state, nameof(state)),
        };
        ConsulPetPlan plan = MoveLeaderPlanner.Plan("consul-2", look).Plan;
        Assert.Equal(refusal, plan.Refusal?.ErrorId);
        Assert.Empty(plan.Steps);
    }

    [Fact]
    public void An_old_Consul_is_told_which_pet_to_restart_instead()
    {
        PetSetObservation old = Given.Healthy().Consul(static consul => consul with { Members = [.. consul.Members.Select(static member => Runs(member, "1.8.7:abc"))] });
        PlanRefusal refusal = MoveLeaderPlanner.Plan(null, old).Plan.Refusal!;
        Assert.Contains("Consul 1.8.7", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Restart-ConsulPet consul-0 -PetSet consul", refusal.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.15.0-beta1:abc", true)]
    [InlineData("1.15.0+ent:abc", true)]
    [InlineData("2.0.1:abc", true)]
    [InlineData("", true)] // Who does not tell its version is asked.
    [InlineData("1.9.0:abc", false)]
    public void The_version_is_compared_by_its_numbers(string build, bool isOpen) =>
        Assert.Equal(isOpen, MoveLeaderPlanner.Plan("consul-2", Given.Healthy().Member("consul-1", member => Runs(member, build))).Plan.Refusal is null);

    [Theory]
    [InlineData(ConsulMemberStatus.Left)]
    [InlineData(ConsulMemberStatus.Failed)]
    public void An_old_server_that_is_gone_and_an_old_client_are_no_hindrance(ConsulMemberStatus status)
    {
        ObservedMember client = Runs(Given.Member("web-1"), "1.8.7:abc");
        client = client with { Tags = new Dictionary<string, string>(client.Tags) { ["role"] = "node" } };
        Assert.Null(MoveLeaderPlanner.Plan("consul-2", Given.Healthy().Plus(Runs(Given.Member("consul-9", status), "1.8.7:abc")).Plus(client)).Plan.Refusal);
    }

    [Fact]
    public void Where_nobody_else_can_lead_it_is_said()
    {
        Assert.Equal("NoOtherVoter", MoveLeaderPlanner.Plan(null, Given.Healthy(1)).Plan.Refusal?.ErrorId);
        Assert.Equal("NoOtherVoter", MoveLeaderPlanner.Plan(null, Given.Healthy(3).Pod("consul-1", static pod => pod with { Deleting = true }).Pod("consul-2", static pod => pod with { Running = false })).Plan.Refusal?.ErrorId);
    }

    [Fact]
    public void Whatever_the_state_only_a_healthy_voter_that_lives_is_chosen()
    {
        int moved = 0;
        for (int seed = 0; seed < 6_000; seed++)
        {
            PetSetObservation look = RandomObservation.Make(new Random(seed));
            LeaderMove move = MoveLeaderPlanner.Plan(null, look);
            Assert.True(move.Plan.Refusal is not null ^ move.Plan.Steps.Count == 1, $"seed {seed}");
            if (move.To is { } to)
            {
                moved++;
                Assert.True(to.IsVoter && !to.IsLeader && QuorumView.IsHealthy(to.Id, look.Consul!) && QuorumView.Of(look.Consul).Tolerance >= 0, $"seed {seed}");
                Assert.Contains(look.Consul!.Members, member => member.NodeId == to.Id && member.Status == ConsulMemberStatus.Alive);
            }
        }

        Assert.True(moved > 100, $"only {moved} of the random states had somebody to move to");
    }
}
