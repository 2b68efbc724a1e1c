using ConsulPets.Observing;

namespace ConsulPets.Planning.Checks;

/// <summary>What the rules look at: one observation, what is around it, and what follows from both.</summary>
public sealed class CheckSubject
{
    // As long a pod that starts, or a server that joins, is given before it counts as one that does not.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Joins both.</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="surroundings">What is around it.</param>
    public CheckSubject(PetSetObservation observation, PetSetSurroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(surroundings);
        Observation = observation;
        Surroundings = surroundings;
        Join = new PetJoin(observation);
        Voting = QuorumView.Of(observation.Consul);
        Stale = StaleRules.Find(observation);
    }

    /// <summary>The observation.</summary>
    public PetSetObservation Observation { get; }

    /// <summary>What is around it.</summary>
    public PetSetSurroundings Surroundings { get; }

    /// <summary>Pods, members and peers, joined.</summary>
    public PetJoin Join { get; }

    /// <summary>The quorum.</summary>
    public QuorumView Voting { get; }

    /// <summary>What looks stale at this one look.</summary>
    public IReadOnlyList<StalePet> Stale { get; }

    /// <summary>The workload.</summary>
    public ObservedWorkload Workload => Observation.Workload;

    /// <summary>The set's name, as a command takes it.</summary>
    public string Set => FixScope.Quoted(Workload.Name);

    /// <summary>The workload, as kubectl takes it: <c>statefulset/consul</c>.</summary>
    public string KubectlName => $"{(Workload.Kind == PetSetKind.StatefulSet ? "statefulset" : "daemonset")}/{Workload.Name}";

    /// <summary>Whether a pod is so young that it may still be starting or joining.</summary>
    /// <param name="pod">The pod.</param>
    /// <returns>True for the first minute.</returns>
    public bool IsYoung(ObservedPod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return Observation.Taken - pod.Created < Patience;
    }

    /// <summary>A command of this module, with what it needs to reach the set.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The whole command.</returns>
    public string Cmdlet(string command) => Surroundings.Scope.Cmdlet(command);

    /// <summary>A kubectl command in the set's namespace.</summary>
    /// <param name="command">What comes after <c>kubectl</c>.</param>
    /// <returns>The whole command.</returns>
    public string Kubectl(string command) => Surroundings.Scope.Kubectl(command);

    /// <summary>The command that waits for the set.</summary>
    /// <param name="condition">Until when.</param>
    /// <returns>The whole command.</returns>
    public string WaitFor(WaitCondition condition) => Cmdlet($"Wait-ConsulPetSet {Set} -For {condition}");

    /// <summary>The command that takes a pet down to come back, with raft's leave.</summary>
    /// <param name="pet">The pet.</param>
    /// <returns>The whole command.</returns>
    public string Restart(string pet) => Cmdlet($"Restart-ConsulPet {FixScope.Quoted(pet)} -PetSet {Set} -Wait");

    /// <summary>The command that brings a set of no pets back: to as many as its volumes are for, where nothing else remembers the number.</summary>
    /// <returns>The whole command.</returns>
    public string Resume()
    {
        int pets = Observation.Claims.Select(static claim => claim.Ordinal).OfType<int>().Distinct().Count();
        return Cmdlet(Surroundings.HasOperation || pets == 0 ? $"Resume-ConsulPetSet {Set}" : FormattableString.Invariant($"Resume-ConsulPetSet {Set} -Replicas {pets}"));
    }

    /// <summary>What to say of something that could not be read.</summary>
    /// <param name="what">What it was.</param>
    /// <param name="failure">Why.</param>
    /// <returns>Unknown; a missing right or permission is named.</returns>
    public CheckVerdict NotRead(string what, ObservedFailure? failure) => failure switch
    {
        null => CheckVerdict.Unknown($"{what} could not be read"),
        { ErrorId: "ConsulPermissionDenied" } => CheckVerdict.Unknown($"{what} could not be read: {failure.Message.TrimEnd('.')}; {Small(failure.RecommendedAction)}", WithToken),
        { ErrorId: "KubernetesForbidden" } => CheckVerdict.Unknown($"{what} could not be read. {failure.RecommendedAction}"),
        _ => CheckVerdict.Unknown($"{what} could not be read: {failure.Message.TrimEnd('.')}", Again),
    };

    /// <summary>Why nothing can be said of Consul's side.</summary>
    /// <param name="needsLeader">Whether the rule needs a leader's word.</param>
    /// <returns>Unknown, with the reason; null when Consul answers and shows all.</returns>
    public CheckVerdict? ConsulIsSilent(bool needsLeader = true) => Observation.Consul switch
    {
        null when Observation.ConsulRefusal is { } refusal => NotRead("Consul", refusal),
        null => CheckVerdict.Unknown("no pet's Consul agent answers"),
        { FilteredByAcls: true } => CheckVerdict.Unknown("Consul's ACLs hide a part from this token, so what is not seen proves nothing; it takes node:read and operator:read", WithToken),
        { Peers: null, IsDenied: true } consul when needsLeader => CheckVerdict.Unknown($"raft could not be read: {consul.Problem?.TrimEnd('.')}; it takes operator:read", WithToken),
        { HasLeader: false } when needsLeader => CheckVerdict.Unknown("without a leader nobody can tell", WaitFor(WaitCondition.Leader)),
        { Peers: null } consul when needsLeader => CheckVerdict.Unknown($"raft could not be read: {consul.Problem?.TrimEnd('.')}", Again),
        _ => null,
    };

    /// <summary>The same check with a token that is asked for.</summary>
    public string WithToken => Cmdlet($"Test-ConsulPetSet {Set} -Token (Read-Host -AsSecureString)");

    /// <summary>The same check again.</summary>
    public string Again => Cmdlet($"Test-ConsulPetSet {Set}");

    /// <summary>Names as a sentence lists them.</summary>
    /// <param name="names">The names.</param>
    /// <returns>The first three, and how many more.</returns>
    public static string List(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count <= 3
            ? string.Join(", ", names)
            : FormattableString.Invariant($"{string.Join(", ", names.Take(3))} and {names.Count - 3} more");
    }

    /// <summary>A number with its noun.</summary>
    /// <param name="number">The number.</param>
    /// <param name="noun">The noun for one.</param>
    /// <returns>1 pet, 3 pets.</returns>
    public static string Count(int number, string noun) => FormattableString.Invariant($"{number} {noun}{(number == 1 ? string.Empty : "s")}");

    private static string Small(string sentence) => sentence.Length == 0 ? sentence : char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
