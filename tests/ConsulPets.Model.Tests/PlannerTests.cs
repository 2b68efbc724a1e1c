using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests;

public class PlannerTests
{
    private static StalePet Stale(StalePetKind kind, string name, string? id = null) => new()
    {
        Name = name,
        PetSet = "consul",
        Kind = kind,
        NodeId = id,
        Reason = "gone",
        Evidence = "2 looks",
        MemberStatus = ConsulMemberStatus.Left,
    };

    private static PetSetObservation WithStale(bool isPeer = false)
    {
        PetSetObservation observation = Given.Healthy().Plus(Given.Member("consul-3", ConsulMemberStatus.Failed));
        return isPeer ? observation.Plus(Given.Peer("consul-3")) : observation;
    }

    [Theory]
    [InlineData("nobody answers", "ConsulUnreachable")]
    [InlineData("filtered", "ConsulViewFiltered")]
    [InlineData("no leader", "NoConsulLeader")]
    [InlineData("no health", "ConsulHealthUnknown")]
    [InlineData("open", null)]
    public void The_gate_opens_only_to_what_is_known(string state, string? refusal)
    {
        PetSetObservation observation = state switch
        {
            "nobody answers" => Given.Healthy().NoConsul("refused"),
            "filtered" => Given.Healthy().Consul(static consul => consul with { FilteredByAcls = true }),
            "no leader" => Given.Healthy().NoLeader(),
            "no health" => Given.Healthy().Consul(static consul => consul with { Health = null }),
            _ => Given.Healthy(),
        };
        Assert.Equal(refusal, ConsulGate.Refusal(observation)?.ErrorId);
    }

    [Theory]
    [InlineData(false, "force-leave and prune the member")]
    [InlineData(true, "force-leave and prune the member,remove the raft peer")]
    public void A_stale_member_is_made_to_leave_and_then_taken_out_of_raft(bool isPeer, string actions)
    {
        ConsulPetPlan plan = RemoveStalePlanner.Plan(Stale(StalePetKind.Member, "consul-3", Given.Id("consul-3")), WithStale(isPeer));
        Assert.Null(plan.Refusal);
        Assert.Equal(actions, string.Join(',', plan.Steps.Select(static step => step.Action)));
        Assert.Equal(isPeer ? (4, 3, 0, 1) : (3, 3, 1, 1), (plan.Steps[0].VotersBefore, plan.Steps[0].VotersAfter, plan.Steps[0].ToleranceBefore, plan.Steps[0].ToleranceAfter));
        Assert.Equal(Enumerable.Range(1, plan.Steps.Count), plan.Steps.Select(static step => step.Order));
    }

    [Theory]
    [InlineData("alive again", "NotStale")]
    [InlineData("another ID", "NotStale")]
    [InlineData("wanted again", "NotStale")]
    [InlineData("updating", "PetSetIsUpdating")]
    [InlineData("no quorum", "QuorumWouldBeLost")]
    [InlineData("no leader", "NoConsulLeader")]
    [InlineData("filtered", "ConsulViewFiltered")]
    [InlineData("nobody answers", "ConsulUnreachable")]
    [InlineData("gone", null)]
    public void A_removal_is_refused_when_the_fresh_look_says_otherwise(string state, string? refusal)
    {
        PetSetObservation stale = WithStale(isPeer: true);
        PetSetObservation observation = state switch
        {
            "alive again" => stale.Is("consul-3", ConsulMemberStatus.Alive),
            "another ID" => stale.Member("consul-3", static _ => Given.Member("consul-3", ConsulMemberStatus.Failed, id: "two")),
            "wanted again" => stale.Workload(static workload => workload with { Replicas = 4 }),
            "updating" => stale.Pod("consul-1", static pod => pod with { Revision = "old" }),
            "no quorum" => stale.Sick("consul-1"),
            "no leader" => stale.NoLeader(),
            "filtered" => stale.Consul(static consul => consul with { FilteredByAcls = true }),
            "nobody answers" => stale.NoConsul(),
            "gone" => Given.Healthy(),
            _ => throw new ArgumentException(state, nameof(state)),
        };
        ConsulPetPlan plan = RemoveStalePlanner.Plan(Stale(StalePetKind.Member, "consul-3", Given.Id("consul-3")), observation);
        Assert.Equal(refusal, plan.Refusal?.ErrorId);
        Assert.Empty(plan.Steps);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_volume_that_the_set_wants_again_is_never_deleted(bool consulAnswers, bool isLeaderless)
    {
        PetSetObservation observation = Given.Healthy();
        observation = isLeaderless ? observation.NoLeader() : observation;
        StalePet volume = Stale(StalePetKind.Volume, "data-consul-2");
        Assert.Equal("NotStale", RemoveStalePlanner.Plan(volume, consulAnswers ? observation : observation.NoConsul()).Refusal?.ErrorId);
        Assert.Equal("NotStale", RemoveStalePlanner.Plan(volume, observation.NoConsul("away")).Refusal?.ErrorId);
    }

    [Fact]
    public void A_member_whose_ID_lives_on_under_another_name_takes_no_raft_peer_with_it()
    {
        // A DaemonSet's pod that keeps its data on the node comes back with the node ID and another name.
        PetSetObservation observation = Given.HealthyCattle("cattle-bcdfg", "cattle-hjklm", "cattle-npqrs").Plus(Given.Member("cattle-wkhkr", ConsulMemberStatus.Left, id: Given.Id("cattle-hjklm")));
        StalePet stale = Assert.Single(StaleRules.Find(observation));
        Assert.Equal(["force-leave and prune the member"], RemoveStalePlanner.Plan(stale, observation).Steps.Select(static step => step.Action));
        Assert.True(RemoveStalePlanner.IsGone(stale, observation.Member("cattle-wkhkr", static _ => null)));
    }

    [Fact]
    public void No_removal_leaves_a_configuration_without_its_quorum_and_only_stale_things_are_removed() => RandomObservation.ForEach(6000, static observation =>
    {
        IReadOnlyList<StalePet> found = StaleRules.Find(observation);
        foreach (StalePet stale in found.Where(static stale => stale.Kind != StalePetKind.Volume))
        {
            ConsulPetPlan plan = RemoveStalePlanner.Plan(stale, observation);
            Assert.True(plan.Refusal is null || plan.Steps.Count == 0);
            if (plan.Steps.Count > 0)
            {
                var quorum = QuorumView.Of(observation.Consul);
                Assert.NotNull(observation.Consul!.Leader);
                Assert.True(quorum.HealthyVoters >= RaftQuorum.Size(quorum.Voters!.Value));
                Assert.False(PetSetHealth.IsUpdating(observation));
                Assert.All(plan.Steps, static step => Assert.True(step.ToleranceAfter >= 0 && step.VotersAfter > 0));
            }
        }
    });

    [Theory]
    [InlineData("first pods that never ran", true)]
    [InlineData("no pods yet", true)]
    [InlineData("no pods, long ago", false)]
    [InlineData("it ran", false)]
    [InlineData("it restarted", false)]
    [InlineData("a later pod on an old volume", false)]
    [InlineData("an empty raft configuration", true)]
    [InlineData("an empty raft configuration, and a leader all the same", false)]
    [InlineData("raft may not be read", false)]
    [InlineData("no leader", false)]
    [InlineData("healthy", false)]
    [InlineData("scaled to zero", false)]
    public void Only_a_set_that_provably_never_held_data_has_nothing_to_lose(string state, bool expected)
    {
        PetSetObservation fresh = Given.Healthy().NoConsul().Workload(static workload => workload with { Created = Given.Now.AddHours(-1) });
        fresh = fresh with { Pods = [.. fresh.Pods.Select(static pod => pod with { Running = false, Ready = false })] };
        PetSetObservation observation = state switch
        {
            "first pods that never ran" => fresh,
            "no pods yet" => (fresh with { Pods = [] }).Workload(static workload => workload with { Created = Given.Now.AddSeconds(-5) }),
            "no pods, long ago" => fresh with { Pods = [] },
            "it ran" => fresh.Pod("consul-1", static pod => pod with { Running = true }),
            "it restarted" => fresh.Pod("consul-1", static pod => pod with { Restarts = 1 }),
            "a later pod on an old volume" => fresh.Pod("consul-1", static pod => pod with { Created = Given.Now.AddMinutes(-5) }),
            "an empty raft configuration" => Given.Healthy().NoLeader().Consul(static consul => consul with { Peers = [] }),
            "an empty raft configuration, and a leader all the same" => Given.Healthy().Consul(static consul => consul with { Peers = [], LeaderAddress = "10.0.0.1:8300" }),
            "raft may not be read" => Given.Healthy().Consul(static consul => consul with { Peers = null, IsDenied = true }),
            "no leader" => Given.Healthy().NoLeader(),
            "healthy" => Given.Healthy(),
            _ => (fresh with { Pods = [] }).Workload(static workload => workload with { Replicas = 0 }),
        };
        Assert.Equal(expected, BootstrapRules.HasNothingToLose(observation));
    }

    [Theory]
    [InlineData("healthy", null)]
    [InlineData("another is sick", "QuorumWouldBeLost")]
    [InlineData("it is the sick one", null)]
    [InlineData("it is sick and another is away", "QuorumWouldBeLost")]
    [InlineData("no leader", "NoConsulLeader")]
    [InlineData("nobody answers", "ConsulUnreachable")]
    [InlineData("filtered", "ConsulViewFiltered")]
    [InlineData("it joins", "PetIsJoining")]
    [InlineData("it has been joining for long", null)]
    [InlineData("it never ran", null)]
    [InlineData("it is the only one", null)]
    [InlineData("no such pet", "PetNotFound")]
    public void A_pet_is_restarted_only_when_the_others_hold_the_quorum(string state, string? refusal)
    {
        PetSetObservation observation = state switch
        {
            "healthy" => Given.Healthy(),
            "another is sick" => Given.Healthy().Sick("consul-2"),
            "it is the sick one" => Given.Healthy().Sick("consul-1"),
            "it is sick and another is away" => Given.Healthy().Sick("consul-1").Pod("consul-2", static pod => pod with { Running = false, Ready = false }),
            "no leader" => Given.Healthy().NoLeader(),
            "nobody answers" => Given.Healthy().NoConsul(),
            "filtered" => Given.Healthy().Consul(static consul => consul with { FilteredByAcls = true }),
            "it joins" => Given.Healthy().Peer("consul-1", static peer => peer with { IsVoter = false }).Pod("consul-1", static pod => pod with { Created = Given.Now.AddSeconds(-20) }),
            "it has been joining for long" => Given.Healthy().Peer("consul-1", static peer => peer with { IsVoter = false }),
            "it never ran" => Given.Healthy().NoConsul().Pod("consul-1", static pod => pod with { Running = false, Ready = false }),
            "it is the only one" => Given.Healthy(1).Pod("consul-0", static pod => pod with { Name = "consul-1" }).NoConsul(),
            "no such pet" => Given.Healthy().WithoutPod("consul-1"),
            _ => throw new ArgumentException(state, nameof(state)),
        };
        ConsulPetPlan plan = RestartPlanner.Plan("consul-1", observation);
        Assert.Equal(refusal, plan.Refusal?.ErrorId);
        Assert.Equal(refusal is null ? 1 : 0, plan.Steps.Count);
    }

    [Theory]
    [InlineData("1.21.4:abcdef", "move the leadership away, restart")]
    [InlineData("1.8.7:abcdef", "restart the leader")]
    public void A_restart_shows_the_worst_moment_and_what_becomes_of_the_leadership(string build, string action)
    {
        PetSetObservation observation = Given.Healthy().Member("consul-1", member => member with { Tags = new Dictionary<string, string>(member.Tags) { ["build"] = build } });
        ConsulPetStep step = Assert.Single(RestartPlanner.Plan("consul-0", observation).Steps);
        Assert.Equal((action, 3, 3, 1, 0), (step.Action, step.VotersBefore, step.VotersAfter, step.ToleranceBefore, step.ToleranceAfter));
    }

    [Fact]
    public void No_restart_of_a_known_pet_leaves_fewer_healthy_voters_than_the_quorum() => RandomObservation.ForEach(8000, static observation =>
    {
        foreach (ObservedPod pod in observation.Pods)
        {
            ConsulPetPlan plan = RestartPlanner.Plan(pod.Name, observation);
            if (observation.Workload.Replicas > 1 && plan.Refusal is null && observation.Consul is { } consul && new PetJoin(observation).Member(pod) is { NodeId: { } id })
            {
                string[] healthy = [.. (consul.Peers ?? []).Where(peer => peer.IsVoter && QuorumView.IsHealthy(peer.Id, consul)).Select(static peer => peer.Id)];
                int quorum = RaftQuorum.Size((consul.Peers ?? []).Count(static peer => peer.IsVoter));
                Assert.True(!healthy.Contains(id) || healthy.Length - 1 >= quorum, $"{pod.Name}, running {pod.Running}: {healthy.Length - 1} healthy voters would remain, {quorum} must");
            }
        }
    });

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void A_pet_that_is_on_its_way_out_counts_as_lost_before_gossip_notices(bool deleting, bool running)
    {
        PetSetObservation observation = Given.Healthy().Pod("consul-2", pod => pod with { Deleting = deleting, Running = running, Ready = false });
        Assert.Equal("QuorumWouldBeLost", RestartPlanner.Plan("consul-1", observation, force: true).Refusal?.ErrorId);
    }

    [Fact]
    public void A_running_pod_that_no_member_is_known_for_may_be_a_healthy_voter_and_is_not_restarted_at_tolerance_zero()
    {
        // A node name was set, and the pod's own agent could not be asked: it is one of the two healthy voters, nobody knows which.
        PetSetObservation observation = Given.Healthy().Sick("consul-2").Member("consul-1", static member => Given.Member("blue", id: member.NodeId, address: "172.18.0.9"));
        Assert.NotNull(RestartPlanner.Plan("consul-1", observation).Refusal);
    }

    [Fact]
    public void A_raft_configuration_that_may_be_old_is_a_reason_to_refuse() =>
        Assert.NotNull(RestartPlanner.Plan("consul-1", Given.Healthy().Consul(static consul => consul with { PeersAreStale = true, Health = null, Problem = "limits the rate of requests" })).Refusal);
}
