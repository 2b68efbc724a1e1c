namespace ConsulPets.Planning.GossipKeys;

/// <summary>What a turn of the gossip key will do, for -WhatIf. Each step is decided anew when its turn comes.</summary>
public static class GossipKeyOutline
{
    private static readonly (GossipKeyStep Step, string Action, string Target, string Reason)[] All =
    [
        (GossipKeyStep.KeepNext, "keep a new key in the Secret", "{0}-server-secrets", "before any server knows it"),
        (GossipKeyStep.Install, "install it", "{0}", "all take messages by either key"),
        (GossipKeyStep.Use, "use it", "{0}", "when every member has it"),
        (GossipKeyStep.Promote, "make it the one that servers start with", "{0}-server-secrets", "when every member uses it"),
        (GossipKeyStep.Remove, "remove the former key", "{0}", "when nobody uses it"),
        (GossipKeyStep.Forget, "forget it", "{0}-server-secrets", "when nobody has it"),
    ];

    /// <summary>Tells it.</summary>
    /// <param name="look">A fresh look.</param>
    /// <returns>The steps that are left.</returns>
    public static IReadOnlyList<ConsulPetStep> Of(GossipKeyObservation look)
    {
        ArgumentNullException.ThrowIfNull(look);
        GossipKeyStep first = GossipKeyPlanner.Decide(look, isBegun: false).Step ?? (look.Kept.Former is not null ? GossipKeyStep.Remove : look.Kept.Next is not null ? GossipKeyStep.Install : GossipKeyStep.KeepNext);
        return [.. All.Where(step => step.Step >= first).Select((step, index) => new ConsulPetStep
        {
            Order = index + 1,
            Action = step.Action,
            Target = string.Format(System.Globalization.CultureInfo.InvariantCulture, step.Target, look.Set.Workload.Name),
            Reason = step.Reason,
        })];
    }
}
