using ConsulPets.Observing;

namespace ConsulPets.Planning.GossipKeys;

/// <summary>All that a turn of the gossip key writes. Each is one request, and does no harm when it is done twice.</summary>
public enum GossipKeyStep
{
    /// <summary>Keeps a new key in the Secret, before any server knows it: from here on it cannot be lost.</summary>
    KeepNext,

    /// <summary>Gives every member the new key. They take messages by either from now on.</summary>
    Install,

    /// <summary>Has every member encrypt with the new key.</summary>
    Use,

    /// <summary>Makes the new key the one that servers start with, in the Secret.</summary>
    Promote,

    /// <summary>Takes the former key away from every member.</summary>
    Remove,

    /// <summary>Forgets the former key in the Secret. The turn is done.</summary>
    Forget,
}

/// <summary>Exactly one of: a step, a reason to wait, a refusal, or done.</summary>
/// <param name="Step">The step; null when there is none.</param>
/// <param name="Waiting">What is waited for; null when nothing is.</param>
/// <param name="Refusal">Why it must not go on; null when it may.</param>
public sealed record GossipKeyDecision(GossipKeyStep? Step = null, string? Waiting = null, PlanRefusal? Refusal = null)
{
    /// <summary>Whether a turn that was under way has nothing left to do.</summary>
    public bool IsDone => Step is null && Waiting is null && Refusal is null;
}

/// <summary>
/// Decides the next step of a turn of the gossip key, so that at no moment two members cannot read each other: a key is used when all have it, and taken away when none uses it. What must be remembered
/// is in the Secret, so a run that was killed is continued by asking again. The order is Consul's own (developer.hashicorp.com/consul/tutorials, "Rotate gossip encryption keys"), with the Secret between.
/// </summary>
public static class GossipKeyPlanner
{
    /// <summary>Decides.</summary>
    /// <param name="look">A fresh look.</param>
    /// <param name="isBegun">Whether this run has begun a turn, or found one under way: then it ends when that one does.</param>
    /// <returns>The decision.</returns>
    public static GossipKeyDecision Decide(GossipKeyObservation look, bool isBegun)
    {
        ArgumentNullException.ThrowIfNull(look);
        if (Refusal(look) is { } refusal)
        {
            return new GossipKeyDecision(Refusal: refusal);
        }

        (string current, string? next, string? former) = look.Kept;
        if (next is null && former is null && isBegun)
        {
            return new GossipKeyDecision();
        }

        // Whoever is away now would come back with the keys that it had.
        if (Away(look) is { } away)
        {
            return new GossipKeyDecision(Waiting: away);
        }

        if (next is not null)
        {
            return new GossipKeyDecision(
                !look.Pools.All(pool => pool.AllHave(next)) ? GossipKeyStep.Install
                : !look.Pools.All(pool => pool.AllUse(next)) ? GossipKeyStep.Use
                : GossipKeyStep.Promote);
        }

        if (former is not null)
        {
            return !look.Pools.All(pool => pool.AllUse(current)) ? new GossipKeyDecision(Waiting: "not every member uses the new key yet")
                : new GossipKeyDecision(look.Pools.Any(pool => pool.Keys.ContainsKey(former)) ? GossipKeyStep.Remove : GossipKeyStep.Forget);
        }

        return look.Pools.All(pool => pool.AllUse(current)) ? new GossipKeyDecision(GossipKeyStep.KeepNext) : new GossipKeyDecision(Refusal: new PlanRefusal(
            "GossipKeyDiffers",
            $"The servers of '{look.Set.Workload.Name}' do not all use the key that its Secret holds, so somebody else has turned it, or is about to.",
            "Finish that first, and put the key that all use into the Secret"));
    }

    private static PlanRefusal? Refusal(GossipKeyObservation look)
    {
        string set = look.Set.Workload.Name;
        return ConsulGate.Refusal(look.Set) is { ErrorId: "ConsulViewFiltered" or "ConsulPermissionDenied" } gate ? gate
            : look.Pools.Any(static pool => pool.PrimaryKeys is null)
                ? new PlanRefusal("KeyringUnknown", $"Consul of '{set}' does not tell which key its members use, as versions before 1.8 do not.", "Update Consul first: Update-ConsulPetSet")
            : look.Pools.Select(static pool => pool.Datacenter).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray() is [_, _, ..] several
                ? new PlanRefusal("GossipKeyIsShared", $"'{set}' shares its gossip key with other datacenters: {string.Join(", ", several)}. Whoever is away there would be locked out.", "Turn the key with consul keyring, with all datacenters in sight")
            : null;
    }

    private static string? Away(GossipKeyObservation look)
    {
        if (ConsulGate.Refusal(look.Set) is { } gate)
        {
            return gate.Message;
        }

        WaitVerdict stable = WaitRules.Judge(WaitCondition.Stable, look.Set);
        int alive = look.Set.Consul!.Members.Count(static member => member.Status == ConsulMemberStatus.Alive);
        return !stable.IsMet ? stable.Missing
            : look.Set.Consul.Members.FirstOrDefault(static member => member.Status == ConsulMemberStatus.Failed) is { } failed ? $"{failed.Name} has failed, and would come back without the new key; if it will not come back, remove it with Remove-StalePet"
            : look.Pools.FirstOrDefault(static pool => pool.Problem is not null) is { } silent ? $"{silent.Name}: {silent.Problem}"
            : look.Pools.FirstOrDefault(pool => !pool.IsWan && pool.Nodes < alive) is { } partial ? FormattableString.Invariant($"{partial.Nodes} of {alive} members answered")
            : null;
    }
}
