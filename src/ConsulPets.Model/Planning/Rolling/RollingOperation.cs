namespace ConsulPets.Planning;

/// <summary>What an operation does to a running set.</summary>
public enum RollingKind
{
    /// <summary>Takes every pet down once, or those of <see cref="RollingOperation.Pets"/>, to come back as it is.</summary>
    Restart,

    /// <summary>Rolls a new pod template.</summary>
    Update,

    /// <summary>Rolls the template of an earlier revision, pets that are stuck on the newer one first.</summary>
    Undo,

    /// <summary>Changes the number of pets, one at a time.</summary>
    Resize,

    /// <summary>Scales to zero and remembers the size.</summary>
    Suspend,

    /// <summary>Scales back to the size that was remembered.</summary>
    Resume,
}

/// <summary>What becomes of the volumes of pets that a set no longer wants.</summary>
public enum VolumePolicy
{
    /// <summary>They stay.</summary>
    Retain,

    /// <summary>The claims of the ordinals that this very operation gave up are deleted, and no others.</summary>
    Delete,
}

/// <summary>What the user asked for.</summary>
public sealed record RollingOperation
{
    /// <summary>What is done.</summary>
    public required RollingKind Kind { get; init; }

    /// <summary>The identity of this invocation, another each time a command is run: it tells a run that stopped at its canary from the one that goes on.</summary>
    public required string Run { get; init; }

    /// <summary>
    /// For an update or undo: the hash of the template to be rolled, as the API server would store it (defaults filled in: a dry run of the write tells), made in the same way as
    /// <see cref="OperationObservation.TemplateHash"/>. Null otherwise.
    /// </summary>
    public string? TemplateHash { get; init; }

    /// <summary>For a resize: the wanted number of pets. For a resume: the number to come back to when none is remembered; null for the remembered one. Null otherwise.</summary>
    public int? Replicas { get; init; }

    /// <summary>The canary: the run stops as soon as this pet is done, healthy and stable, and is continued by running the command again. Null to go through.</summary>
    public string? StopAfter { get; init; }

    /// <summary>Whether an outdated pet that is sick is rolled before the others. An undo always does so.</summary>
    public bool SickFirst { get; init; }

    /// <summary>What becomes of volumes when the set gets smaller.</summary>
    public VolumePolicy Volumes { get; init; }

    /// <summary>For a restart: the names of the pets that are meant, in the order in which they are to go. Null or empty for all. Null otherwise.</summary>
    public IReadOnlyList<string>? Pets { get; init; }

    /// <summary>
    /// For a restart of some pets: the unique IDs of their pods when the user was asked. One that is another when the run begins is refused; where a sick pet is restarted in the middle of
    /// another operation, one that is another has been replaced. Null to take what is there.
    /// </summary>
    public IReadOnlyList<string>? AgreedPods { get; init; }

    /// <summary>For a resize that deletes volumes: the names of the claims that the user was asked about. What else the set may have given up by then stays. Null to take what is there.</summary>
    public IReadOnlyList<string>? AgreedClaims { get; init; }

    /// <summary>For a restart of some pets: whether it is over as soon as the last of them was taken down. The pets before it are waited for all the same.</summary>
    public bool ReturnsAtOnce { get; init; }

    /// <summary>
    /// For a resize: whether an even number of servers is wanted all the same. For a restart of some pets: whether their pods are deleted without asking the disruption budget, and a pet that is only
    /// joining may go too. It switches off no gate.
    /// </summary>
    public bool Force { get; init; }

    /// <summary>Whether what somebody else made of the set meanwhile is accepted: the run begins anew from what is there. It is asked once: an edit after that stops this run too.</summary>
    public bool AcceptChanges { get; init; }
}
