using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests.Rolling;

/// <summary>The restart of some pets, which a user names.</summary>
public class NamedRestartTests
{
    private static readonly string[] Two = ["consul-1", "consul-2"];

    private static RollingOperation Restart(params string[] pets) => new() { Kind = RollingKind.Restart, Run = "run", Pets = pets };

    private static OperationObservation Look(PetSetObservation? set = null) => new()
    {
        Set = set ?? Given.Healthy(),
        TemplateHash = "template-1",
        Autopilot = new AutopilotSettings(true, 2, TimeSpan.FromSeconds(10)),
    };

    private static OperationObservation Begun(RollingOperation operation, PetSetObservation? set = null)
    {
        OperationObservation look = Look(set);
        RollingDecision decision = RollingPlanner.Decide(operation, look);
        Assert.Equal(RollingStepKind.AnnotateOperation, decision.Step?.Kind);
        return look with { State = decision.Step!.State };
    }

    private static OperationObservation Seen(OperationObservation look, Func<PetSetObservation, PetSetObservation> change) => look with { Set = change(look.Set) };

    private static PetSetObservation Replaced(PetSetObservation set, string pet) => set.Pod(pet, static pod => pod with { Uid = "another" });

    private static PetSetObservation Stopping(PetSetObservation set, string pet) => set.Pod(pet, static pod => pod with { Deleting = true, Ready = false });

    [Fact]
    public void It_notes_its_pets_and_takes_down_no_other()
    {
        OperationObservation begun = Begun(Restart("consul-1"));
        Assert.Equal(["consul-1"], begun.State!.Pets);
        Assert.Equal(["pod-consul-1"], begun.State.FormerPods);
        RollingStep step = RollingPlanner.Decide(Restart("consul-1"), begun).Step!;
        Assert.Equal((RollingStepKind.DeletePod, "consul-1", "pod-consul-1", false), (step.Kind, step.Target, step.Uid, step.PassesOverBudget));
        Assert.True(RollingPlanner.Decide(Restart("consul-1") with { Force = true }, begun).Step!.PassesOverBudget);
    }

    [Theory]
    [InlineData("another is sick", "QuorumWouldBeLost")]
    [InlineData("no leader", "NoConsulLeader")]
    [InlineData("filtered", "ConsulViewFiltered")]
    [InlineData("no such pet", "PetNotFound")]
    [InlineData("replaced since it was asked for", "PetWasReplaced")]
    public void What_cannot_be_is_refused_before_anything_is_written(string state, string refusal)
    {
        PetSetObservation set = state switch
        {
            "another is sick" => Given.Healthy().Sick("consul-2"),
            "no leader" => Given.Healthy().NoLeader(),
            "filtered" => Given.Healthy().Consul(static consul => consul with { FilteredByAcls = true }),
            "no such pet" => Given.Healthy().WithoutPod("consul-1"),
            _ => Replaced(Given.Healthy(), "consul-1"),
        };
        RollingOperation operation = Restart("consul-1") with { AgreedPods = ["pod-consul-0", "pod-consul-1", "pod-consul-2"], Force = true };
        Assert.Equal(refusal, RollingPlanner.Decide(operation, Look(set)).Refusal?.ErrorId);
    }

    [Fact]
    public void A_sick_pet_may_go_although_others_are_sick_too_as_long_as_the_quorum_stands()
    {
        PetSetObservation set = Given.Healthy(5).Sick("consul-3", "consul-4");
        Assert.Equal((RollingStepKind.DeletePod, "consul-3"), Step(Restart("consul-3"), Begun(Restart("consul-3"), set)));
        Assert.Equal("QuorumWouldBeLost", RollingPlanner.Decide(Restart("consul-2"), Look(set)).Refusal?.ErrorId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_leadership_is_moved_away_first_where_Consul_can(bool can)
    {
        OperationObservation begun = Begun(Restart("consul-0")) with { CanTransferLeadership = can };
        Assert.Equal(can ? (RollingStepKind.TransferLeadership, "consul-2") : (RollingStepKind.DeletePod, "consul-0"), Step(Restart("consul-0"), begun));
    }

    [Fact]
    public void A_sick_one_of_the_named_goes_first_and_the_leader_last()
    {
        RollingOperation operation = Restart("consul-0", "consul-2", "consul-1");
        OperationObservation begun = Begun(operation, Given.Healthy(5));
        Assert.Equal("consul-2", Step(operation, begun).Target);
        Assert.Equal("consul-1", Step(operation, Seen(begun, static set => set.Sick("consul-1"))).Target);
        Assert.Equal("consul-0", Step(operation with { Pets = ["consul-0"] }, begun with { CanTransferLeadership = false, State = begun.State! with { Pets = ["consul-0"] }, Set = Replaced(Replaced(begun.Set, "consul-1"), "consul-2") }).Target);
    }

    [Theory]
    [InlineData("stopping", RollingGate.Pods)]
    [InlineData("not made again", RollingGate.Pods)]
    [InlineData("not ready", RollingGate.Pods)]
    [InlineData("not healthy", RollingGate.Pods)]
    [InlineData("no voter yet", RollingGate.Pods)]
    [InlineData("healthy for a moment only", RollingGate.Stable)]
    public void The_next_waits_until_the_one_before_is_back(string state, RollingGate gate)
    {
        RollingOperation operation = Restart(Two);
        OperationObservation begun = Begun(operation, Given.Healthy(5));
        PetSetObservation set = Replaced(begun.Set, "consul-1");
        OperationObservation look = begun with
        {
            Set = state switch
            {
                "stopping" => Stopping(begun.Set, "consul-1"),
                "not made again" => begun.Set.WithoutPod("consul-1"),
                "not ready" => set.Pod("consul-1", static pod => pod with { Ready = false }),
                "not healthy" => set.Sick("consul-1"),
                "no voter yet" => set.Peer("consul-1", static peer => peer with { IsVoter = false }),
                _ => set.Consul(static consul => consul with { Health = [.. consul.Health!.Select(static health => health.Id == Given.Id("consul-1") ? health with { StableSince = Given.Now.AddSeconds(-9) } : health)] }),
            },
        };
        RollingDecision decision = RollingPlanner.Decide(operation, look);
        Assert.Equal((RollingDecisionKind.Hold, gate), (decision.Kind, decision.Gate));
        Assert.Equal(decision.Gate, RollingPlanner.Decide(operation with { ReturnsAtOnce = true }, look).Gate);
        Assert.Equal("consul-2", Step(operation, begun with { Set = set }).Target);
    }

    [Theory]
    [InlineData("stopping", true)]
    [InlineData("not made again", true)]
    [InlineData("not healthy", true)]
    [InlineData("back", false)]
    public void It_ends_when_the_last_is_back_or_at_once_when_it_is_not_waited_for(string state, bool waits)
    {
        RollingOperation operation = Restart("consul-1");
        OperationObservation begun = Begun(operation);
        OperationObservation look = Seen(begun, set => state switch
        {
            "stopping" => Stopping(set, "consul-1"),
            "not made again" => set.WithoutPod("consul-1"),
            "not healthy" => Replaced(set, "consul-1").Sick("consul-1"),
            _ => Replaced(set, "consul-1").Sick("consul-2"),
        });
        Assert.Equal(waits ? RollingDecisionKind.Hold : RollingDecisionKind.Step, RollingPlanner.Decide(operation, look).Kind);
        Assert.Equal(RollingStepKind.ReleaseOperation, RollingPlanner.Decide(operation with { ReturnsAtOnce = true }, look).Step?.Kind);
    }

    [Fact]
    public void The_same_pets_go_on_in_any_order_and_others_must_wait()
    {
        OperationObservation begun = Begun(Restart(Two));
        Assert.True(RollingPlanner.GoesOn(Restart("consul-2", "consul-1"), begun));
        foreach (RollingOperation other in new[] { Restart("consul-1"), Restart("consul-0"), Restart() })
        {
            RollingDecision decision = RollingPlanner.Decide(other, begun);
            Assert.Equal("OperationInProgress", decision.Refusal?.ErrorId);
            Assert.Contains("Restart of consul-1, consul-2", decision.Words, StringComparison.Ordinal);
        }

        Assert.Equal("OperationInProgress", RollingPlanner.Decide(Restart("consul-1"), Look() with { State = begun.State! with { Pets = null } }).Refusal?.ErrorId);
    }

    [Fact]
    public void A_pet_that_came_back_stuck_is_taken_down_again_by_another_run_only()
    {
        OperationObservation stuck = Seen(Begun(Restart("consul-1")), static set => Replaced(set, "consul-1").Sick("consul-1").Pod("consul-1", static pod => pod with { Running = false, Ready = false, PhaseDetail = "no such image" }));
        Assert.Equal(RollingDecisionKind.Hold, RollingPlanner.Decide(Restart("consul-1"), stuck).Kind);
        RollingStep step = RollingPlanner.Decide(Restart("consul-1") with { Run = "later" }, stuck).Step!;
        Assert.Equal((RollingStepKind.AnnotateOperation, "another"), (step.Kind, step.State!.FormerPods.Single()));
    }

    [Fact]
    public void A_run_that_fails_withdraws_unless_it_has_taken_a_pet_down()
    {
        RollingOperation operation = Restart(Two);
        OperationObservation begun = Begun(operation);
        Assert.Equal(RollingStepKind.ReleaseOperation, RollingPlanner.Withdrawal(operation, begun)?.Kind);
        Assert.Null(RollingPlanner.Withdrawal(operation, Look()));
        Assert.Null(RollingPlanner.Withdrawal(Restart("consul-0"), begun));
        Assert.Null(RollingPlanner.Withdrawal(operation, Seen(begun, static set => Stopping(set, "consul-1"))));
        Assert.Null(RollingPlanner.Withdrawal(operation, Seen(begun, static set => set.WithoutPod("consul-1"))));
        Assert.Null(RollingPlanner.Withdrawal(Restart(), begun with { State = begun.State! with { Pets = null } }));
    }

    /// <summary>What is under way may wait for ever for a pet that got sick between two of its steps: it can be restarted, and nothing of what is under way changes.</summary>
    [Theory]
    [InlineData(RollingKind.Resize)]
    [InlineData(RollingKind.Suspend)]
    [InlineData(RollingKind.Resume)]
    [InlineData(RollingKind.Update)]
    [InlineData(RollingKind.Restart)]
    public void A_sick_pet_is_restarted_in_the_middle_of_another_operation(RollingKind kind)
    {
        RollingOperation operation = Restart("consul-1") with { AgreedPods = [.. Given.Healthy().Pods.Select(static pod => pod.Uid)] };
        OperationObservation look = UnderWay(kind, Given.Healthy().Sick("consul-1"));
        RollingStep step = RollingPlanner.Decide(operation, look).Step!;
        Assert.Equal((RollingStepKind.DeletePod, "consul-1", "pod-consul-1", null), (step.Kind, step.Target, step.Uid, step.State));

        Assert.Equal(RollingGate.Pods, RollingPlanner.Decide(operation, Seen(look, static set => Stopping(set, "consul-1"))).Gate);
        Assert.Equal(RollingGate.Pods, RollingPlanner.Decide(operation, Seen(look, static set => set.WithoutPod("consul-1"))).Gate);
        Assert.Equal(RollingGate.Pods, RollingPlanner.Decide(operation, Seen(look, static set => Replaced(set, "consul-1"))).Gate);
        Assert.Equal(RollingDecisionKind.Done, RollingPlanner.Decide(operation, look with { Set = Replaced(Given.Healthy(), "consul-1") }).Kind);
        Assert.Equal(RollingDecisionKind.Done, RollingPlanner.Decide(operation with { ReturnsAtOnce = true }, Seen(look, static set => set.WithoutPod("consul-1"))).Kind);
        Assert.Null(RollingPlanner.Withdrawal(operation, look));
    }

    [Theory]
    [InlineData("it votes", "OperationInProgress")]
    [InlineData("it is about to vote", "OperationInProgress")]
    [InlineData("one of two votes", "OperationInProgress")]
    [InlineData("no such pet", "OperationInProgress")]
    [InlineData("too many are sick", "NoConsulLeader")]
    [InlineData("hides", "ConsulViewFiltered")]
    [InlineData("locked", "SetIsLocked")]
    [InlineData("edited", "PetSetChangedMeanwhile")]
    public void What_is_under_way_is_not_disturbed_by_the_restart_of(string state, string refusal)
    {
        PetSetObservation set = state switch
        {
            "it votes" => Given.Healthy().Sick("consul-2"),
            "it is about to vote" => Given.Healthy().Peer("consul-1", static peer => peer with { IsVoter = false }),
            "no such pet" => Given.Healthy().WithoutPod("consul-1"),
            "too many are sick" => Given.Healthy().NoLeader().Member("consul-1", static member => member with { Status = ConsulMemberStatus.Failed }),
            "hides" => Given.Healthy().Sick("consul-1").Consul(static consul => consul with { FilteredByAcls = true }),
            _ => Given.Healthy().Sick("consul-1"),
        };
        OperationObservation look = UnderWay(RollingKind.Resize, set) with { LockedBy = state == "locked" ? "somebody" : null, TemplateHash = state == "edited" ? "somebody's" : "template-1" };
        Assert.Equal(refusal, RollingPlanner.Decide(state == "one of two votes" ? Restart(Two) : Restart("consul-1"), look).Refusal?.ErrorId);
        Assert.Equal(state is "edited" or "one of two votes", RollingPlanner.Decide(Restart("consul-1") with { AcceptChanges = true }, look).Step is { Kind: RollingStepKind.DeletePod });
    }

    [Fact]
    public void A_sick_pet_waits_in_the_middle_of_another_operation_until_nobody_else_is_on_the_way_out() =>
        Assert.Equal(RollingGate.Pods, RollingPlanner.Decide(Restart("consul-1"), UnderWay(RollingKind.Resize, Stopping(Given.Healthy(5), "consul-4").Sick("consul-1"))).Gate);

    [Fact]
    public void Somebody_elses_edit_stops_it()
    {
        OperationObservation edited = Begun(Restart("consul-1")) with { TemplateHash = "somebody's" };
        Assert.Equal("PetSetChangedMeanwhile", RollingPlanner.Decide(Restart("consul-1"), edited).Refusal?.ErrorId);
    }

    private static OperationObservation UnderWay(RollingKind kind, PetSetObservation set) => Look(set) with
    {
        State = new OperationState { Kind = kind, Run = "before", Written = Look(set).Shape, TemplateHash = kind == RollingKind.Update ? "template-1" : null, FromReplicas = 5, TargetReplicas = 1 },
    };

    private static (RollingStepKind Kind, string Target) Step(RollingOperation operation, OperationObservation look)
    {
        RollingDecision decision = RollingPlanner.Decide(operation, look);
        Assert.True(decision.Step is not null, decision.Words);
        return (decision.Step.Kind, decision.Step.Target);
    }
}
