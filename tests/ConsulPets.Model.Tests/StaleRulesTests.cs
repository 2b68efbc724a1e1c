using System.Text.RegularExpressions;

namespace ConsulPets.Model.Tests;

public class StaleRulesTests
{
    private static readonly ConsulMemberStatus[] Gone = [ConsulMemberStatus.Failed, ConsulMemberStatus.Left];

    [Theory]
    [InlineData("consul-3", ConsulMemberStatus.Left, true)]
    [InlineData("consul-3", ConsulMemberStatus.Failed, true)]
    [InlineData("consul-3", ConsulMemberStatus.Alive, false)]
    [InlineData("consul-3", ConsulMemberStatus.Leaving, false)]
    [InlineData("consul-3", ConsulMemberStatus.None, false)]
    [InlineData("consul-2", ConsulMemberStatus.Failed, false)]
    [InlineData("consul-03", ConsulMemberStatus.Failed, false)]
    [InlineData("consul-east-3", ConsulMemberStatus.Failed, false)]
    [InlineData("vm-3", ConsulMemberStatus.Failed, false)]
    public void A_member_is_stale_when_it_is_gone_and_its_ordinal_is_not_wanted(string name, ConsulMemberStatus status, bool isStale)
    {
        PetSetObservation observation = Given.Healthy().WithoutPod("consul-2").Member("consul-2", static _ => null).Plus(Given.Member(name, status));
        Assert.Equal(isStale ? [(StalePetKind.Member, name)] : [], StaleRules.Find(observation).Select(static stale => (stale.Kind, stale.Name)));
    }

    [Theory]
    [InlineData("cattle-wkhkr", false, true)]
    [InlineData("cattle-wkhkr", true, false)]
    [InlineData("cattle-aeiou", false, false)]
    [InlineData("worker-1", true, false)]
    public void A_DaemonSets_member_is_stale_when_its_random_name_is_gone_and_never_with_the_hosts_network(string name, bool hostNetwork, bool isStale)
    {
        PetSetObservation observation = Given.HealthyCattle("cattle-bcdfg").Workload(workload => workload with { HostNetwork = hostNetwork }).Plus(Given.Member(name, ConsulMemberStatus.Failed));
        Assert.Equal(isStale, StaleRules.Find(observation).Any(stale => stale.Name == name));
    }

    [Fact]
    public void A_client_is_never_stale() => Assert.Empty(StaleRules.Find(Given.Healthy().Plus(
        Given.Member("consul-7", ConsulMemberStatus.Failed) with { Tags = new Dictionary<string, string> { ["role"] = "node" } })));

    [Fact]
    public void A_set_that_begins_at_a_later_ordinal_does_not_want_the_earlier_ones()
    {
        PetSetObservation observation = Given.Healthy().WithoutPod("consul-0").Workload(static workload => workload with { FirstOrdinal = 1 }).Is("consul-0", ConsulMemberStatus.Left);
        Assert.Equal(["consul-0", "data-consul-0"], StaleRules.Find(observation with { Pods = [.. observation.Pods, Given.Pod("consul-3")] }).Select(static stale => stale.Name));
    }

    [Theory]
    [InlineData("as it is", true)]
    [InlineData("the leader", false)]
    [InlineData("healthy", false)]
    [InlineData("known to gossip", false)]
    [InlineData("read without a leader", false)]
    [InlineData("no leader", false)]
    [InlineData("its agent runs in a pod", false)]
    [InlineData("a pod runs whose member is unknown", false)]
    [InlineData("filtered", false)]
    public void A_raft_peer_is_stale_only_when_a_leader_says_so_and_nobody_can_be_it(string state, bool isStale)
    {
        PetSetObservation stale = Given.Healthy().Plus(Given.Peer("(unknown)", id: "gone"));
        PetSetObservation observation = state switch
        {
            "as it is" => stale,
            "the leader" => Given.Healthy().NoLeader().Consul(static consul => consul with { PeersAreStale = false }).Plus(Given.Peer("(unknown)", leader: true, id: "gone")),
            "healthy" => stale.Consul(static consul => consul with { Health = [.. consul.Health!, new ObservedServerHealth("gone", true, true, null)] }),
            "known to gossip" => stale.Plus(Given.Member("vm-1", ConsulMemberStatus.Failed, id: "gone")),
            "read without a leader" => stale.Consul(static consul => consul with { PeersAreStale = true }),
            "no leader" => stale.NoLeader().Consul(static consul => consul with { PeersAreStale = false }),
            "its agent runs in a pod" => stale.Pod("consul-1", static pod => pod with { AgentNodeId = "gone" }),
            "a pod runs whose member is unknown" => stale.Plus(Given.Pod("consul-3", "10.1.1.1")),
            "filtered" => stale.Consul(static consul => consul with { FilteredByAcls = true }),
            _ => throw new ArgumentException(state, nameof(state)),
        };
        Assert.Equal(isStale, StaleRules.Find(observation).Any(static found => found.Kind == StalePetKind.RaftPeer && found.NodeId == "gone"));
    }

    [Theory]
    [InlineData("consul-4.dc1", ConsulMemberStatus.Failed, true)]
    [InlineData("consul-4.dc1", ConsulMemberStatus.Alive, false)]
    [InlineData("consul-4.dc2", ConsulMemberStatus.Failed, false)]
    [InlineData("consul-1.dc1", ConsulMemberStatus.Failed, false)]
    [InlineData("consul-3.dc1", ConsulMemberStatus.Failed, false)] // its LAN member is listed by itself
    public void A_WAN_member_is_stale_when_it_is_this_datacenters_and_the_LAN_pool_has_forgotten_it(string name, ConsulMemberStatus status, bool isStale)
    {
        PetSetObservation observation = Given.Healthy().Plus(Given.Member("consul-3", ConsulMemberStatus.Left)).PlusWan(Given.Member(name, status));
        Assert.Equal(isStale, StaleRules.Find(observation).Any(stale => stale.Kind == StalePetKind.WanMember && stale.Name == name));
    }

    [Fact]
    public void A_volume_is_orphaned_when_its_ordinal_is_not_wanted_and_no_pod_mounts_it()
    {
        PetSetObservation observation = Given.Healthy()
            .Plus(Given.Claim("data-consul-3", 3))
            .Plus(Given.Claim("data-consul-4", 4) with { Deleting = true })
            .Plus(Given.Claim("data-consul-5", 5)).Pod("consul-0", static pod => pod with { Claims = ["data-consul-5"] })
            .Plus(Given.Claim("backup", null));
        Assert.Equal(["data-consul-3"], StaleRules.Find(observation).Select(static stale => stale.Name));
        Assert.Equal(["data-consul-3"], StaleRules.Find(observation.NoConsul()).Select(static stale => stale.Name));
    }

    [Fact]
    public void A_suspended_sets_volumes_are_what_it_resumes_on_and_not_orphans() =>
        Assert.Empty(StaleRules.Find((Given.Healthy() with { Pods = [] }).Workload(static workload => workload with { Replicas = 0 }).NoConsul()));

    [Fact]
    public void Nothing_is_named_that_may_come_back() => RandomObservation.ForEach(20000, static observation =>
    {
        foreach (StalePet stale in StaleRules.Find(observation))
        {
            AssertIsStale(stale, observation);
        }
    });

    private static void AssertIsStale(StalePet stale, PetSetObservation observation)
    {
        ObservedWorkload workload = observation.Workload;
        if (stale.Kind == StalePetKind.Volume)
        {
            Assert.False(IsWanted(stale.Name["data-".Length..], workload), $"{stale.Name} is a wanted ordinal's");
            Assert.DoesNotContain(observation.Pods, pod => pod.Claims.Contains(stale.Name));
            return;
        }

        ObservedConsul consul = observation.Consul!;
        Assert.False(consul.FilteredByAcls);
        if (stale.Kind == StalePetKind.RaftPeer)
        {
            ObservedPeer peer = consul.Peers!.Single(candidate => candidate.Id == stale.NodeId);
            Assert.False(peer.IsLeader, "the leader");
            Assert.False(consul.PeersAreStale, "an old configuration");
            Assert.Contains(consul.Peers!, static candidate => candidate.IsLeader);
            Assert.DoesNotContain(consul.Health ?? [], health => health.Id == peer.Id && health.Healthy);
            Assert.DoesNotContain(consul.Members, member => member.NodeId == peer.Id);
            Assert.DoesNotContain(observation.Pods, pod => pod.AgentNodeId == peer.Id);
            return;
        }

        ObservedMember found = (stale.Kind == StalePetKind.Member ? consul.Members : consul.WanMembers!).Single(candidate => candidate.Name == stale.Name);
        string name = stale.Kind == StalePetKind.Member ? stale.Name : stale.Name[..^".dc1".Length];
        Assert.Contains(found.Status, Gone);
        Assert.False(IsWanted(name, workload), $"{name} is wanted");
        Assert.True(IsOwnNaming(name, workload), $"{name} is not this set's naming");
        Assert.DoesNotContain(observation.Pods, pod => pod.Name == name || (stale.Kind == StalePetKind.Member && pod.AgentNodeId == found.NodeId));
    }

    private static bool IsOwnNaming(string name, ObservedWorkload workload) => workload.Kind == PetSetKind.StatefulSet
        ? Regex.IsMatch(name, "^consul-(0|[1-9][0-9]*)$")
        : !workload.HostNetwork && Regex.IsMatch(name, "^cattle-[bcdfghjklmnpqrstvwxz2456789]{5}$");

    private static bool IsWanted(string name, ObservedWorkload workload) => workload.Kind == PetSetKind.StatefulSet
        && Enumerable.Range(workload.FirstOrdinal, workload.Replicas).Any(ordinal => name == FormattableString.Invariant($"consul-{ordinal}"));

    [Fact]
    public void A_raft_peer_that_has_a_wanted_pets_name_is_named_by_its_ID()
    {
        // A pet that lost its volume comes back with the name and address, and a new ID; the old peer's name is found by its address.
        PetSetObservation observation = Given.Healthy().Plus(Given.Peer("consul-1", id: "old-id"));
        Assert.Equal(["old-id"], StaleRules.Find(observation).Select(static stale => stale.Name));
    }

    [Fact]
    public void What_is_confirmed_was_found_at_both_looks() => RandomObservation.ForEach(3000, static second =>
    {
        PetSetObservation first = RandomObservation.Make(new Random(second.Pods.Count + second.Claims.Count));
        first = first with { Taken = Given.Now.AddSeconds(-7), Workload = second.Workload };
        string[] both = [.. Keys(StaleRules.Find(first)).Intersect(Keys(StaleRules.Find(second))).Order(StringComparer.Ordinal)];
        IReadOnlyList<StalePet> confirmed = StaleRules.Confirm(first, second);
        Assert.Equal(both, Keys(confirmed).Order(StringComparer.Ordinal));
        Assert.All(confirmed, static stale => Assert.Equal("2 looks, 7 s apart", stale.Evidence));
        Assert.Empty(StaleRules.Confirm(first.Workload(static workload => workload with { Uid = "another" }), second));
    });

    private static IEnumerable<string> Keys(IEnumerable<StalePet> found) => found.Select(static stale => $"{stale.Kind} {stale.Name} {stale.NodeId}");

    [Fact]
    public void A_member_that_came_back_under_another_ID_between_the_looks_is_not_confirmed()
    {
        PetSetObservation first = Given.Healthy().Plus(Given.Member("consul-3", ConsulMemberStatus.Failed, id: "one"));
        Assert.Single(StaleRules.Confirm(first, first));
        Assert.Empty(StaleRules.Confirm(first, Given.Healthy().Plus(Given.Member("consul-3", ConsulMemberStatus.Failed, id: "two"))));
    }

    [Fact]
    public void A_finding_says_where_it_is_and_why()
    {
        StalePet stale = Assert.Single(StaleRules.Find(Given.Healthy().Plus(Given.Member("consul-3", ConsulMemberStatus.Left, address: "10.0.0.3"))));
        Assert.Equal(("consul", "default", "kind", "10.0.0.3:8301", Given.Id("consul-3")), (stale.PetSet, stale.Namespace, stale.Context, stale.Address, stale.NodeId));
        Assert.Equal(("left, and no pod has its name", "1 look", ConsulMemberStatus.Left), (stale.Reason, stale.Evidence, stale.MemberStatus));
    }
}
