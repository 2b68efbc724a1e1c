using System.Text;

namespace ConsulPets.Sandbox.Pods;

/// <summary>A command that runs in a container.</summary>
/// <param name="process">Its process.</param>
internal sealed class PodCommand(ContainerProcess process) : IPodCommand
{
    /// <inheritdoc/>
    public Stream Input => process.Input;

    /// <inheritdoc/>
    public Stream Output => process.Output;

    /// <inheritdoc/>
    public Stream Error => process.Error;

    /// <inheritdoc/>
    public Task<int> ExitCode => process.Exit;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}

/// <summary>A command that could not be started: it says why, and ends as a container runtime's would.</summary>
/// <param name="why">The sentence.</param>
internal sealed class FailedCommand(string why) : IPodCommand
{
    /// <inheritdoc/>
    public Stream Input { get; } = Stream.Null;

    /// <inheritdoc/>
    public Stream Output { get; } = Stream.Null;

    /// <inheritdoc/>
    public Stream Error { get; } = new MemoryStream(Encoding.UTF8.GetBytes(why + "\n"), writable: false);

    /// <inheritdoc/>
    public Task<int> ExitCode { get; } = Task.FromResult(126);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Error.DisposeAsync();
}
