namespace ConsulPets.Sandbox.ConsulBinaries;

/// <summary>There is no Consul program to be had. The message says what was tried and what to do.</summary>
internal sealed class ConsulNotFoundException : Exception
{
    /// <summary>The named program is no Consul program; nothing else was tried, since somebody wants that one.</summary>
    /// <param name="message">What is wrong with it.</param>
    public ConsulNotFoundException(string message)
        : base(message)
    {
    }

    /// <summary>Nothing that was tried gave one.</summary>
    /// <param name="tried">What was tried and why it gave none, in order.</param>
    public ConsulNotFoundException(IReadOnlyList<string> tried)
        : base($"No Consul program was found. Tried: {string.Join("; ", tried)}. Set CONSUL_BINARY to the path of a Consul program, or install consul so that it is on PATH.")
    {
    }
}
