using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests.Rolling;

public class QuorumForecastTests
{
    [Theory]
    [InlineData(1, 1, false, QuorumAnswer.No)]
    [InlineData(1, 1, true, QuorumAnswer.No)] // the last one cannot leave
    [InlineData(2, 1, false, QuorumAnswer.No)]
    [InlineData(2, 1, true, QuorumAnswer.Yes)] // 1 of 1
    [InlineData(3, 1, false, QuorumAnswer.Yes)]
    [InlineData(3, 1, true, QuorumAnswer.Yes)]
    [InlineData(3, 2, false, QuorumAnswer.No)]
    [InlineData(3, 2, true, QuorumAnswer.Yes)] // one after the other: 2 of 2, 1 of 1
    [InlineData(4, 1, false, QuorumAnswer.Yes)]
    [InlineData(4, 2, false, QuorumAnswer.No)] // an even size is no better than the odd one below
    [InlineData(4, 2, true, QuorumAnswer.Yes)]
    [InlineData(5, 2, false, QuorumAnswer.Yes)]
    [InlineData(5, 3, false, QuorumAnswer.No)]
    [InlineData(3, 0, false, QuorumAnswer.Yes)]
    public void What_may_be_lost_depends_on_whether_it_leaves(int size, int lost, bool graceful, QuorumAnswer answer)
    {
        QuorumForecast forecast = QuorumForecast.Without(Given.Healthy(size), Names(lost), graceful);
        Assert.Equal((answer, answer == QuorumAnswer.Yes), (forecast.Answer, forecast.Result));
        Assert.Equal(new QuorumCount(size, size), forecast.Before);
        Assert.NotEmpty(forecast.Reasons);
        if (forecast.Result)
        {
            Assert.Equal(graceful ? new QuorumCount(size - lost, size - lost) : new QuorumCount(size, size - lost), forecast.After);
        }
    }

    [Theory]
    [InlineData("nobody answers")]
    [InlineData("filtered")]
    [InlineData("no leader")]
    [InlineData("no health")]
    [InlineData("no such pet")]
    [InlineData("which server it runs is unknown")]
    public void What_is_not_known_is_no_and_says_so(string state)
    {
        PetSetObservation healthy = Given.Healthy();
        PetSetObservation observation = state switch
        {
            "nobody answers" => healthy.NoConsul(),
            "filtered" => healthy.Consul(static consul => consul with { FilteredByAcls = true }),
            "no leader" => healthy.NoLeader(),
            "no health" => healthy.Consul(static consul => consul with { Health = null }),
            "no such pet" => healthy.WithoutPod("consul-1").Member("consul-1", static _ => null),
            _ => healthy.Member("consul-1", static member => Given.Member("blue", id: member.NodeId, address: "172.18.0.9")),
        };
        QuorumForecast forecast = QuorumForecast.Without(observation, ["consul-1"], graceful: false);
        Assert.Equal((QuorumAnswer.Unknown, false), (forecast.Answer, forecast.Result));
        Assert.Single(forecast.Reasons);
    }

    [Fact]
    public void A_sick_voter_costs_nothing_more_when_it_stops_and_cannot_leave()
    {
        PetSetObservation observation = Given.Healthy().Sick("consul-1");
        Assert.True(QuorumForecast.Without(observation, ["consul-1"], graceful: false).Result);
        Assert.False(QuorumForecast.Without(observation, ["consul-1", "consul-2"], graceful: false).Result);
        Assert.Equal(new QuorumCount(3, 2), QuorumForecast.Without(observation, ["consul-1"], graceful: true).After);
    }

    [Fact]
    public void A_non_voter_and_a_pod_that_never_ran_are_no_loss()
    {
        PetSetObservation observation = Given.Healthy().Sick("consul-2").Plus(Given.Peer("consul-3", voter: false)).Plus(Given.Member("consul-3")).Plus(Given.Pod("consul-3")).Plus(Given.Pod("consul-4") with { Running = false, Ready = false });
        Assert.True(QuorumForecast.Without(observation, ["consul-3", "consul-4"], graceful: false).Result);
    }

    [Fact]
    public void A_pet_that_is_on_its_way_out_counts_as_lost() =>
        Assert.False(QuorumForecast.Without(Given.Healthy().Pod("consul-2", static pod => pod with { Deleting = true }), ["consul-1"], graceful: false).Result);

    [Fact]
    public void The_same_pet_twice_counts_once() => Assert.True(QuorumForecast.Without(Given.Healthy(), ["consul-1", "CONSUL-1"], graceful: false).Result);

    [Fact]
    public void A_set_that_has_lost_its_quorum_may_lose_nobody() => Assert.Equal(QuorumAnswer.No, QuorumForecast.Without(Given.Healthy().Sick("consul-1", "consul-2"), ["consul-1"], graceful: false).Answer);

    [Fact]
    public void It_says_what_autopilot_will_make_of_the_dead()
    {
        var autopilot = new AutopilotSettings(true, 3, TimeSpan.FromSeconds(10));
        Assert.Contains("remove 2 dead of 5 voters", string.Join(' ', QuorumForecast.Without(Given.Healthy(5), Names(2), graceful: false, autopilot).Reasons), StringComparison.Ordinal);
        Assert.DoesNotContain("dead of", string.Join(' ', QuorumForecast.Without(Given.Healthy(5), Names(2), graceful: false, autopilot with { CleanupDeadServers = false }).Reasons), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 1, 2, 1)]
    [InlineData(3, 1, 3, 0)]
    [InlineData(3, 1, 0, 1)]
    [InlineData(5, 2, 3, 2)]
    [InlineData(5, 2, 4, 1)]
    [InlineData(5, 2, 0, 2)]
    [InlineData(5, 3, 0, 0)] // no quorum, no clean-up
    [InlineData(2, 1, 0, 0)]
    [InlineData(4, 1, 3, 1)]
    [InlineData(7, 3, 4, 3)]
    public void Autopilot_keeps_MinQuorum_and_more_than_half(int voters, int dead, int minQuorum, int removed) =>
        Assert.Equal(removed, new AutopilotSettings(true, minQuorum, TimeSpan.FromSeconds(10)).Removes(voters, dead));

    [Fact]
    public void Leaving_one_after_another_never_passes_through_a_state_without_a_quorum()
    {
        foreach (int voters in Enumerable.Range(1, 9))
        {
            foreach (int healthy in Enumerable.Range(0, voters + 1))
            {
                foreach (int leaving in Enumerable.Range(0, healthy + 1))
                {
                    // By hand: before each departure a majority must be there to agree, and after it a majority of the rest.
                    bool expected = Enumerable.Range(0, leaving).All(gone => 2 * (healthy - gone) > voters - gone && voters - gone > 1 && 2 * (healthy - gone - 1) > voters - gone - 1);
                    Assert.Equal(expected, new QuorumCount(voters, healthy).AfterLeave(leaving) is not null);
                }
            }
        }
    }

    private static string[] Names(int count) => [.. Given.Healthy(5).Pods.Take(count).Select(static pod => pod.Name)];
}
