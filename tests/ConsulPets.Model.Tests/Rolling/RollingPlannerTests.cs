using System.Globalization;
using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests.Rolling;

public class RollingPlannerTests
{
    private static readonly RollingOperation Restart = new() { Kind = RollingKind.Restart, Run = "run" };
    private static readonly RollingOperation Update = new() { Kind = RollingKind.Update, Run = "run", TemplateHash = "template-2" };

    private static RollingOperation Resize(int replicas) => new() { Kind = RollingKind.Resize, Run = "run", Replicas = replicas };

    private static OperationObservation Look(PetSetObservation? set = null) => new()
    {
        Set = set ?? Given.Healthy(),
        TemplateHash = "template-1",
        Autopilot = new AutopilotSettings(true, 2, TimeSpan.FromSeconds(10)),
        LeavesGracefully = true,
    };

    // The look that follows the operation's first steps, up to where pets are taken down.
    private static OperationObservation Begun(RollingOperation operation, OperationObservation look)
    {
        while (RollingPlanner.Decide(operation, look) is { Step: { State: { } state, Kind: RollingStepKind.AnnotateOperation or RollingStepKind.FreezePartition or RollingStepKind.WriteTemplate or RollingStepKind.SetOnDelete } })
        {
            look = After(look, state);
        }

        return look;
    }

    private static OperationObservation After(OperationObservation look, OperationState state) => look with
    {
        State = state,
        OnDelete = state.Written.OnDelete,
        TemplateHash = state.Written.TemplateHash,
        Set = look.Set.Workload(workload => workload with
        {
            Replicas = workload.Kind == PetSetKind.StatefulSet ? state.Written.Replicas : workload.Replicas,
            Partition = state.Written.Partition,
            UpdateRevision = state.Written.TemplateHash == look.TemplateHash ? workload.UpdateRevision : "newer",
        }),
    };

    private static OperationObservation Seen(OperationObservation look, Func<PetSetObservation, PetSetObservation> change) => look with { Set = change(look.Set) };

    [Theory]
    [InlineData("locked", "SetIsLocked")]
    [InlineData("being deleted", "PetSetIsDeleting")]
    [InlineData("nobody answers", "ConsulUnreachable")]
    [InlineData("filtered", "ConsulViewFiltered")]
    [InlineData("no leader", "NoConsulLeader")]
    [InlineData("scaled to zero", "PetSetIsSuspended")]
    [InlineData("Kubernetes rolls it", "PetSetIsUpdating")]
    public void A_restart_does_not_begin_in_a_state_that_is_not_fit(string state, string refusal)
    {
        OperationObservation look = state switch
        {
            "locked" => Look() with { LockedBy = "somebody@elsewhere" },
            "being deleted" => Look(Given.Healthy().Workload(static workload => workload with { Deleting = true })),
            "nobody answers" => Look(Given.Healthy().NoConsul()),
            "filtered" => Look(Given.Healthy().Consul(static consul => consul with { FilteredByAcls = true })),
            "no leader" => Look(Given.Healthy().NoLeader()),
            "scaled to zero" => Look(Given.Healthy(0)),
            _ => Look(Given.Healthy().Pod("consul-0", static pod => pod with { Revision = "old" })),
        };
        AssertRefused(refusal, RollingPlanner.Decide(Restart, look));
    }

    [Theory]
    [InlineData("even", "EvenReplicas")]
    [InlineData("to 1, and servers stay in raft", "QuorumWouldBeLost")]
    [InlineData("to 1, and nobody knows whether servers stay in raft", "QuorumWouldBeLost")]
    [InlineData("nothing says the size", "SizeUnknown")]
    [InlineData("a canary that is not there", "PetNotFound")]
    public void What_cannot_work_is_refused_before_the_first_step(string what, string refusal) => AssertRefused(refusal, what switch
    {
        "even" => RollingPlanner.Decide(Resize(4), Look()),
        "to 1, and servers stay in raft" => RollingPlanner.Decide(Resize(1), Look() with { LeavesGracefully = false }),
        "to 1, and nobody knows whether servers stay in raft" => RollingPlanner.Decide(Resize(1), Look() with { LeavesGracefully = null }),
        "nothing says the size" => RollingPlanner.Decide(new RollingOperation { Kind = RollingKind.Resume, Run = "run" }, Look(Given.Healthy(0))),
        _ => RollingPlanner.Decide(Restart with { StopAfter = "consul-9" }, Look()),
    });

    /// <summary>Written to a Consul that has none, it would be read as 0 again, and written for ever.</summary>
    [Theory]
    [InlineData(true, RollingStepKind.SetMinQuorum)]
    [InlineData(false, RollingStepKind.ReleaseOperation)]
    public void MinQuorum_is_raised_at_the_end_of_a_resize_where_Consul_has_one(bool has, RollingStepKind last)
    {
        OperationObservation look = Look() with { Autopilot = new AutopilotSettings(true, 0, TimeSpan.FromSeconds(10)) { HasMinQuorum = has } };
        OperationState state = new() { Kind = RollingKind.Resize, Run = "run", FromReplicas = 1, TargetReplicas = 3, Written = look.Shape };
        Assert.Equal(last, RollingPlanner.Decide(Resize(3), look with { State = state }).Step?.Kind);
        Assert.Equal(has ? RollingDecisionKind.Step : RollingDecisionKind.Done, RollingPlanner.Decide(Resize(3), look).Kind);
    }

    /// <summary>A partition that somebody left makes Kubernetes build lost pets from an older template, so it is opened, though every pet that is there runs the newest.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void A_template_that_all_pets_run_is_rolled_only_where_a_partition_was_left(int partition, bool isRolled)
    {
        RollingOperation same = Update with { TemplateHash = "template-1" };
        RollingDecision decision = RollingPlanner.Decide(same, Look(Given.Healthy().Workload(workload => workload with { Partition = partition })));
        Assert.Equal(isRolled ? RollingDecisionKind.Step : RollingDecisionKind.Done, decision.Kind);
        Assert.Equal(isRolled ? RollingStepKind.FreezePartition : null, decision.Step?.Kind);
    }

    [Theory]
    [InlineData(RollingKind.Resize)]
    [InlineData(RollingKind.Suspend)]
    [InlineData(RollingKind.Resume)]
    public void A_DaemonSet_has_no_size_to_set(RollingKind kind) =>
        AssertRefused("DaemonSetHasNoSize", RollingPlanner.Decide(Resize(5) with { Kind = kind }, Look(Given.HealthyCattle("cattle-bcdfg", "cattle-hjklm", "cattle-npqrs"))));

    [Fact]
    public void What_is_there_already_is_done()
    {
        Assert.Equal(RollingDecisionKind.Done, RollingPlanner.Decide(Resize(3), Look()).Kind);
        Assert.Equal(RollingDecisionKind.Done, RollingPlanner.Decide(Update with { TemplateHash = "template-1" }, Look()).Kind);
        Assert.Equal(RollingDecisionKind.Done, RollingPlanner.Decide(new RollingOperation { Kind = RollingKind.Resume, Run = "run" }, Look()).Kind);
    }

    [Theory]
    [InlineData("replicas", "replicas 4 instead of 3")]
    [InlineData("partition", "partition 1 instead of 3")]
    [InlineData("strategy", "update strategy OnDelete instead of RollingUpdate")]
    [InlineData("template", "another pod template")]
    public void Somebody_elses_edit_stops_the_run_and_is_named(string what, string words)
    {
        OperationObservation begun = Begun(Update, Look());
        OperationObservation edited = what switch
        {
            "replicas" => Seen(begun, static set => set.Workload(static workload => workload with { Replicas = 4 })),
            "partition" => Seen(begun, static set => set.Workload(static workload => workload with { Partition = 1 })),
            "strategy" => begun with { OnDelete = true },
            _ => begun with { TemplateHash = "somebody's" },
        };
        RollingDecision decision = RollingPlanner.Decide(Update, edited);
        AssertRefused("PetSetChangedMeanwhile", decision);
        Assert.Contains(words, decision.Words, StringComparison.Ordinal);
        Assert.Equal(RollingStepKind.FreezePartition, RollingPlanner.Decide(Update with { AcceptChanges = true, Run = "another" }, edited).Step?.Kind);
        AssertRefused("PetSetChangedMeanwhile", RollingPlanner.Decide(Update with { AcceptChanges = true }, edited));
    }

    [Fact]
    public void An_operation_is_finished_before_another_begins_but_a_roll_may_be_rolled_over()
    {
        OperationObservation begun = Begun(Update, Look());
        AssertRefused("OperationInProgress", RollingPlanner.Decide(Restart, begun));
        AssertRefused("OperationInProgress", RollingPlanner.Decide(Resize(5), begun));
        RollingOperation undo = Update with { Kind = RollingKind.Undo, TemplateHash = "template-1" };
        Assert.Equal((RollingStepKind.FreezePartition, 3), (RollingPlanner.Decide(undo, begun).Step!.Kind, RollingPlanner.Decide(undo, begun).Step!.Number));
        Assert.Equal(RollingStepKind.FreezePartition, RollingPlanner.Decide(Update with { TemplateHash = "template-3" }, begun).Step!.Kind);
    }

    [Theory]
    [InlineData("the controller is behind", RollingGate.Controller)]
    [InlineData("a pod stops", RollingGate.Pods)]
    [InlineData("a pod is missing", RollingGate.Pods)]
    [InlineData("a pod is not ready", RollingGate.Pods)]
    [InlineData("a voter is sick", RollingGate.Voters)]
    [InlineData("a pet does not vote yet", RollingGate.Voters)]
    [InlineData("a dead voter nobody knows", RollingGate.Voters)]
    [InlineData("gossip doubts", RollingGate.Voters)]
    [InlineData("healthy for a moment only", RollingGate.Stable)]
    [InlineData("nobody says since when", RollingGate.Stable)]
    [InlineData("autopilot is not to be read", RollingGate.Stable)]
    [InlineData("no leader", RollingGate.KnownState)]
    public void Between_two_pets_it_waits_and_says_for_what(string state, RollingGate gate)
    {
        OperationObservation begun = Begun(Restart, Look());
        OperationObservation look = state switch
        {
            "the controller is behind" => Seen(begun, static set => set.Workload(static workload => workload with { ControllerIsCurrent = false })),
            "a pod stops" => Seen(begun, static set => set.Pod("consul-1", static pod => pod with { Deleting = true })),
            "a pod is missing" => Seen(begun, static set => set.WithoutPod("consul-1")),
            "a pod is not ready" => Seen(begun, static set => set.Pod("consul-1", static pod => pod with { Ready = false })),
            "a voter is sick" => Seen(begun, static set => set.Sick("consul-1")),
            "a pet does not vote yet" => Seen(begun, static set => set.Peer("consul-1", static peer => peer with { IsVoter = false })),
            "a dead voter nobody knows" => Seen(begun, static set => set.Plus(Given.Peer("consul-7"))),
            "gossip doubts" => Seen(begun, static set => set.Is("consul-1", ConsulMemberStatus.Failed)),
            "healthy for a moment only" => Seen(begun, static set => set.Consul(static consul => consul with { Health = [.. consul.Health!.Select(static health => health with { StableSince = Given.Now.AddSeconds(-9) })] })),
            "nobody says since when" => Seen(begun, static set => set.Consul(static consul => consul with { Health = [.. consul.Health!.Select(static health => health with { StableSince = null })] })),
            "autopilot is not to be read" => begun with { Autopilot = null },
            _ => Seen(begun, static set => set.NoLeader()),
        };
        RollingDecision decision = RollingPlanner.Decide(Restart, look);
        Assert.Equal((RollingDecisionKind.Hold, gate), (decision.Kind, decision.Gate));
        Assert.NotEmpty(decision.Words);
    }

    [Fact]
    public void An_order_is_taken_back_also_before_the_controller_has_heard_it()
    {
        // Found by the model check: the planner waited for a paused controller, a voter died meanwhile, and the controller then carried out the old order.
        OperationObservation begun = Begun(Update, Look());
        RollingDecision order = RollingPlanner.Decide(Update, begun);
        Assert.Equal((RollingStepKind.SetPartition, 2), (order.Step!.Kind, order.Step.Number));
        OperationObservation ordered = Seen(After(begun, order.Step.State!), static set => set.Workload(static workload => workload with { ControllerIsCurrent = false }).Sick("consul-1"));
        RollingDecision decision = RollingPlanner.Decide(Update, ordered);
        Assert.Equal((RollingStepKind.FreezePartition, 3), (decision.Step?.Kind, decision.Step?.Number));
    }

    [Fact]
    public void A_canary_that_leads_is_refused_where_the_leadership_cannot_be_moved()
    {
        OperationObservation begun = Begun(Restart, Look()) with { CanTransferLeadership = false };
        begun = begun with { State = begun.State! with { FormerPods = ["pod-consul-0", "pod-consul-1"] } };
        Assert.Equal("consul-1", RollingPlanner.Decide(Restart with { StopAfter = "consul-1" }, begun).Step?.Target);
        OperationObservation last = Seen(begun, static set => set.Peer("consul-0", static peer => peer with { IsLeader = false }).Peer("consul-1", static peer => peer with { IsLeader = true }));
        AssertRefused("CanaryIsLeader", RollingPlanner.Decide(Restart with { StopAfter = "consul-1" }, last));
    }

    [Theory]
    [InlineData("1.14.9", false)]
    [InlineData("1.15.0", true)]
    [InlineData("1.21.4+ent", true)]
    public void The_servers_version_tells_whether_the_leadership_can_be_moved(string build, bool can)
    {
        OperationObservation look = Look(Given.Healthy().Member("consul-1", member => member with { Tags = new Dictionary<string, string>(member.Tags) { ["build"] = build } })
            .Peer("consul-0", static peer => peer with { IsLeader = false }).Peer("consul-2", static peer => peer with { IsLeader = true }));
        RollingDecision decision = RollingPlanner.Decide(Restart, Begun(Restart, look));
        Assert.Equal(can ? (RollingStepKind.TransferLeadership, "consul-0") : (RollingStepKind.DeletePod, "consul-1"), (decision.Step!.Kind, decision.Step.Target));
    }

    [Fact]
    public void A_sick_outdated_pet_goes_first_only_when_asked()
    {
        OperationObservation begun = Seen(Begun(Update, Look()), static set => set.Sick("consul-1"));
        Assert.Equal(RollingDecisionKind.Hold, RollingPlanner.Decide(Update, begun).Kind);
        Assert.Contains("-SickFirst", RollingPlanner.Decide(Update, begun).Words, StringComparison.Ordinal);
        RollingDecision decision = RollingPlanner.Decide(Update with { SickFirst = true }, begun);
        Assert.Equal((RollingStepKind.SetOnDelete, "consul-1"), (decision.Step?.Kind, decision.Step?.State?.Window));
    }

    [Theory]
    [InlineData(null, false)] // it has crashed and starts again
    [InlineData("back-off restarting failed container", false)] // a crash loop: the next try may bring its vote back
    [InlineData("back-off restarting failed container", true)]
    public void A_pet_that_is_away_and_whose_vote_is_needed_is_replaced_only_when_it_is_stuck_and_that_was_asked_for(string? detail, bool sickFirst)
    {
        // Found by the model check: the pet was back, and voted, in the moment in which it was deleted.
        OperationObservation begun = Begun(Restart, Look());
        OperationObservation look = Seen(begun, set => set.Sick("consul-1", "consul-2").Pod("consul-1", pod => pod with { Running = false, Ready = false, PhaseDetail = detail }));
        RollingDecision decision = RollingPlanner.Decide(Restart with { SickFirst = sickFirst }, look);
        Assert.Equal(sickFirst ? RollingDecisionKind.Step : RollingDecisionKind.Hold, decision.Kind);
    }

    [Fact]
    public void An_undo_needs_no_Consul_to_begin_and_to_free_what_never_ran()
    {
        OperationObservation broken = Look(Given.Healthy(1).NoConsul().Pod("consul-0", static pod => pod with { Running = false, Ready = false, Phase = "ImagePullBackOff", PhaseDetail = "no such image", Revision = "newer" }));
        RollingOperation undo = Update with { Kind = RollingKind.Undo };
        OperationObservation begun = Begun(undo, broken);
        begun = Seen(begun, static set => set.Workload(static workload => workload with { UpdateRevision = "new" }));
        RollingDecision decision = RollingPlanner.Decide(undo, begun);
        Assert.Equal((RollingStepKind.SetPartition, 0), (decision.Step?.Kind, decision.Step?.Number));
        Assert.Equal((RollingStepKind.DeletePod, "pod-consul-0"), (RollingPlanner.Decide(undo, After(begun, decision.Step!.State!)).Step?.Kind, RollingPlanner.Decide(undo, After(begun, decision.Step.State!)).Step?.Uid));
    }

    [Fact]
    public void Nothing_is_removed_on_the_strength_of_one_look()
    {
        PetSetObservation four = Given.Healthy(5).Workload(static workload => workload with { Replicas = 4 }).WithoutPod("consul-4").Is("consul-4", ConsulMemberStatus.Failed).Sick("consul-4");
        OperationObservation begun = Begun(Resize(3), Look(Given.Healthy(5)));
        OperationObservation look = Look(four) with { State = begun.State! with { Written = begun.State!.Written with { Replicas = 4 } } };
        Assert.Equal(RollingGate.DeadServer, RollingPlanner.Decide(Resize(3), look).Gate);
        Assert.Equal(RollingGate.DeadServer, RollingPlanner.Decide(Resize(3), look with { Earlier = four with { Taken = Given.Now.AddSeconds(-1) } }).Gate);
        RollingDecision decision = RollingPlanner.Decide(Resize(3), look with { Earlier = four with { Taken = Given.Now.AddSeconds(-4) } });
        Assert.Equal((RollingStepKind.ForceLeave, "consul-4"), (decision.Step?.Kind, decision.Step?.Target));
    }

    [Fact]
    public void No_look_whatever_it_shows_makes_the_planner_fail_or_say_nothing() => RandomObservation.ForEach(4000, static set =>
    {
        foreach (RollingKind kind in Enum.GetValues<RollingKind>())
        {
            RollingOperation operation = Update with { Kind = kind, Replicas = 3, TemplateHash = kind is RollingKind.Update or RollingKind.Undo ? "template-2" : null };
            OperationObservation look = Look(set);
            for (int steps = 0; steps < 4; steps++)
            {
                RollingDecision decision = RollingPlanner.Decide(operation, look);
                Assert.NotEmpty(decision.Words);
                Assert.Equal(decision.Kind == RollingDecisionKind.Step, decision.Step is not null);
                Assert.Equal(decision.Kind == RollingDecisionKind.Hold, decision.Gate is not null);
                Assert.Equal(decision.Kind == RollingDecisionKind.Refused, decision.Refusal is not null);
                if (decision.Step?.State is not { } state)
                {
                    break;
                }

                look = After(look, state);
            }
        }
    });

    private static void AssertRefused(string id, RollingDecision decision)
    {
        Assert.Equal((RollingDecisionKind.Refused, id), (decision.Kind, decision.Refusal?.ErrorId));
        Assert.True(decision.Refusal!.Message.EndsWith('.') && decision.Refusal.RecommendedAction.Length > 0, string.Create(CultureInfo.InvariantCulture, $"{decision.Refusal}"));
    }
}
