using ConsulPets.Observing;

namespace ConsulPets.Planning.Checks;

/// <summary>Judges a pet set as a whole. The table of the rules; each is a function of its own, and none does I/O.</summary>
public static class PetSetChecks
{
    private static readonly (string Name, Func<CheckSubject, CheckVerdict> Rule)[] Rules =
    [
        ("Consul", ConsulChecks.Answers),
        ("Leader", ConsulChecks.Leader),
        ("Quorum", ConsulChecks.Quorum),
        ("Voters", ConsulChecks.Voters),
        ("Pods", PodChecks.Pods),
        ("Image", PodChecks.Image),
        ("Members", MemberChecks.Members),
        ("RaftPeers", MemberChecks.RaftPeers),
        ("NodeIds", MemberChecks.NodeIds),
        ("Update", UpdateChecks.Update),
        ("Versions", UpdateChecks.Versions),
        ("MinQuorum", SizeChecks.MinQuorum),
        ("Size", SizeChecks.Size),
        ("Nodes", NodeChecks.Nodes),
        ("Spread", NodeChecks.Spread),
        ("Budget", BudgetChecks.Budget),
        ("Volumes", VolumeChecks.Volumes),
    ];

    /// <summary>The names of all checks, in their own order. They are part of the interface.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Rules.Select(static rule => rule.Name)];

    /// <summary>Judges a set.</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="surroundings">What is around it.</param>
    /// <returns>One check for each of <see cref="Names"/>: those that failed first, then what is unknown, the warnings, and what passed.</returns>
    public static IReadOnlyList<ConsulPetSetCheck> Judge(PetSetObservation observation, PetSetSurroundings surroundings)
    {
        var subject = new CheckSubject(observation, surroundings);
        return [.. Rules.Select(rule => ToCheck(rule.Name, rule.Rule(subject), observation)).OrderBy(static check => Rank(check.Result))];
    }

    /// <summary>Whether nothing failed and nothing is unknown. A warning does not count against a set: it works.</summary>
    /// <param name="checks">The checks.</param>
    /// <returns>True when all passed or warn only.</returns>
    public static bool AllWell(IEnumerable<ConsulPetSetCheck> checks) => checks.All(static check => check.Result is CheckResult.Passed or CheckResult.Warning);

    private static ConsulPetSetCheck ToCheck(string name, CheckVerdict verdict, PetSetObservation observation) => new()
    {
        Name = name,
        PetSet = observation.Workload.Name,
        Namespace = observation.Workload.Namespace,
        Context = observation.Context,
        KubeConfig = observation.KubeConfig,
        Result = verdict.Result,
        Detail = verdict.Detail,
        Fix = verdict.Fix,
        Target = [.. verdict.Target],
    };

    private static int Rank(CheckResult result) => result switch
    {
        CheckResult.Failed => 0,
        CheckResult.Unknown => 1,
        CheckResult.Warning => 2,
        _ => 3,
    };
}
