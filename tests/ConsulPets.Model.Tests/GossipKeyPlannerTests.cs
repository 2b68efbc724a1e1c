using ConsulPets.Planning.GossipKeys;

namespace ConsulPets.Model.Tests;

public class GossipKeyPlannerTests
{
    private static GossipPool Pool(bool isWan, int nodes, (string Key, int Count)[] keys, params (string Key, int Count)[] primary) => new(
        isWan, "dc1", nodes, keys.ToDictionary(static key => key.Key, static key => key.Count), primary.ToDictionary(static key => key.Key, static key => key.Count), null);

    private static GossipKeyObservation Look(KeptGossipKeys kept, (string Key, int Count)[] keys, params (string Key, int Count)[] primary) =>
        new(Given.Healthy(), [Pool(true, 3, keys, primary), Pool(false, 3, keys, primary)], kept);

    private static readonly KeptGossipKeys Rest = new("a", null, null), Begun = new("a", "b", null), Promoted = new("b", null, "a");

    public static TheoryData<string, GossipKeyStep?> Looks() => new()
    {
        { "at rest", GossipKeyStep.KeepNext },
        { "nobody has the new one", GossipKeyStep.Install },
        { "one lacks the new one", GossipKeyStep.Install },
        { "all have it", GossipKeyStep.Use },
        { "one does not use it", GossipKeyStep.Use },
        { "all use it", GossipKeyStep.Promote },
        { "promoted", GossipKeyStep.Remove },
        { "one has the former one", GossipKeyStep.Remove },
        { "promoted, and one uses the former one", null },
        { "nobody has the former one", GossipKeyStep.Forget },
    };

    [Theory]
    [MemberData(nameof(Looks))]
    public void A_key_is_used_when_all_have_it_and_removed_when_nobody_uses_it(string state, GossipKeyStep? step)
    {
        (string, int)[] both = [("a", 3), ("b", 3)];
        GossipKeyObservation look = state switch
        {
            "at rest" => Look(Rest, [("a", 3)], ("a", 3)),
            "nobody has the new one" => Look(Begun, [("a", 3)], ("a", 3)),
            "one lacks the new one" => Look(Begun, [("a", 3), ("b", 2)], ("a", 3)),
            "all have it" => Look(Begun, both, ("a", 3)),
            "one does not use it" => Look(Begun, both, ("a", 1), ("b", 2)),
            "all use it" => Look(Begun, both, ("b", 3)),
            "promoted" => Look(Promoted, both, ("b", 3)),
            "one has the former one" => Look(Promoted, [("a", 1), ("b", 3)], ("b", 3)),
            "promoted, and one uses the former one" => Look(Promoted, both, ("a", 1), ("b", 2)),
            _ => Look(Promoted, [("b", 3)], ("b", 3)),
        };
        GossipKeyDecision decision = GossipKeyPlanner.Decide(look, isBegun: false);
        Assert.Equal(step, decision.Step);
        Assert.Equal(step is null, decision.Waiting is not null);
        Assert.False(decision.IsDone);
    }

    [Fact]
    public void One_pool_that_is_behind_holds_the_other_back()
    {
        var look = new GossipKeyObservation(Given.Healthy(), [Pool(true, 3, [("a", 3)], ("a", 3)), Pool(false, 3, [("a", 3), ("b", 3)], ("a", 3))], Begun);
        Assert.Equal(GossipKeyStep.Install, GossipKeyPlanner.Decide(look, isBegun: false).Step);
    }

    [Fact]
    public void A_turn_that_was_begun_ends_and_no_other_begins() => Assert.True(GossipKeyPlanner.Decide(Look(Rest, [("a", 3)], ("a", 3)), isBegun: true).IsDone);

    [Theory]
    [InlineData("a pet is not ready")]
    [InlineData("a pet is away")]
    [InlineData("a client has failed")]
    [InlineData("a member does not answer")]
    [InlineData("fewer answer than are alive")]
    [InlineData("no leader")]
    public void Nothing_is_written_while_somebody_is_away(string what)
    {
        GossipKeyObservation look = Look(Begun, [("a", 3), ("b", 3)], ("b", 3));
        look = what switch
        {
            "a pet is not ready" => look with { Set = look.Set.Pod("consul-1", static pod => pod with { Ready = false }) },
            "a pet is away" => look with { Set = look.Set.WithoutPod("consul-1") },
            "a client has failed" => look with { Set = look.Set.Plus(Given.Member("client", ConsulMemberStatus.Failed, address: "10.9.9.9")) },
            "a member does not answer" => look with { Pools = [look.Pools[0], look.Pools[1] with { Problem = "consul-1 does not answer" }] },
            "fewer answer than are alive" => look with { Pools = [look.Pools[0], look.Pools[1] with { Nodes = 2 }] },
            _ => look with { Set = look.Set.NoLeader() },
        };
        GossipKeyDecision decision = GossipKeyPlanner.Decide(look, isBegun: true);
        Assert.Null(decision.Step);
        Assert.NotNull(decision.Waiting);
    }

    [Fact]
    public void What_is_not_the_modules_to_turn_is_refused()
    {
        GossipKeyObservation look = Look(Rest, [("a", 3)], ("a", 3));
        Assert.Equal("GossipKeyIsShared", GossipKeyPlanner.Decide(look with { Pools = [.. look.Pools, look.Pools[0] with { Datacenter = "dc2" }] }, false).Refusal?.ErrorId);
        Assert.Equal("KeyringUnknown", GossipKeyPlanner.Decide(look with { Pools = [look.Pools[0] with { PrimaryKeys = null }] }, false).Refusal?.ErrorId);
        Assert.Equal("GossipKeyDiffers", GossipKeyPlanner.Decide(Look(Rest, [("x", 3)], ("x", 3)), false).Refusal?.ErrorId);
        Assert.Equal("ConsulViewFiltered", GossipKeyPlanner.Decide(look with { Set = look.Set.Consul(static consul => consul with { FilteredByAcls = true }) }, false).Refusal?.ErrorId);
    }
}
