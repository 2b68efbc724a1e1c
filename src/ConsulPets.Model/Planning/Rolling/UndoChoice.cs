using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>A template that a workload had, or has, as the controller keeps it (a ControllerRevision).</summary>
/// <param name="Name">Its name.</param>
/// <param name="PodRevision">What the pods that were made from it bear in their label <c>controller-revision-hash</c>.</param>
/// <param name="Number">Its number: the highest is the newest. A template that is rolled again gets a new number.</param>
public sealed record ObservedRevision(string Name, string PodRevision, long Number);

/// <summary>Which template an undo goes back to.</summary>
public static class UndoChoice
{
    /// <summary>Chooses.</summary>
    /// <param name="look">A fresh look at the set, with its controller at rest: it has seen the newest specification.</param>
    /// <param name="state">The operation under way; null when there is none.</param>
    /// <param name="templateHash">The hash of the template that the set has now.</param>
    /// <param name="revisions">The templates that the controller keeps.</param>
    /// <param name="number">The revision that was asked for; null to choose.</param>
    /// <returns>The revision, or null for the template that the set has now; or why there is none.</returns>
    public static (ObservedRevision? Revision, PlanRefusal? Refusal) Of(
        PetSetObservation look, OperationState? state, string templateHash, IReadOnlyList<ObservedRevision> revisions, long? number)
    {
        ArgumentNullException.ThrowIfNull(look);
        ArgumentNullException.ThrowIfNull(revisions);
        ObservedWorkload workload = look.Workload;
        if (number is { } asked && revisions.FirstOrDefault(revision => revision.Number == asked) is { } named)
        {
            return (named, null);
        }

        // An undo that was cut short has given the template a new number already, and one that was cut short before it wrote chooses as before.
        if (state is { Kind: RollingKind.Undo } && state.TemplateHash == templateHash)
        {
            return (null, null);
        }

        if (number is not null)
        {
            return (null, new PlanRefusal(
                "RevisionNotFound",
                RollingView.Say($"'{workload.Name}' has no revision {number}; it has {string.Join(", ", revisions.OrderBy(static revision => revision.Number).Select(static revision => revision.Number))}."),
                "Name one of these with -ToRevision, or leave it away for the one before"));
        }

        // An update that has not written its template yet: what is to be undone is its freeze alone.
        if (state is { Kind: RollingKind.Update } && state.TemplateHash != templateHash)
        {
            return (null, null);
        }

        ObservedRevision? newest = revisions.FirstOrDefault(revision => revision.Name == workload.UpdateRevision) ?? revisions.MaxBy(static revision => revision.Number);

        // A roll that is not done: back to what most of the pets run that are well. The number alone would lead to the template before a correction, which was bad too.
        ObservedRevision? running = revisions
            .Where(revision => revision != newest)
            .Select(revision => (Revision: revision, Pods: look.Pods.Where(pod => pod.Revision == revision.PodRevision).ToArray()))
            .Where(static candidate => candidate.Pods.Length > 0)
            .OrderByDescending(static candidate => candidate.Pods.Count(static pod => pod.Ready))
            .ThenByDescending(static candidate => candidate.Pods.Length)
            .ThenByDescending(static candidate => candidate.Revision.Number)
            .FirstOrDefault().Revision;
        return (running ?? revisions.Where(revision => revision.Number < newest?.Number).MaxBy(static revision => revision.Number)) is { } chosen
            ? (chosen, null)
            : (null, new PlanRefusal("RevisionNotFound", $"'{workload.Name}' has no earlier revision to go back to.", "Change it forwards: Update-ConsulPetSet"));
    }
}
