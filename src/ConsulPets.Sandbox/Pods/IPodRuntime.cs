using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What the API does with a pod that runs: reads its log, runs a command in it, talks to its ports. Refusals are <see cref="Api.ApiException"/>.</summary>
public interface IPodRuntime
{
    /// <summary>Opens a connection to one of a pod's TCP ports.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="port">The port that its process listens on.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">Nothing listens there.</exception>
    Task<Stream> ConnectAsync(StoredObject pod, int port, CancellationToken cancellationToken);

    /// <summary>Reads a container's log, as lines that end with a line feed.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="request">What of it.</param>
    /// <param name="cancellationToken">Ends following.</param>
    /// <returns>The lines, in UTF-8, with their time in front where that was asked for.</returns>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(StoredObject pod, LogRequest request, CancellationToken cancellationToken);

    /// <summary>Starts a command in a container.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container; null for the only or first one.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <returns>The command, running.</returns>
    IPodCommand Start(StoredObject pod, string? container, IReadOnlyList<string> command);
}

/// <summary>What of a log is wanted.</summary>
/// <param name="Container">The container; null for the only or first one.</param>
/// <param name="Follow">Whether to go on as lines are written, until the container ends.</param>
/// <param name="TailLines">Only that many of the last lines; null for all.</param>
/// <param name="LimitBytes">At most that many bytes; null for all.</param>
/// <param name="Since">Only lines after this moment; null for all.</param>
/// <param name="Timestamps">Whether each line begins with its time.</param>
/// <param name="Previous">The log of the container before its last restart.</param>
public sealed record LogRequest(
    string? Container = null, bool Follow = false, int? TailLines = null, long? LimitBytes = null, DateTimeOffset? Since = null, bool Timestamps = false, bool Previous = false);

/// <summary>A command that runs in a container.</summary>
public interface IPodCommand : IAsyncDisposable
{
    /// <summary>What is written here the command reads; dispose of it to end its input.</summary>
    Stream Input { get; }

    /// <summary>Its standard output.</summary>
    Stream Output { get; }

    /// <summary>Its standard error.</summary>
    Stream Error { get; }

    /// <summary>Its exit code, once it has ended.</summary>
    Task<int> ExitCode { get; }
}
