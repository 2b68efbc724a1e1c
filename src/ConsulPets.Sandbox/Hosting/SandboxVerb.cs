namespace ConsulPets.Sandbox.Hosting;

/// <summary>What the program is asked to do.</summary>
internal enum SandboxVerb
{
    /// <summary>Say what it can do.</summary>
    Help,

    /// <summary>Run a sandbox until Ctrl-C.</summary>
    Start,

    /// <summary>Play the story.</summary>
    Demo,

    /// <summary>Open a PowerShell prompt in a sandbox.</summary>
    Shell,

    /// <summary>Find, fetch or show the Consul program.</summary>
    Consul,
}
