namespace ConsulPets.Model.Tests;

public class PetSetHealthTests
{
    public static TheoryData<string, PetSetStatus, string> Statuses() => new()
    {
        { "healthy", PetSetStatus.Healthy, "" },
        { "scaled to zero", PetSetStatus.Suspended, "scaled to zero" },
        { "a DaemonSet without a node", PetSetStatus.Degraded, "no node is fit for its pods" },
        { "no agent answers", PetSetStatus.Unreachable, "connection refused" },
        { "nothing runs yet", PetSetStatus.Bootstrapping, "0 of 3 pods are ready" },
        { "an image that cannot be had", PetSetStatus.Bootstrapping, "consul-1: ImagePullBackOff: no such image" },
        { "servers look for each other", PetSetStatus.Bootstrapping, "2 of 3 servers have found each other" },
        { "an election", PetSetStatus.NoLeader, "no leader is elected" },
        { "quorum lost", PetSetStatus.NoLeader, "the quorum is lost: 1 of 3 voters are alive; 1 of 3 pods are ready" },
        { "a sick voter", PetSetStatus.Degraded, "2 of 3 voters are healthy" },
        { "a returning server", PetSetStatus.Degraded, "consul-1 is not a voter yet" },
        { "two returning servers", PetSetStatus.Degraded, "2 pets are not voters yet" },
        { "a pod that is not ready", PetSetStatus.Degraded, "2 of 3 pods are ready" },
        { "a pod that is ending", PetSetStatus.Degraded, "2 of 3 pods are ready" },
        { "an older revision", PetSetStatus.Updating, "2 of 3 pets run the newest revision" },
        { "a specification not seen yet", PetSetStatus.Updating, "0 of 3 pets run the newest revision" },
        { "a DaemonSet being updated", PetSetStatus.Updating, "1 of 2 pets run the newest revision" },
    };

    private static PetSetObservation Make(string state) => state switch
    {
        "healthy" => Given.Healthy(),
        "scaled to zero" => Given.Healthy(0).NoConsul(),
        "a DaemonSet without a node" => Given.HealthyCattle().NoConsul(),
        "no agent answers" => Given.Healthy().NoConsul("connection refused"),
        "nothing runs yet" => Pods(Given.Healthy().NoConsul(), static pod => pod with { Running = false, Ready = false }),
        "an image that cannot be had" => Pods(Given.Healthy().NoConsul(), static pod => pod with { Running = false, Ready = false })
            .Pod("consul-1", static pod => pod with { Phase = "ImagePullBackOff", PhaseDetail = "no such image" }),
        "servers look for each other" => Given.Healthy().NoLeader().Consul(static consul => consul with { Peers = [] }).Is("consul-2", ConsulMemberStatus.Failed)
            .Plus(Given.Member("web-1") with { Tags = new Dictionary<string, string> { ["role"] = "node" } }),
        "an election" => Given.Healthy().NoLeader(),
        "quorum lost" => Given.Healthy().NoLeader().Is("consul-1", ConsulMemberStatus.Failed).Is("consul-2", ConsulMemberStatus.Failed)
            .Pod("consul-1", static pod => pod with { Ready = false }).Pod("consul-2", static pod => pod with { Ready = false }),
        "a sick voter" => Given.Healthy().Sick("consul-2"),
        "a returning server" => Given.Healthy().Peer("consul-1", static peer => peer with { IsVoter = false }),
        "two returning servers" => Given.Healthy().Peer("consul-1", static peer => peer with { IsVoter = false }).Peer("consul-2", static _ => null),
        "a pod that is not ready" => Given.Healthy().Pod("consul-1", static pod => pod with { Ready = false }),
        "a pod that is ending" => Given.Healthy().Pod("consul-1", static pod => pod with { Deleting = true }),
        "an older revision" => Given.Healthy().Pod("consul-1", static pod => pod with { Revision = "old" }),
        "a specification not seen yet" => Given.Healthy().Workload(static workload => workload with { ControllerIsCurrent = false }),
        "a DaemonSet being updated" => Given.HealthyCattle("cattle-bcdfg", "cattle-hjklm").Workload(static workload => workload with { UpdatedPods = 1 })
            .Pod("cattle-bcdfg", static pod => pod with { Revision = "old" }),
        _ => throw new ArgumentException(state, nameof(state)),
    };

    private static PetSetObservation Pods(PetSetObservation observation, Func<ObservedPod, ObservedPod> change) =>
        (observation with { Pods = [.. observation.Pods.Select(change)] }).Workload(static workload => workload with { Created = Given.Now.AddHours(-1) });

    [Theory]
    [MemberData(nameof(Statuses))]
    public void Every_state_has_its_word_and_its_reason(string state, PetSetStatus status, string message)
    {
        ConsulPetSet set = Make(state).ToPetSet();
        Assert.Equal((status, message), (set.Status, set.Message));
    }

    [Fact]
    public void The_table_has_every_status() =>
        Assert.Equal(Enum.GetValues<PetSetStatus>(), Statuses().Select(static row => (PetSetStatus)row[1]).Distinct().Order());

    [Fact]
    public void A_message_is_empty_exactly_for_a_healthy_set() => RandomObservation.ForEach(2000, static observation =>
    {
        ConsulPetSet set = observation.ToPetSet();
        Assert.Equal(set.Status == PetSetStatus.Healthy, set.Message.Length == 0);
    });

    [Fact]
    public void A_running_set_whose_raft_may_not_be_read_is_not_said_to_start_for_the_first_time()
    {
        ConsulPetSet set = Given.Healthy().Consul(static consul => consul with { Peers = null, Health = null, Problem = "lacks permission 'operator:read'" }).ToPetSet();
        Assert.NotEqual(PetSetStatus.Bootstrapping, set.Status);
    }

    [Theory]
    [InlineData(true, 3, 2, 0)]
    [InlineData(false, 3, 2, 0)]
    public void Health_is_autopilots_word_else_gossips(bool autopilotWasAsked, int voters, int healthy, int tolerance)
    {
        PetSetObservation observation = autopilotWasAsked
            ? Given.Healthy().Sick("consul-1")
            : Given.Healthy().Is("consul-1", ConsulMemberStatus.Failed).Consul(static consul => consul with { Health = null });
        var view = QuorumView.Of(observation.Consul);
        Assert.Equal((voters, healthy, tolerance), (view.Voters, view.HealthyVoters, view.Tolerance));
    }

    [Fact]
    public void Autopilots_word_counts_against_gossips_and_a_server_it_does_not_name_is_not_healthy()
    {
        ObservedConsul consul = Given.Healthy().Consul!;
        Assert.Equal(2, QuorumView.Of(consul with { Health = [.. consul.Health!.Skip(1)] }).HealthyVoters);
        Assert.Equal(0, QuorumView.Of(consul with { Health = [] }).HealthyVoters);
    }

    [Fact]
    public void Servers_that_do_not_vote_do_not_count() =>
        Assert.Equal(new QuorumView(2, 2), QuorumView.Of(Given.Healthy().Peer("consul-2", static peer => peer with { IsVoter = false }).Consul));

    [Fact]
    public void Without_a_raft_configuration_all_counts_are_unknown()
    {
        foreach (ObservedConsul? consul in new[] { null, Given.Healthy().Consul! with { Peers = null } })
        {
            var view = QuorumView.Of(consul);
            Assert.Null(view.Voters);
            Assert.Null(view.HealthyVoters);
            Assert.Null(view.Tolerance);
        }
    }
}
