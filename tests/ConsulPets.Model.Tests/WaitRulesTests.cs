namespace ConsulPets.Model.Tests;

public class WaitRulesTests
{
    private static PetSetObservation Make(string state) => state switch
    {
        "healthy" => Given.Healthy(),
        "no agent" => Given.Healthy().NoConsul("consul-0: refused"),
        "no agent and no reason" => Given.Healthy().NoConsul(),
        "no agent, pods start" => Given.Healthy().NoConsul("no pod's Consul runs yet").Pod("consul-1", static pod => pod with { Ready = false }),
        "no leader" => Given.Healthy().NoLeader(),
        "scaled to zero" => Given.Healthy(0).NoConsul(),
        "leader only" => Given.Healthy().Sick("consul-1", "consul-2"),
        "quorum of a smaller configuration" => Given.Healthy().Consul(static consul => consul with { Peers = [consul.Peers![0]] }),
        "one sick" => Given.Healthy().Sick("consul-2"),
        "not current" => Given.Healthy().Workload(static workload => workload with { ControllerIsCurrent = false }),
        "a pod too few" => Given.Healthy().WithoutPod("consul-2"),
        "a pod ends" => Given.Healthy().Pod("consul-2", static pod => pod with { Deleting = true }),
        "a pod too many" => Given.Healthy().Plus(Given.Pod("consul-3")),
        "stuck" => Given.Healthy().Pod("consul-1", static pod => pod with { Ready = false, Phase = "CrashLoopBackOff", PhaseDetail = "the container ended with code 1" }),
        "not ready" => Given.Healthy().Pod("consul-1", static pod => pod with { Ready = false, Phase = "Pending" }),
        "no member" => Given.Healthy().Member("consul-1", static _ => null),
        "failed" => Given.Healthy().Is("consul-1", ConsulMemberStatus.Failed),
        "left" => Given.Healthy().Is("consul-1", ConsulMemberStatus.Left),
        "leaving" => Given.Healthy().Is("consul-1", ConsulMemberStatus.Leaving),
        "no status" => Given.Healthy().Is("consul-1", ConsulMemberStatus.None),
        "no voter" => Given.Healthy().Peer("consul-1", static peer => peer with { IsVoter = false }),
        "no peer" => Given.Healthy().Peer("consul-1", static _ => null),
        "a stranger's sick vote" => Given.Healthy().Plus(Given.Peer("vm-1")),
        "old revision" => Given.Healthy().Pod("consul-0", static pod => pod with { Revision = "old" }),
        _ => throw new ArgumentException(state, nameof(state)),
    };

    [Theory]
    [InlineData(WaitCondition.Leader, "healthy", "")]
    [InlineData(WaitCondition.Leader, "leader only", "")]
    [InlineData(WaitCondition.Leader, "no agent", "consul-0: refused")]
    [InlineData(WaitCondition.Leader, "no agent and no reason", "Consul does not answer yet")]
    [InlineData(WaitCondition.Leader, "no agent, pods start", "2 of 3 pods are ready; no pod's Consul runs yet")]
    [InlineData(WaitCondition.Leader, "no leader", "no leader yet")]
    [InlineData(WaitCondition.Leader, "scaled to zero", "the set is suspended, until Resume-ConsulPetSet consul")]
    [InlineData(WaitCondition.Stable, "scaled to zero", "the set is suspended, until Resume-ConsulPetSet consul")]
    [InlineData(WaitCondition.Quorum, "healthy", "")]
    [InlineData(WaitCondition.Quorum, "one sick", "")]
    [InlineData(WaitCondition.Quorum, "no leader", "no leader yet")]
    [InlineData(WaitCondition.Quorum, "leader only", "1 of 2 healthy voters that a quorum of 3 needs")]
    [InlineData(WaitCondition.Quorum, "quorum of a smaller configuration", "1 of 2 healthy voters that a quorum of 3 needs")]
    [InlineData(WaitCondition.Stable, "healthy", "")]
    [InlineData(WaitCondition.Stable, "old revision", "")]
    [InlineData(WaitCondition.Stable, "no leader", "no leader yet")]
    [InlineData(WaitCondition.Stable, "not current", "the controller has not seen the newest specification")]
    [InlineData(WaitCondition.Stable, "a pod too few", "2 of 3 pods")]
    [InlineData(WaitCondition.Stable, "a pod ends", "2 of 3 pods")]
    [InlineData(WaitCondition.Stable, "a pod too many", "4 of 3 pods")]
    [InlineData(WaitCondition.Stable, "stuck", "consul-1: CrashLoopBackOff: the container ended with code 1")]
    [InlineData(WaitCondition.Stable, "not ready", "consul-1 is not ready (Pending)")]
    [InlineData(WaitCondition.Stable, "no member", "consul-1 is no member yet")]
    [InlineData(WaitCondition.Stable, "failed", "consul-1 is failed")]
    [InlineData(WaitCondition.Stable, "left", "consul-1 is left")]
    [InlineData(WaitCondition.Stable, "leaving", "consul-1 is leaving")]
    [InlineData(WaitCondition.Stable, "no status", "consul-1 is unknown")]
    [InlineData(WaitCondition.Stable, "no voter", "consul-1 is not a voter yet")]
    [InlineData(WaitCondition.Stable, "no peer", "consul-1 is not a voter yet")]
    [InlineData(WaitCondition.Stable, "one sick", "consul-2 is not healthy yet")]
    [InlineData(WaitCondition.Stable, "a stranger's sick vote", "3 of 4 voters are healthy")]
    [InlineData(WaitCondition.Updated, "healthy", "")]
    [InlineData(WaitCondition.Updated, "no voter", "consul-1 is not a voter yet")]
    [InlineData(WaitCondition.Updated, "old revision", "2 of 3 pets run the newest revision")]
    public void A_condition_says_what_is_missing(WaitCondition condition, string state, string missing)
    {
        WaitVerdict verdict = WaitRules.Judge(condition, Make(state));
        Assert.Equal((missing.Length == 0, missing), (verdict.IsMet, verdict.Missing));
    }

    [Fact]
    public void A_stricter_condition_holds_only_where_the_weaker_ones_do() => RandomObservation.ForEach(4000, static observation =>
    {
        WaitVerdict[] verdicts = [.. Enum.GetValues<WaitCondition>().Where(static condition => condition != WaitCondition.Quorum).Select(condition => WaitRules.Judge(condition, observation))];
        Assert.All(verdicts, static verdict => Assert.Equal(verdict.IsMet, verdict.Missing.Length == 0));
        Assert.Equal(verdicts.Select(static verdict => verdict.IsMet), verdicts.Select(static verdict => verdict.IsMet).OrderDescending());
    });

    [Theory]
    [InlineData("the same pod", "consul-1 has not stopped yet")]
    [InlineData("no pod", "consul-1 has not been made again")]
    [InlineData("starting", "consul-1 is not ready (Pending)")]
    [InlineData("not a voter", "consul-1 is not a voter yet")]
    [InlineData("sick", "consul-1 is not healthy yet")]
    [InlineData("back", "")]
    public void A_pet_is_back_when_another_pod_of_its_name_is_the_healthy_voter(string state, string missing)
    {
        PetSetObservation back = Given.Healthy().Pod("consul-1", static pod => pod with { Uid = "second" });
        PetSetObservation observation = state switch
        {
            "the same pod" => Given.Healthy().Pod("consul-1", static pod => pod with { Uid = "first" }),
            "no pod" => back.WithoutPod("consul-1"),
            "starting" => back.Pod("consul-1", static pod => pod with { Ready = false, Phase = "Pending" }),
            "not a voter" => back.Peer("consul-1", static peer => peer with { IsVoter = false }),
            "sick" => back.Sick("consul-1"),
            _ => back,
        };
        Assert.Equal(missing, WaitRules.JudgeReturn("consul-1", "first", observation).Missing);
    }

    [Fact]
    public void Cattle_comes_back_under_another_name_so_the_whole_herd_is_judged()
    {
        PetSetObservation herd = Given.HealthyCattle("cattle-bcdfg", "cattle-hjklm");
        Assert.True(WaitRules.JudgeReturn("cattle-wkhkr", "gone", herd).IsMet);
        Assert.Equal("1 of 2 pods", WaitRules.JudgeReturn("cattle-wkhkr", "gone", herd.WithoutPod("cattle-hjklm")).Missing);
    }
}
