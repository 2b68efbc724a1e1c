namespace ConsulPets.Observing;

/// <summary>
/// Folds what several agents say of the gossip pool into one view. Each agent has its own: one that joined after a member left has never heard of it, so
/// asking one agent can miss a stale member, and asking one after a removal can miss that another still lists it.
/// </summary>
public static class GossipViews
{
    /// <summary>Folds views. Whoever is alive to anybody is alive; else the likelier to come back wins: leaving, failed, left.</summary>
    /// <param name="views">The views, the most trusted first.</param>
    /// <returns>One entry a name.</returns>
    public static IReadOnlyList<ObservedMember> Merge(IEnumerable<IReadOnlyList<ObservedMember>> views)
    {
        ArgumentNullException.ThrowIfNull(views);
        return [.. views
            .SelectMany(static view => view)
            .GroupBy(static member => member.Name, StringComparer.Ordinal)
            .Select(static same => same.OrderBy(static member => Rank(member.Status)).First())];
    }

    private static int Rank(ConsulMemberStatus status) => status switch
    {
        ConsulMemberStatus.Alive => 0,
        ConsulMemberStatus.Leaving => 1,
        ConsulMemberStatus.Failed => 2,
        ConsulMemberStatus.Left => 3,
        _ => 4,
    };
}
