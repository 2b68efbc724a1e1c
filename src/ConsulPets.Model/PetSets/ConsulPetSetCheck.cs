namespace ConsulPets;

/// <summary>What a check came to.</summary>
public enum CheckResult
{
    /// <summary>Looked at, and as it should be.</summary>
    Passed,

    /// <summary>It works, and the next loss, drain or update may go wrong because of this.</summary>
    Warning,

    /// <summary>Something does not work, or is not as the set wants it.</summary>
    Failed,

    /// <summary>It could not be looked at. What is not known is never taken for good.</summary>
    Unknown,
}

/// <summary>One thing that was looked at in a pet set, what was found, and the command that mends it.</summary>
public sealed record ConsulPetSetCheck : ClusterObject
{
    /// <summary>The set that was looked at.</summary>
    public required string PetSet { get; init; }

    /// <summary>What was looked at, in one word that does not change: Leader, Quorum, MinQuorum, Budget and so on.</summary>
    public required string Name { get; init; }

    /// <summary>Passed, Warning, Failed or Unknown.</summary>
    public required CheckResult Result { get; init; }

    /// <summary>What was found, in words; for a check that passed, what was looked at.</summary>
    public required string Detail { get; init; }

    /// <summary>
    /// A command of this module or of kubectl, ready to paste into the session that asked: what mends it or, where no command alone can, what shows the cause. Null
    /// when there is nothing to mend, or no command for it.
    /// </summary>
    public string? Fix { get; init; }

    /// <summary>The pets, members, peers, claims or nodes that it is about, by their names; empty when it is about the whole set.</summary>
    public string[] Target { get; init; } = [];

    /// <summary>The check as a line of a log.</summary>
    /// <returns>Name, result and detail.</returns>
    public override string ToString() => $"{Name}: {Result}: {Detail}";
}
