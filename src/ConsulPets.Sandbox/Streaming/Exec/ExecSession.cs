using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Streaming.Exec;

/// <summary>Carries what a client and a command say to each other, until one of them ends. The command does not outlive the client.</summary>
internal sealed class ExecSession
{
    // As shells tell that a key stopped a program: 128 and the signal's number.
    private const int Interrupted = 130;

    private readonly IPodCommand command;
    private readonly ExecStreams streams;
    private readonly TaskCompletionSource interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ExecSession(IPodCommand command, ExecStreams streams)
    {
        this.command = command;
        this.streams = streams;
    }

    /// <summary>Carries it.</summary>
    /// <param name="command">The command, running. It is disposed of here.</param>
    /// <param name="arguments">What was started.</param>
    /// <param name="streams">The client's streams. All are ended here.</param>
    /// <returns>When the end has been told, or nobody listens any more.</returns>
    public static Task RunAsync(IPodCommand command, IReadOnlyList<string> arguments, ExecStreams streams) => new ExecSession(command, streams).RunAsync(arguments);

    /// <summary>Tells how it ended, and ends all streams.</summary>
    /// <param name="streams">The client's streams.</param>
    /// <param name="status">A <c>Status</c> object.</param>
    /// <returns>When it is told, or nobody listens any more.</returns>
    public static async Task EndAsync(ExecStreams streams, JsonObject status)
    {
        foreach (IClientStream output in new[] { streams.Stdout, streams.Stderr }.OfType<IClientStream>())
        {
            await output.CompleteAsync().ConfigureAwait(false);
        }

        // Before v4 the end was a sentence, and success was silence.
        string text = streams.WantsJson ? status.ToJsonString(JsonText.Options) : status.Text("message") ?? string.Empty;
        if (text.Length > 0)
        {
            await WriteAsync(streams.Error, Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);
        }

        await streams.Error.CompleteAsync().ConfigureAwait(false);
        if (streams.Stdin is not null)
        {
            await streams.Stdin.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static async Task<bool> WriteAsync(IClientStream stream, ReadOnlyMemory<byte> data)
    {
        try
        {
            await stream.WriteAsync(data, stream.Gone).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task RunAsync(IReadOnlyList<string> arguments)
    {
        Task outputs = Task.WhenAll(
            CopyOutputAsync(command.Output, streams.Stdout),
            CopyOutputAsync(command.Error, streams.IsTerminal ? streams.Stdout : streams.Stderr));
        Task input = CopyInputAsync();
        int? exitCode = null;
        try
        {
            exitCode = await WaitAsync().ConfigureAwait(false);
            if (exitCode != Interrupted || !interrupted.Task.IsCompleted)
            {
                // What the command started may go on writing; a real kubelet waits for that too.
                await outputs.WaitAsync(streams.Error.Gone).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (streams.Error.Gone.IsCancellationRequested)
        {
            // The client is gone: nobody to tell.
        }
        finally
        {
            // First, since it ends reads and writes that cannot be cancelled.
            await command.DisposeAsync().ConfigureAwait(false);
            streams.Stdin?.Input.CancelPendingRead();
            await Task.WhenAll(outputs, input).ConfigureAwait(false);
        }

        if (exitCode is not null)
        {
            await EndAsync(streams, ExecStatus.Ended(exitCode.Value, arguments)).ConfigureAwait(false);
        }
    }

    private async Task<int> WaitAsync()
    {
        CancellationToken gone = streams.Error.Gone;
        Task first = await Task.WhenAny(command.ExitCode, interrupted.Task).WaitAsync(gone).ConfigureAwait(false);
        return first == command.ExitCode ? await command.ExitCode.ConfigureAwait(false) : Interrupted;
    }

    private async Task CopyOutputAsync(Stream output, IClientStream? target)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            // What nobody wants is read all the same: the command would wait otherwise.
            bool isWanted = target is not null;
            while (true)
            {
                int length = await output.ReadAsync(buffer, streams.Error.Gone).ConfigureAwait(false);
                if (length == 0)
                {
                    return;
                }

                if (isWanted)
                {
                    isWanted = await WriteAsync(target!, streams.IsTerminal ? TerminalInput.Show(buffer.AsSpan(0, length)) : buffer.AsMemory(0, length)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The command has been ended, or the client is gone.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task CopyInputAsync()
    {
        try
        {
            if (streams.Stdin is { } stdin)
            {
                await CopyInputAsync(stdin.Input).ConfigureAwait(false);
            }

            await command.Input.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The command takes no more.
        }
        finally
        {
            // What still comes is thrown away, so that it does not hold up the connection.
            if (streams.Stdin is not null)
            {
                await streams.Stdin.Input.CompleteAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task CopyInputAsync(PipeReader input)
    {
        var terminal = new TerminalInput();
        while (true)
        {
            ReadResult read = await input.ReadAsync(streams.Error.Gone).ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> part in read.Buffer)
            {
                if (!streams.IsTerminal)
                {
                    await command.Input.WriteAsync(part, streams.Error.Gone).ConfigureAwait(false);
                }
                else if (!await TypeAsync(terminal, part).ConfigureAwait(false))
                {
                    return;
                }
            }

            await command.Input.FlushAsync(streams.Error.Gone).ConfigureAwait(false);
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                return;
            }
        }
    }

    private async Task<bool> TypeAsync(TerminalInput terminal, ReadOnlyMemory<byte> keys)
    {
        List<byte> toProgram = [];
        List<byte> toScreen = [];
        TerminalRequest request = terminal.Take(keys.Span, toProgram, toScreen);
        if (streams.Stdout is not null && toScreen.Count > 0)
        {
            await WriteAsync(streams.Stdout, toScreen.ToArray()).ConfigureAwait(false);
        }

        await command.Input.WriteAsync(toProgram.ToArray(), streams.Error.Gone).ConfigureAwait(false);
        if (request == TerminalRequest.Interrupt)
        {
            interrupted.TrySetResult();
        }

        return request == TerminalRequest.None;
    }

    private static bool IsEnd(Exception exception) => exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
