namespace ConsulPets.Planning.Checks;

/// <summary>What a rule says.</summary>
/// <param name="Result">What it came to.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Fix">The command that mends it; null for none.</param>
/// <param name="Target">What it is about, by name; empty for the whole set.</param>
public sealed record CheckVerdict(CheckResult Result, string Detail, string? Fix, IReadOnlyList<string> Target)
{
    /// <summary>It is as it should be.</summary>
    /// <param name="detail">What was looked at.</param>
    /// <returns>The verdict.</returns>
    public static CheckVerdict Passed(string detail) => new(CheckResult.Passed, detail, null, []);

    /// <summary>It works, and the next loss, drain or update may go wrong.</summary>
    /// <param name="detail">What was found.</param>
    /// <param name="fix">The command that mends it; null for none.</param>
    /// <param name="target">What it is about.</param>
    /// <returns>The verdict.</returns>
    public static CheckVerdict Warning(string detail, string? fix, params string[] target) => new(CheckResult.Warning, detail, fix, target);

    /// <summary>It does not work, or is not as the set wants it.</summary>
    /// <param name="detail">What was found.</param>
    /// <param name="fix">The command that mends it; null for none.</param>
    /// <param name="target">What it is about.</param>
    /// <returns>The verdict.</returns>
    public static CheckVerdict Failed(string detail, string? fix, params string[] target) => new(CheckResult.Failed, detail, fix, target);

    /// <summary>It could not be looked at.</summary>
    /// <param name="detail">Why.</param>
    /// <param name="fix">The command that lets it be looked at; null for none.</param>
    /// <returns>The verdict.</returns>
    public static CheckVerdict Unknown(string detail, string? fix = null) => new(CheckResult.Unknown, detail, fix, []);
}
