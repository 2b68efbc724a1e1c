namespace ConsulPets.HelpBuilder.Cmdlets;

/// <summary>How a parameter is used in one parameter set: one [Parameter] attribute.</summary>
internal sealed record ParameterUsage
{
    /// <summary>PowerShell's name for a parameter that is in every set.</summary>
    public const string AllSets = "__AllParameterSets";

    /// <summary>The parameter set.</summary>
    public string SetName { get; init; } = AllSets;

    /// <summary>Whether it must be given.</summary>
    public bool IsMandatory { get; init; }

    /// <summary>The position, from 0; null for a parameter that goes by name only.</summary>
    public int? Position { get; init; }

    /// <summary>Whether the pipeline's object is its value.</summary>
    public bool FromPipeline { get; init; }

    /// <summary>Whether a property of the pipeline's object is its value.</summary>
    public bool FromPipelineByPropertyName { get; init; }

    /// <summary>Whether it takes the arguments that no other parameter took.</summary>
    public bool FromRemainingArguments { get; init; }
}
