using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests.Resizing;

public class ResizeOutlineTests
{
    private static readonly RollingOperation To = new() { Kind = RollingKind.Resize, Run = "run" };

    public static TheoryData<int, int, bool, string, string> Cases => new()
    {
        { 3, 5, false, "start consul-3|start consul-4|set MinQuorum to 3 for consul", "3>4 4>5 5>5" },
        { 5, 3, false, "stop consul-4|set MinQuorum to 2 for consul|stop consul-3", "5>4 4>4 4>3" },
        { 5, 3, true, "stop consul-4|delete the volume claim and its data data-consul-4|set MinQuorum to 2 for consul|stop consul-3|delete the volume claim and its data data-consul-3", "5>4 4>4 4>4 4>3 3>3" },
        { 3, 1, false, "stop consul-2|set MinQuorum to 1 for consul|stop consul-1", "3>2 2>2 2>1" },
        { 3, 3, true, "", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_pet_that_comes_or_goes_is_told_with_the_voters_before_and_after(int from, int to, bool deletes, string actions, string voters)
    {
        ConsulPetPlan plan = ResizeOutline.Of(To with { Replicas = to, Volumes = deletes ? VolumePolicy.Delete : VolumePolicy.Retain }, Look(Given.Healthy(from), (from / 2) + 1));
        Assert.Equal(actions, string.Join('|', plan.Steps.Select(static step => $"{step.Action} {step.Target}")));
        Assert.Equal(voters, string.Join(' ', plan.Steps.Select(static step => FormattableString.Invariant($"{step.VotersBefore}>{step.VotersAfter}"))));
    }

    [Theory]
    [InlineData(true, "stop consul-2|set MinQuorum to 1 for consul|stop consul-1|stop consul-0")]
    [InlineData(false, "stop all pets of consul")]
    public void A_set_is_suspended_one_by_one_where_servers_leave_and_together_where_they_stay(bool leaves, string actions) => Assert.Equal(
        actions,
        Actions(To with { Kind = RollingKind.Suspend }, Look(Given.Healthy(), 2) with { LeavesGracefully = leaves }));

    [Theory]
    [InlineData(true, "start consul-0|start consul-1|start consul-2|set MinQuorum to 2 for consul")]
    [InlineData(false, "start all pets of consul")]
    public void It_is_resumed_in_the_same_way(bool leaves, string actions)
    {
        PetSetObservation none = Given.Healthy(0) with { Consul = null };
        OperationObservation look = Look(none, null);
        look = look with { State = new OperationState { Kind = RollingKind.Suspend, Run = "earlier", Written = look.Shape, FromReplicas = 3, LeavesGracefully = leaves } };
        Assert.Equal(actions, Actions(To with { Kind = RollingKind.Resume }, look));
    }

    [Fact]
    public void Claims_of_a_run_that_was_cut_short_are_told_and_none_that_the_set_wants_or_that_nobody_gave_up()
    {
        PetSetObservation set = Given.Healthy() with { Claims = [.. Enumerable.Range(0, 8).Select(static n => Given.Claim(FormattableString.Invariant($"data-consul-{n}"), n))] };
        OperationObservation look = Look(set, 2);
        RollingOperation three = To with { Replicas = 3, Volumes = VolumePolicy.Delete };
        Assert.Empty(ResizeOutline.DoomedClaims(three, look));
        look = look with { State = new OperationState { Kind = RollingKind.Resize, Run = "earlier", Written = look.Shape, FromReplicas = 5, TargetReplicas = 3, Volumes = VolumePolicy.Delete } };
        Assert.Equal(["data-consul-3", "data-consul-4"], ResizeOutline.DoomedClaims(three, look));
        Assert.Empty(ResizeOutline.DoomedClaims(three with { Volumes = VolumePolicy.Retain }, look));
    }

    private static string Actions(RollingOperation operation, OperationObservation look) =>
        string.Join('|', ResizeOutline.Of(operation, look).Steps.Select(static step => $"{step.Action} {step.Target}"));

    private static OperationObservation Look(PetSetObservation set, int? minQuorum) => new()
    {
        Set = set,
        TemplateHash = "template-1",
        Autopilot = minQuorum is { } floor ? new AutopilotSettings(true, floor, TimeSpan.FromSeconds(10)) : null,
    };
}
