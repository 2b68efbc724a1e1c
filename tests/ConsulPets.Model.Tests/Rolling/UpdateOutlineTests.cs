using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests.Rolling;

public class UpdateOutlineTests
{
    private static readonly RollingOperation Update = new() { Kind = RollingKind.Update, Run = "run", TemplateHash = "template-2" };

    [Fact]
    public void It_freezes_writes_rolls_the_leader_last_and_opens_the_partition()
    {
        Assert.Equal(
            ["freeze the roll of 3 pets in consul", "write the template of consul", "roll consul-2", "roll consul-1", "move the leadership away, roll consul-0", "open the partition of consul"],
            Words(Update, Look(Given.Healthy())));
        ConsulPetPlan plan = UpdateOutline.Of(Update, Look(Given.Healthy()), ["image a -> b", "resources"], null);
        Assert.Equal("image a -> b, resources", plan.Steps[1].Reason);
        Assert.Equal([1, 1, 0, 0, 0, 1], plan.Steps.Select(static step => step.ToleranceAfter));
    }

    [Fact]
    public void What_is_done_already_is_not_told_again()
    {
        OperationObservation look = Look(Given.Healthy().Pod("consul-2", static pod => pod with { Revision = "new" }).Pod("consul-0", static pod => pod with { Revision = "old" })
            .Pod("consul-1", static pod => pod with { Revision = "old" })) with
        { TemplateHash = "template-2" };
        look = look with { State = new OperationState { Kind = RollingKind.Update, Run = "earlier", Written = look.Shape, TemplateHash = "template-2", StoppedAfter = "consul-2", StoppedBy = "earlier" } };
        string[] rest = ["roll consul-1", "move the leadership away, roll consul-0", "open the partition of consul"];
        Assert.Equal(rest, Words(Update, look));
        Assert.Equal(rest, Words(Update with { StopAfter = "consul-2" }, look));
    }

    [Fact]
    public void It_ends_at_the_canary() => Assert.Equal(
        ["freeze the roll of 3 pets in consul", "write the template of consul", "roll consul-2"], Words(Update with { StopAfter = "consul-2" }, Look(Given.Healthy())));

    [Fact]
    public void An_undo_passes_over_pets_that_have_the_template_and_begins_with_the_one_that_is_stuck()
    {
        PetSetObservation set = Given.Healthy().Pod("consul-1", static pod => pod with { Ready = false, Running = false, Phase = "ImagePullBackOff", PhaseDetail = "no such image", Revision = "new" })
            .Pod("consul-0", static pod => pod with { Revision = "old" }).Pod("consul-2", static pod => pod with { Revision = "old" });
        ConsulPetPlan plan = UpdateOutline.Of(Update with { Kind = RollingKind.Undo, SickFirst = true }, Look(set), [], "old");
        Assert.Equal(["consul", "consul", "consul-1", "consul"], plan.Steps.Select(static step => step.Target));
        Assert.Equal("stuck, and costs nothing", plan.Steps[2].Reason);
    }

    [Fact]
    public void A_daemon_set_has_a_strategy_and_no_partition()
    {
        string[] words = Words(Update, Look(Given.HealthyCattle("cattle-a", "cattle-b", "cattle-c")));
        Assert.Equal("keep the controller from replacing pods of cattle", words[0]);
        Assert.Equal("set the strategy RollingUpdate again for cattle", words[^1]);
        Assert.Equal("set the strategy OnDelete again for cattle", Words(Update, Look(Given.HealthyCattle("cattle-a", "cattle-b", "cattle-c")) with { OnDelete = true })[^1]);
    }

    private static string[] Words(RollingOperation operation, OperationObservation look) =>
        [.. UpdateOutline.Of(operation, look, [], null).Steps.Select(static step => $"{step.Action} {step.Target}")];

    private static OperationObservation Look(PetSetObservation set) => new()
    {
        Set = set,
        TemplateHash = "template-1",
        Autopilot = new AutopilotSettings(true, 2, TimeSpan.FromSeconds(10)),
    };
}
