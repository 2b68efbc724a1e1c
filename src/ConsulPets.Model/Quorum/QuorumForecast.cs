using System.Globalization;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Quorum;

/// <summary>The answer to "may I lose these?".</summary>
public enum QuorumAnswer
{
    /// <summary>A quorum remains.</summary>
    Yes,

    /// <summary>The quorum would be lost.</summary>
    No,

    /// <summary>What must be known to answer is not known. It counts as no.</summary>
    Unknown,
}

/// <summary>What becomes of the quorum when pets stop. All numbers are counts of servers.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Before">The configuration now; null when it is not known.</param>
/// <param name="After">The configuration afterwards, before autopilot cleans up; null when it is not known, or when a departure cannot be agreed on.</param>
/// <param name="Reasons">Why, in sentences.</param>
public sealed record QuorumForecast(QuorumAnswer Answer, QuorumCount? Before, QuorumCount? After, IReadOnlyList<string> Reasons)
{
    /// <summary>Whether they may be lost: only a known yes is one.</summary>
    public bool Result => Answer == QuorumAnswer.Yes;

    /// <summary>
    /// Foretells what becomes of the quorum without some pets. Abruptly they stay in the configuration as failed voters: 5 of 5 without two is 3 of 5, yes; 4 of 4 without two is 2 of 4, no.
    /// Gracefully each leaves it: 4 of 4 without two is 2 of 2, yes. A pet that is sick already costs nothing more, and cannot leave gracefully; a pet that is on its way out counts as lost.
    /// </summary>
    /// <param name="observation">A fresh observation.</param>
    /// <param name="pets">The pets' (or members') names; the same name twice counts once.</param>
    /// <param name="graceful">Whether they leave the configuration when they stop (<c>leave_on_terminate</c>), one after another.</param>
    /// <param name="autopilot">What autopilot was told, to say what it will make of the dead; null when that is not known.</param>
    /// <returns>The forecast.</returns>
    public static QuorumForecast Without(PetSetObservation observation, IReadOnlyCollection<string> pets, bool graceful, AutopilotSettings? autopilot = null)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(pets);
        if (ConsulGate.Refusal(observation) is { } gate)
        {
            return Unknown(null, gate.Message);
        }

        ObservedConsul consul = observation.Consul!;
        var join = new PetJoin(observation);
        ObservedPeer[] voters = [.. consul.Peers!.Where(static peer => peer.IsVoter)];
        var healthy = new HashSet<string>(voters.Select(static voter => voter.Id).Where(id => QuorumView.IsHealthy(id, consul)), StringComparer.Ordinal);

        // Gossip and autopilot notice some seconds later that a pod stops.
        foreach (string leaving in observation.Pods.Where(static pod => pod.Deleting || !pod.Running).Select(pod => join.Member(pod)?.NodeId).OfType<string>())
        {
            healthy.Remove(leaving);
        }

        var before = new QuorumCount(voters.Length, healthy.Count);
        var reasons = new List<string> { Say($"Now {before.HealthyVoters} of {before.Voters} voters are healthy, {before.Quorum} must remain, {Math.Max(0, before.Tolerance)} can be lost.") };
        var stopped = new HashSet<string>(StringComparer.Ordinal);
        foreach (string pet in pets.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            (string? id, bool isKnown) = Find(pet, observation, join);
            if (!isKnown)
            {
                return Unknown(before, $"'{pet}' is no pet or server of '{observation.Workload.Name}' that could be told apart from the others.");
            }

            bool votes = voters.Any(voter => voter.Id == id);
            bool counts = votes && healthy.Contains(id!);
            reasons.Add(!votes ? $"{pet} is not a voter." : !counts ? $"{pet} is a voter that is away already." : $"{pet} is a healthy voter.");
            if (counts)
            {
                stopped.Add(id!);
            }
        }

        QuorumCount? after = graceful ? before.AfterLeave(stopped.Count) : before.AfterStop(stopped.Count);
        bool remains = before.HasQuorum && after is { HasQuorum: true };
        reasons.Add(!before.HasQuorum ? "The quorum is lost already."
            : after is not { } count ? Say($"Not all {stopped.Count} can leave: the rest could not agree on it.")
            : Say($"Afterwards {count.HealthyVoters} of {count.Voters} voters are healthy, {count.Quorum} must remain: {(remains ? Say($"{count.Tolerance} more can be lost") : "the quorum is lost")}."));
        if (remains && !graceful && autopilot?.Removes(after!.Value.Voters, after.Value.Voters - after.Value.HealthyVoters) is { } removed and > 0)
        {
            reasons.Add(Say($"Autopilot will then remove {removed} dead of {after.Value.Voters} voters (MinQuorum {autopilot.MinQuorum}): {after.Value.Voters - removed} voters, {RaftQuorum.Tolerance(after.Value.Voters - removed, after.Value.HealthyVoters)} more can be lost."));
        }

        return new QuorumForecast(remains ? QuorumAnswer.Yes : QuorumAnswer.No, before, after, reasons);
    }

    private static QuorumForecast Unknown(QuorumCount? before, string why) => new(QuorumAnswer.Unknown, before, null, [why]);

    // A pod that never ran has no server yet, and is no loss. One that runs, and that no member is known for, may be any voter that has no pod.
    private static (string? Id, bool IsKnown) Find(string pet, PetSetObservation observation, PetJoin join)
    {
        if (observation.Pods.FirstOrDefault(pod => string.Equals(pod.Name, pet, StringComparison.OrdinalIgnoreCase)) is { } pod)
        {
            string? id = join.Member(pod)?.NodeId;
            return (id, id is not null || !pod.Running);
        }

        ObservedMember? member = observation.Consul!.Members.FirstOrDefault(member => member.IsServer && string.Equals(member.Name, pet, StringComparison.OrdinalIgnoreCase));
        return (member?.NodeId, member?.NodeId is not null);
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
