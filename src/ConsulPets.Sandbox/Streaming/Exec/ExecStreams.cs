namespace ConsulPets.Sandbox.Streaming.Exec;

/// <summary>A client's streams to a command.</summary>
/// <param name="Error">Takes how the command ended.</param>
/// <param name="Stdin">Sends input; null when there is none.</param>
/// <param name="Stdout">Takes standard output; null when it is not wanted.</param>
/// <param name="Stderr">Takes standard error; null when it is not wanted, or comes with standard output.</param>
/// <param name="IsTerminal">Whether the client shows output on a terminal that does nothing by itself: no line feed goes back to the first column, no key is shown.</param>
/// <param name="WantsJson">Whether the end is told as a <c>Status</c> object, as from <c>v4</c> on, and not as a sentence.</param>
internal sealed record ExecStreams(IClientStream Error, IClientStream? Stdin, IClientStream? Stdout, IClientStream? Stderr, bool IsTerminal, bool WantsJson);
