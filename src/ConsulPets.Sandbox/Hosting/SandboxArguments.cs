namespace ConsulPets.Sandbox.Hosting;

/// <summary>The command line, understood.</summary>
/// <param name="Verb">What to do.</param>
internal sealed record SandboxArguments(SandboxVerb Verb)
{
    /// <summary>--folder; null for one that the verb chooses.</summary>
    public string? Folder { get; init; }

    /// <summary>--port; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>--nodes.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>--consul; null to have the program found.</summary>
    public string? ConsulProgram { get; init; }

    /// <summary>--kubeconfig: where the kubeconfig is written too; null for nowhere else.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>--quiet: nothing but the kubeconfig's path on standard output.</summary>
    public bool Quiet { get; init; }

    /// <summary>--until-input-ends: standard input's end is the sandbox's, so that it never outlives the program that started it.</summary>
    public bool UntilInputEnds { get; init; }

    /// <summary>--pause: Enter is waited for between the steps of the story.</summary>
    public bool Pause { get; init; }

    /// <summary>What follows the verb `consul`: for its own command line.</summary>
    public IReadOnlyList<string> Rest { get; init; } = [];
}
