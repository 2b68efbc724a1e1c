using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests;

public class RemoveRaftPeerPlannerTests
{
    private const string Lost = "lost";

    private static ObservedPeer LostPeer(bool voter = true) => new(Lost, "(unknown)", "10.9.9.9:8300", false, voter, "unknown", null);

    private static PetSetObservation WithLost(int replicas = 3, bool voter = true) => Given.Healthy(replicas).Plus(LostPeer(voter));

    [Theory]
    [InlineData(true, 4, 3, 0, 1)]
    [InlineData(false, 3, 3, 1, 1)]
    public void A_peer_that_nobody_knows_is_removed_in_one_step(bool voter, int votersBefore, int votersAfter, int toleranceBefore, int toleranceAfter)
    {
        ConsulPetPlan plan = RemoveRaftPeerPlanner.Plan(Lost, WithLost(voter: voter));
        Assert.Null(plan.Refusal);
        ConsulPetStep step = Assert.Single(plan.Steps);
        Assert.Equal((Lost, "gossip does not know it, and no pod bears it"), (step.Target, step.Reason));
        Assert.Equal((votersBefore, votersAfter, toleranceBefore, toleranceAfter), (step.VotersBefore, step.VotersAfter, step.ToleranceBefore, step.ToleranceAfter));
    }

    [Fact]
    public void A_peer_that_raft_does_not_have_is_nothing_to_do()
    {
        ConsulPetPlan plan = RemoveRaftPeerPlanner.Plan("none-such", Given.Healthy());
        Assert.Null(plan.Refusal);
        Assert.Empty(plan.Steps);
    }

    [Theory]
    [InlineData(ConsulMemberStatus.Failed)]
    [InlineData(ConsulMemberStatus.Left)]
    public void A_member_that_is_dead_and_of_no_pod_and_no_wanted_ordinal_may_go(ConsulMemberStatus status)
    {
        PetSetObservation look = WithLost().Plus(Given.Member("consul-7", status, id: Lost, address: "10.9.9.9"));
        ConsulPetStep step = Assert.Single(RemoveRaftPeerPlanner.Plan(Lost, look).Steps);
        Assert.Equal($"consul-7 is {status.ToString().ToLowerInvariant()}, and no pod bears it", step.Reason);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "nobody answers", "ConsulUnreachable" },
        { "filtered", "ConsulViewFiltered" },
        { "denied", "ConsulPermissionDenied" },
        { "no leader", "NoConsulLeader" },
        { "no health", "ConsulHealthUnknown" },
        { "the leader", "RaftPeerIsAlive" },
        { "healthy to autopilot alone", "RaftPeerIsAlive" },
        { "alive", "RaftPeerIsAlive" },
        { "leaving", "RaftPeerIsAlive" },
        { "alive under another name", "RaftPeerIsAlive" },
        { "alive without an ID at its address", "RaftPeerIsAlive" },
        { "alive at its address, with an ID that raft does not have", "RaftPeerIsAlive" },
        { "failed with a pod", "RaftPeerIsAPet" },
        { "failed, wanted, the pod not yet made again", "RaftPeerIsAPet" },
        { "the pod's own agent has the ID", "RaftPeerIsAPet" },
        { "a pod that nobody can identify", "RaftPeerIsAPet" },
        { "updating", "PetSetIsUpdating" },
        { "quorum gone", "QuorumWouldBeLost" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_may_be_alive_or_come_back_is_never_removed(string state, string refusal)
    {
        PetSetObservation look = WithLost();
        (PetSetObservation Look, string Id) given = state switch
        {
            "nobody answers" => (look.NoConsul("refused"), Lost),
            "filtered" => (look.Consul(static consul => consul with { FilteredByAcls = true }), Lost),
            "denied" => (look.Consul(static consul => consul with { Peers = null, IsDenied = true }), Lost),
            "no leader" => (look.NoLeader(), Lost),
            "no health" => (look.Consul(static consul => consul with { Health = null }), Lost),
            "the leader" => (look.Peer("consul-0", static peer => peer with { IsLeader = false }).Peer("(unknown)", static peer => peer with { IsLeader = true }), Lost),
            "healthy to autopilot alone" => (look.Consul(static consul => consul with { Health = [.. consul.Health!, new(Lost, true, true, null)] }), Lost),
            "alive" => (look.Sick("consul-1"), Given.Id("consul-1")),
            "leaving" => (look.Plus(Given.Member("consul-7", ConsulMemberStatus.Leaving, id: Lost)), Lost),
            "alive under another name" => (look.Plus(Given.Member("somebody", id: Lost, address: "10.1.1.1")), Lost),
            "alive without an ID at its address" => (look.Plus(WithoutId(Given.Member("vm-1", address: "10.9.9.9"))), Lost),
            "alive at its address, with an ID that raft does not have" => (look.Plus(Given.Member("vm-1", address: "10.9.9.9")), Lost),
            "failed with a pod" => (look.Sick("consul-1").Is("consul-1", ConsulMemberStatus.Failed), Given.Id("consul-1")),
            "failed, wanted, the pod not yet made again" => (look.Sick("consul-1").Is("consul-1", ConsulMemberStatus.Failed).WithoutPod("consul-1"), Given.Id("consul-1")),
            "the pod's own agent has the ID" => (look.Pod("consul-1", static pod => pod with { AgentNodeId = Lost }), Lost),
            "a pod that nobody can identify" => (look.Member("consul-1", static _ => null), Lost),
            "updating" => (look.Pod("consul-1", static pod => pod with { Revision = "old" }), Lost),
            "quorum gone" => (look.Sick("consul-1"), Lost),
            _ => throw new ArgumentException(state, nameof(state)),
        };
        ConsulPetPlan plan = RemoveRaftPeerPlanner.Plan(given.Id, given.Look);
        Assert.Equal(refusal, plan.Refusal?.ErrorId);
        Assert.Empty(plan.Steps);
    }

    [Fact]
    public void A_new_server_that_got_the_address_of_a_lost_one_and_has_its_own_peer_is_no_hindrance()
    {
        PetSetObservation look = WithLost().Member("consul-1", static member => member with { Address = "10.9.9.9" });
        Assert.Null(RemoveRaftPeerPlanner.Plan(Lost, look).Refusal);
    }

    [Fact]
    public void Of_cattle_that_is_gone_nothing_is_wanted_back()
    {
        PetSetObservation look = Given.HealthyCattle("cattle-a", "cattle-b", "cattle-c")
            .Plus(LostPeer()).Plus(Given.Member("cattle-x", ConsulMemberStatus.Failed, id: Lost, address: "10.9.9.9"));
        Assert.Single(RemoveRaftPeerPlanner.Plan(Lost, look).Steps);
    }

    [Fact]
    public void Whatever_the_state_nobody_who_lives_is_removed_and_the_quorum_remains()
    {
        int removed = 0;
        for (int seed = 0; seed < 2_000; seed++)
        {
            PetSetObservation look = RandomObservation.Make(new Random(seed));
            foreach (ObservedPeer peer in look.Consul?.Peers ?? [])
            {
                ConsulPetPlan plan = RemoveRaftPeerPlanner.Plan(peer.Id, look);
                if (plan.Steps.Count == 0)
                {
                    Assert.True(plan.Refusal is not null, $"seed {seed}");
                    continue;
                }

                removed++;
                Assert.DoesNotContain(look.Consul!.Members, member => member.NodeId == peer.Id && member.Status is ConsulMemberStatus.Alive or ConsulMemberStatus.Leaving);
                var join = new PetJoin(look);
                Assert.DoesNotContain(look.Pods, pod => join.Member(pod)?.NodeId == peer.Id || look.Consul.Members.Any(member => member.NodeId == peer.Id && member.Name == pod.Name));
                QuorumView quorum = QuorumView.Of(look.Consul);
                Assert.True(quorum.HealthyVoters >= RaftQuorum.Size(quorum.Voters!.Value), $"seed {seed}");
                Assert.True(plan.Steps[0].ToleranceAfter >= 0, $"seed {seed}");
            }
        }

        Assert.True(removed > 20, $"only {removed} of the random peers could be removed");
    }

    private static ObservedMember WithoutId(ObservedMember member) =>
        member with { Tags = member.Tags.Where(static tag => tag.Key != "id").ToDictionary(static tag => tag.Key, static tag => tag.Value) };
}
