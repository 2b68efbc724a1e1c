using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests.Rolling;

public class GossipCureTests
{
    private static readonly RollingOperation Restart = new() { Kind = RollingKind.Restart, Run = "run" };

    // A restart that has begun, and waits for consul-2, which is back and not healthy.
    private static OperationObservation Waiting(Func<PetSetObservation, PetSetObservation> change, Func<PetSetObservation, PetSetObservation> before, double secondsApart)
    {
        PetSetObservation look = Given.Healthy().Sick("consul-2");
        var observation = new OperationObservation
        {
            Set = change(look),
            Earlier = before(look) with { Taken = look.Taken.AddSeconds(-secondsApart) },
            TemplateHash = "template-1",
            Autopilot = new AutopilotSettings(true, 2, TimeSpan.FromSeconds(10)),
        };
        return observation with { State = new OperationState { Kind = RollingKind.Restart, Run = "run", Written = observation.Shape, FormerPods = ["pod-consul-0", "pod-consul-1"] } };
    }

    private static PetSetObservation Leaving(PetSetObservation look) => look.Is("consul-2", ConsulMemberStatus.Leaving);

    private static PetSetObservation LeavingToLeader(PetSetObservation look) => look.Consul(static consul => consul with { LeavingToLeader = ["consul-2"] });

    [Theory]
    [InlineData("so at two looks", true)]
    [InlineData("so to the leader alone", true)]
    [InlineData("so at one look", false)]
    [InlineData("so at looks that are too near", false)]
    [InlineData("failed", false)]
    [InlineData("another pod before", false)]
    [InlineData("stopping", false)]
    [InlineData("not running", false)]
    public void A_pet_that_runs_and_is_called_leaving_for_a_while_joins_once_more(string what, bool joins)
    {
        OperationObservation look = what switch
        {
            "so at two looks" => Waiting(Leaving, Leaving, 3),
            "so to the leader alone" => Waiting(LeavingToLeader, LeavingToLeader, 3),
            "so at one look" => Waiting(Leaving, static before => before, 3),
            "so at looks that are too near" => Waiting(Leaving, Leaving, 2.9),
            "failed" => Waiting(static set => set.Is("consul-2", ConsulMemberStatus.Failed), static set => set.Is("consul-2", ConsulMemberStatus.Failed), 3),
            "another pod before" => Waiting(Leaving, static set => Leaving(set).Pod("consul-2", static pod => pod with { Uid = "former" }), 3),
            "stopping" => Waiting(static set => Leaving(set).Pod("consul-2", static pod => pod with { Deleting = true }), Leaving, 3),
            _ => Waiting(static set => Leaving(set).Pod("consul-2", static pod => pod with { Running = false, Ready = false }), Leaving, 3),
        };
        RollingDecision decision = RollingPlanner.Decide(Restart, look);
        Assert.Equal(joins ? RollingStepKind.JoinGossip : null, decision.Step?.Kind);
        Assert.Equal(joins ? "consul-2" : null, decision.Step?.Target);
        Assert.Equal(joins ? RollingDecisionKind.Step : RollingDecisionKind.Hold, decision.Kind);
    }
}
