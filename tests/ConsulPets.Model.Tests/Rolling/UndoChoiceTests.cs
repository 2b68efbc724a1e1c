namespace ConsulPets.Model.Tests.Rolling;

public class UndoChoiceTests
{
    private const string Now = "template-now";

    private static readonly ObservedRevision[] Kept = [new("first", "first", 1), new("second", "second", 2), new("new", "new", 3)];

    private static OperationState State(RollingKind kind, string template) => new() { Kind = kind, Run = "run", Written = new WorkloadShape(3, 3, false, Now), TemplateHash = template };

    // The set's newest revision is "new"; a pod's is given for each ordinal, with "!" where the pod is not ready.
    public static TheoryData<string, string, string?, string?, long?, string?> Cases => new()
    {
        { "all run one template: the one before", "new new new", null, null, null, "second" },
        { "an update in the middle: what the others run", "second second new!", "Update", Now, null, "second" },
        { "nothing has moved yet", "second second second", "Update", Now, null, "second" },
        { "a correction that was bad too: not the first mistake, which is the revision before", "first first second!", "Update", Now, null, "first" },
        { "half way: both are well, and the former is what it goes back to", "first new new", "Update", Now, null, "first" },
        { "an update that has frozen and not written", "second second second", "Update", "template-other", null, null },
        { "an undo that has written", "second new new", "Undo", Now, null, null },
        { "an undo that has frozen and not written", "second second new!", "Undo", "template-other", null, "second" },
        { "a revision by its number", "new new new", null, null, 1, "first" },
        { "an undo that has written, named by the number that its template had", "new new new", "Undo", Now, 17, null },
        { "somebody's own roll, without a word of ours", "second second new!", null, null, null, "second" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_undo_goes_back_to_what_was_well(string what, string pods, string? kind, string? template, long? number, string? chosen)
    {
        string[] revisions = pods.Split(' ');
        PetSetObservation look = Given.Healthy();
        look = look with { Pods = [.. look.Pods.Select((pod, n) => pod with { Revision = revisions[n].TrimEnd('!'), Ready = !revisions[n].EndsWith('!') })] };
        (ObservedRevision? revision, PlanRefusal? refusal) = UndoChoice.Of(look, kind is null ? null : State(Enum.Parse<RollingKind>(kind), template!), Now, Kept, number);
        Assert.Null(refusal);
        Assert.Equal((what, chosen), (what, revision?.Name));
    }

    [Fact]
    public void Without_an_earlier_revision_or_with_a_wrong_number_it_is_refused()
    {
        (ObservedRevision? none, PlanRefusal? refusal) = UndoChoice.Of(Given.Healthy(), null, Now, [Kept[2]], null);
        Assert.Equal((null, "RevisionNotFound"), (none, refusal?.ErrorId));
        (none, refusal) = UndoChoice.Of(Given.Healthy(), null, Now, Kept, 9);
        Assert.Equal((null, "RevisionNotFound"), (none, refusal?.ErrorId));
        Assert.Contains("it has 1, 2, 3", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_daemon_sets_newest_revision_is_the_one_with_the_highest_number()
    {
        PetSetObservation look = Given.HealthyCattle("cattle-a", "cattle-b", "cattle-c");
        look = look with { Pods = [.. look.Pods.Select(static (pod, n) => pod with { Revision = n == 0 ? "hash-3" : "hash-1" })] };
        ObservedRevision[] kept = [new("cattle-hash-1", "hash-1", 1), new("cattle-hash-2", "hash-2", 2), new("cattle-hash-3", "hash-3", 3)];
        Assert.Equal("cattle-hash-1", UndoChoice.Of(look, null, Now, kept, null).Revision?.Name);
        look = look with { Pods = [.. look.Pods.Select(static pod => pod with { Revision = "hash-3" })] };
        Assert.Equal("cattle-hash-2", UndoChoice.Of(look, null, Now, kept, null).Revision?.Name);
    }
}
