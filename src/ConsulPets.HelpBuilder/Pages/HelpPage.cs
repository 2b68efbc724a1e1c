namespace ConsulPets.HelpBuilder.Pages;

/// <summary>One page, as plain text.</summary>
internal sealed record HelpPage
{
    /// <summary>The file, as problems show it.</summary>
    public required string Path { get; init; }

    /// <summary>The cmdlet's name: the file's.</summary>
    public required string Name { get; init; }

    /// <summary>The first paragraph.</summary>
    public required string Synopsis { get; init; }

    /// <summary>The line of the first paragraph, or of the title.</summary>
    public required int SynopsisLine { get; init; }

    /// <summary>The paragraphs of the description.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    /// <summary>The parameters, in the page's order.</summary>
    public required IReadOnlyList<HelpParameter> Parameters { get; init; }

    /// <summary>The line of the heading over the parameters, or of the title.</summary>
    public required int ParametersLine { get; init; }

    /// <summary>The examples.</summary>
    public required IReadOnlyList<HelpExample> Examples { get; init; }

    /// <summary>The line of the heading over the examples, or of the title.</summary>
    public required int ExamplesLine { get; init; }

    /// <summary>The types that the pipeline may bring.</summary>
    public required IReadOnlyList<HelpType> Inputs { get; init; }

    /// <summary>The types that the cmdlet writes.</summary>
    public required IReadOnlyList<HelpType> Outputs { get; init; }

    /// <summary>The line of the heading over the outputs, or of the title.</summary>
    public required int OutputsLine { get; init; }

    /// <summary>The paragraphs of the notes.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The related links.</summary>
    public required IReadOnlyList<HelpLink> Links { get; init; }
}
