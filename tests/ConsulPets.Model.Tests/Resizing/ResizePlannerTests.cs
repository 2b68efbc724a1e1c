using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests.Resizing;

/// <summary>Where a resize, a suspend or a resume begins, goes on from another, or is refused.</summary>
public class ResizePlannerTests
{
    private static readonly RollingOperation Suspend = new() { Kind = RollingKind.Suspend, Run = "run" };
    private static readonly RollingOperation Resume = new() { Kind = RollingKind.Resume, Run = "run" };
    private static readonly RollingOperation Update = new() { Kind = RollingKind.Update, Run = "run", TemplateHash = "template-2" };

    private static RollingOperation Resize(int replicas, VolumePolicy volumes = VolumePolicy.Retain) => new() { Kind = RollingKind.Resize, Run = "run", Replicas = replicas, Volumes = volumes };

    private static OperationObservation Look(PetSetObservation set) => new()
    {
        Set = set,
        TemplateHash = "template-1",
        Autopilot = new AutopilotSettings(true, 2, TimeSpan.FromSeconds(10)),
        LeavesGracefully = true,
    };

    // A look at a set on which an operation is not finished.
    private static OperationObservation Unfinished(PetSetObservation set, RollingKind kind, int from, int to, VolumePolicy volumes = VolumePolicy.Retain, bool leaves = true)
    {
        OperationObservation look = Look(set);
        return look with
        {
            State = new OperationState { Kind = kind, Run = "earlier", Written = look.Shape, FromReplicas = from, TargetReplicas = to, Volumes = volumes, LeavesGracefully = leaves },
        };
    }

    // consul-3 is wanted, and its pod cannot start.
    private static PetSetObservation FourthIsPending => Given.Healthy().Workload(static workload => workload with { Replicas = 4 }) is { } set
        ? set with
        {
            Pods = [.. set.Pods, set.Pods[0] with { Name = "consul-3", Uid = "pending", Ready = false, Running = false, Phase = "Pending", PhaseDetail = "no node has room" }],
        }
        : throw new InvalidOperationException();

    [Fact]
    public void A_pet_that_never_joined_is_taken_back_by_the_former_size()
    {
        OperationObservation look = Unfinished(FourthIsPending, RollingKind.Resize, 3, 5);
        RollingDecision begun = RollingPlanner.Decide(Resize(3), look);
        Assert.Equal((RollingStepKind.AnnotateOperation, 4, 3), (begun.Step!.Kind, begun.Step.State!.FromReplicas, begun.Step.State.TargetReplicas));
        RollingDecision next = RollingPlanner.Decide(Resize(3), look with { State = begun.Step.State });
        Assert.Equal((RollingStepKind.SetReplicas, 3), (next.Step!.Kind, next.Step.Number));
    }

    [Theory]
    [InlineData("consul-0", RollingGate.Pods)]
    [InlineData("consul-2", RollingGate.Pods)]
    public void A_set_that_is_not_whole_is_not_begun_upon_so_that_other_commands_can_mend_it(string sick, RollingGate gate)
    {
        OperationObservation look = Look(Given.Healthy().Pod(sick, static pod => pod with { Ready = false }));
        Assert.Equal((RollingDecisionKind.Hold, gate), Gate(RollingPlanner.Decide(Resize(5), look)));
        Assert.Equal((RollingDecisionKind.Hold, gate), Gate(RollingPlanner.Decide(Suspend, look)));
    }

    [Theory]
    [InlineData(RollingKind.Resize, 5, true)]
    [InlineData(RollingKind.Resize, 1, false)]
    [InlineData(RollingKind.Resume, 3, true)]
    [InlineData(RollingKind.Suspend, 0, false)]
    public void Another_template_may_cure_what_cannot_start_and_waits_for_what_goes(RollingKind kind, int to, bool begins)
    {
        RollingDecision decision = RollingPlanner.Decide(Update, Unfinished(Given.Healthy(), kind, 3, to));
        Assert.Equal(begins, decision.Step?.Kind == RollingStepKind.FreezePartition);
        Assert.Equal(begins, decision.Refusal is null);
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData(1, 3)]
    [InlineData(5, 5)]
    public void A_resume_stops_nobody(int? asked, int running)
    {
        RollingDecision decision = RollingPlanner.Decide(Resume with { Replicas = asked }, Look(Given.Healthy(running)));
        Assert.Equal(RollingDecisionKind.Done, decision.Kind);
        OperationObservation grown = Unfinished(Given.Healthy(5), RollingKind.Suspend, 3, 0);
        Assert.Equal(5, RollingPlanner.Decide(Resume, grown).Step!.State!.TargetReplicas);
    }

    /// <summary>Found by the model check: whoever edited the template of a set that was on its way to zero would have had the pets that were left rolled while others came.</summary>
    [Fact]
    public void A_resume_waits_for_a_roll_that_Kubernetes_carries_out()
    {
        PetSetObservation rolled = Given.Healthy().Pod("consul-0", static pod => pod with { Revision = "old" });
        Assert.Equal("PetSetIsUpdating", RollingPlanner.Decide(Resume, Unfinished(rolled, RollingKind.Suspend, 5, 0)).Refusal?.ErrorId);
    }

    [Fact]
    public void A_wrong_number_to_come_back_to_is_corrected()
    {
        OperationObservation look = Unfinished(Given.Healthy(1).NoLeader(), RollingKind.Resume, 0, 1, leaves: false);
        RollingDecision begun = RollingPlanner.Decide(Resume with { Replicas = 3 }, look);
        Assert.Equal(3, begun.Step!.State!.TargetReplicas);
        RollingDecision next = RollingPlanner.Decide(Resume with { Replicas = 3 }, look with { State = begun.Step.State });
        Assert.Equal((RollingStepKind.SetReplicas, 3), (next.Step!.Kind, next.Step.Number));
    }

    [Fact]
    public void The_number_that_is_remembered_is_not_overruled() =>
        Assert.Equal("SuspendedSizeDiffers", RollingPlanner.Decide(Resume with { Replicas = 5 }, Unfinished(Given.Healthy(0), RollingKind.Suspend, 3, 0)).Refusal?.ErrorId);

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void A_resume_that_accepts_changes_keeps_the_number_it_was_to_come_back_to(int now)
    {
        OperationObservation look = Unfinished(Given.Healthy(now), RollingKind.Resume, 0, 3) with { TemplateHash = "edited" };
        Assert.Equal(3, RollingPlanner.Decide(Resume with { AcceptChanges = true }, look).Step!.State!.TargetReplicas);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void How_the_servers_stop_is_remembered_from_suspend_to_resume_and_back(bool leaves)
    {
        PetSetObservation none = Given.Healthy(0).NoConsul();
        OperationObservation look = Unfinished(none, RollingKind.Suspend, 3, 0, leaves: leaves) with { LeavesGracefully = null, Autopilot = null };
        OperationState resumed = RollingPlanner.Decide(Resume, look).Step!.State!;
        OperationState suspended = RollingPlanner.Decide(Suspend, look with { State = resumed }).Step!.State!;
        Assert.Equal((leaves, 3), (resumed.LeavesGracefully, resumed.TargetReplicas));
        Assert.Equal((leaves, 3), (suspended.LeavesGracefully, suspended.FromReplicas));
    }

    [Fact]
    public void Servers_of_which_nobody_knows_how_they_stop_are_not_suspended() =>
        Assert.Equal("LeavingUnknown", RollingPlanner.Decide(Suspend, Look(Given.Healthy()) with { LeavesGracefully = null }).Refusal?.ErrorId);

    [Fact]
    public void What_would_be_lost_is_not_suspended() =>
        Assert.Equal("PetSetHasNoVolumes", RollingPlanner.Decide(Suspend, Look(Given.Healthy().Workload(static workload => workload with { ClaimTemplates = [] }))).Refusal?.ErrorId);

    [Fact]
    public void Volumes_that_Kubernetes_would_delete_are_not_said_to_stay()
    {
        OperationObservation look = Look(Given.Healthy(5).Workload(static workload => workload with { DeletesClaimsWhenScaled = true }));
        Assert.Equal("VolumesGoWhenScaled", RollingPlanner.Decide(Suspend, look).Refusal?.ErrorId);
        Assert.Equal("VolumesGoWhenScaled", RollingPlanner.Decide(Resize(3), look).Refusal?.ErrorId);
        Assert.Null(RollingPlanner.Decide(Resize(3, VolumePolicy.Delete), look).Refusal);
        Assert.Null(RollingPlanner.Decide(Resize(7), look).Refusal);
    }

    [Fact]
    public void Servers_that_would_begin_a_cluster_of_their_own_are_not_added()
    {
        PetSetObservation alone = Given.Healthy(1).Consul(static consul => consul with
        {
            Members = [.. consul.Members.Select(static member => member with { Tags = new Dictionary<string, string>(member.Tags) { ["bootstrap"] = "1" } })],
        });
        PlanRefusal? refusal = RollingPlanner.Decide(Resize(3), Look(alone)).Refusal;
        Assert.Equal("ServersBootstrapAlone", refusal?.ErrorId);
        Assert.Contains("-ServerConfig @{ bootstrap_expect = 3 }", refusal!.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody answers")]
    [InlineData("no leader")]
    [InlineData("raft is not told")]
    public void No_volume_is_deleted_while_nobody_knows_whether_its_server_has_left(string state)
    {
        PetSetObservation set = Given.Healthy() with { Claims = [Given.Claim("data-consul-3", 3)] };
        set = state switch
        {
            "nobody answers" => set.NoConsul(),
            "no leader" => set.NoLeader(),
            _ => set.Consul(static consul => consul with { Peers = null }),
        };
        Assert.Equal(RollingDecisionKind.Hold, RollingPlanner.Decide(Resize(3, VolumePolicy.Delete), Unfinished(set, RollingKind.Resize, 5, 3, VolumePolicy.Delete)).Kind);
    }

    [Fact]
    public void Volumes_that_the_user_was_not_asked_about_stay()
    {
        PetSetObservation set = Given.Healthy() with { Claims = [Given.Claim("data-consul-3", 3), Given.Claim("data-consul-4", 4)] };
        RollingOperation agreed = Resize(3, VolumePolicy.Delete) with { AgreedClaims = ["data-consul-4"] };
        Assert.Equal("data-consul-4", RollingPlanner.Decide(agreed, Unfinished(set, RollingKind.Resize, 5, 3, VolumePolicy.Delete)).Step?.Target);
        Assert.Equal("SizeChangedMeanwhile", RollingPlanner.Decide(agreed, Unfinished(set, RollingKind.Resize, 5, 3)).Refusal?.ErrorId);
    }

    [Fact]
    public void A_set_that_now_counts_from_another_number_gives_up_no_volume_that_was_not_named()
    {
        PetSetObservation set = Given.Healthy() with { Claims = [Given.Claim("data-consul-0", 0)] };
        OperationObservation look = Unfinished(set, RollingKind.Resize, 5, 3, VolumePolicy.Delete);
        look = look with { Set = look.Set.Workload(static workload => workload with { FirstOrdinal = 2 }) };
        Assert.Equal("PetSetChangedMeanwhile", RollingPlanner.Decide(Resize(3, VolumePolicy.Delete), look).Refusal?.ErrorId);
    }

    [Theory]
    [InlineData(VolumePolicy.Retain, VolumePolicy.Delete)]
    [InlineData(VolumePolicy.Delete, VolumePolicy.Retain)]
    public void The_policy_may_be_another_in_the_next_run(VolumePolicy first, VolumePolicy second)
    {
        OperationState state = RollingPlanner.Decide(Resize(3, second), Unfinished(Given.Healthy(4), RollingKind.Resize, 5, 3, first)).Step!.State!;
        Assert.Equal((5, 3, second), (state.FromReplicas, state.TargetReplicas, state.Volumes));
    }

    [Fact]
    public void An_even_size_that_was_begun_is_finished_without_being_asked_for_again()
    {
        OperationObservation look = Unfinished(Given.Healthy(4), RollingKind.Resize, 3, 4);
        Assert.Equal(RollingStepKind.SetMinQuorum, RollingPlanner.Decide(Resize(4), look).Step?.Kind);
    }

    [Fact]
    public void A_pod_that_Kubernetes_does_not_stop_is_not_said_to_be_stopping()
    {
        PetSetObservation set = Given.Healthy(4).Workload(static workload => workload with { Replicas = 3 }).Pod("consul-1", static pod => pod with { Ready = false });
        Assert.Equal("Kubernetes has not stopped consul-3 yet: consul-1 is not ready", RollingPlanner.Decide(Resize(3), Unfinished(set, RollingKind.Resize, 5, 3)).Words);
    }

    private static (RollingDecisionKind Kind, RollingGate? Gate) Gate(RollingDecision decision) => (decision.Kind, decision.Gate);
}
