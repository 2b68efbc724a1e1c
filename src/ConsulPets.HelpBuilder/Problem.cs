namespace ConsulPets.HelpBuilder;

/// <summary>One thing for a writer of help to do.</summary>
/// <param name="Path">The page.</param>
/// <param name="Line">The line in it, from 1.</param>
/// <param name="Message">What is wrong, and what to do.</param>
internal sealed record Problem(string Path, int Line, string Message)
{
    /// <summary>The form that MSBuild shows as an error at this line.</summary>
    public override string ToString() => FormattableString.Invariant($"{Path}({Line}): error: {Message}");
}
