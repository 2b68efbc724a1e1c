using System.ComponentModel;
using System.Net.WebSockets;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using ConsulPets.Sandbox.Streaming.Spdy;
using ConsulPets.Sandbox.Streaming.Upgrades;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Streaming.Exec;

/// <summary>Answers <c>…/pods/NAME/exec</c> and <c>…/pods/NAME/attach</c>.</summary>
internal static class ExecAnswer
{
    private const int FileNotFound = 2;

    // As a kubelet waits for them.
    private static readonly TimeSpan StreamsTimeout = TimeSpan.FromSeconds(30);

    private enum Channel
    {
        Stdin,
        Stdout,
        Stderr,
        Error,
        Size,
    }

    /// <summary>Answers it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="runtime">What runs pods.</param>
    /// <param name="attach">Whether the container's own process is meant, and not a new command.</param>
    /// <returns>When the command has ended, or the client has gone.</returns>
    public static async Task RunAsync(HttpContext context, StoredObject pod, IPodRuntime runtime, bool attach)
    {
        var request = ExecRequest.Read(context.Request.Query, needsCommand: !attach);
        string container = PodContainers.Choose(pod, request.Container);
        PodContainers.RequireNode(pod);
        (UpgradeKind kind, string? protocol) = Upgrade.Choose(context, ExecProtocol.OverSpdy, ExecProtocol.OverWebSocket);
        if (!PodContainers.IsRunning(pod, container))
        {
            // A kubelet answers with this text and no Status; kubectl shows it after "unable to upgrade connection:".
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync($"container not found (\"{container}\")\n", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        (IPodCommand? command, string failure) = Start(pod, runtime, container, request, attach);
        try
        {
            Func<ExecStreams, Task> serve = streams => command is null
                ? ExecSession.EndAsync(streams, ExecStatus.NotRun(failure))
                : ExecSession.RunAsync(command, request.Command, streams);
            await (kind == UpgradeKind.Spdy ? OverSpdyAsync(context, protocol, request, serve) : OverWebSocketAsync(context, protocol, request, serve)).ConfigureAwait(false);
        }
        finally
        {
            if (command is not null)
            {
                await command.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // What the runtime refuses is an answer to the request; a program that cannot be started is told to the client as its end, as by a kubelet.
    private static (IPodCommand? Command, string Failure) Start(StoredObject pod, IPodRuntime runtime, string container, ExecRequest request, bool attach)
    {
        try
        {
            return (attach ? new AttachedLog(runtime, pod, container) : runtime.Start(pod, container, request.Command), string.Empty);
        }
        catch (Win32Exception exception) when (exception.NativeErrorCode == FileNotFound)
        {
            return (null, $"failed to exec in container: exec: {GoText.Quote(request.Command[0])}: executable file not found in $PATH");
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return (null, $"failed to exec in container: {exception.Message}");
        }
    }

    private static async Task OverSpdyAsync(HttpContext context, string? protocol, ExecRequest request, Func<ExecStreams, Task> serve)
    {
        Stream transport = await UpgradedConnection.ToSpdyAsync(context, protocol).ConfigureAwait(false);
        await using (transport.ConfigureAwait(false))
        {
            using var connection = new SpdyConnection(transport);
            var collector = new ExecStreamCollector(request, protocol);
            await Upgrade.ServeAsync(
                stop => connection.RunAsync(static _ => true, collector.Add, stop),
                async reading =>
                {
                    if (await AreThereAsync(collector.All, reading).ConfigureAwait(false))
                    {
                        await serve(await collector.All.ConfigureAwait(false)).ConfigureAwait(false);
                    }

                    await connection.GoAwayAsync().ConfigureAwait(false);
                },
                context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static async Task<bool> AreThereAsync(Task streams, Task reading)
    {
        try
        {
            return await Task.WhenAny(streams, reading).WaitAsync(StreamsTimeout).ConfigureAwait(false) == streams;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task OverWebSocketAsync(HttpContext context, string? protocol, ExecRequest request, Func<ExecStreams, Task> serve)
    {
        using WebSocket socket = await UpgradedConnection.ToWebSocketAsync(context, protocol).ConfigureAwait(false);
        using var channels = new ChannelSocket(socket, protocol, Enum.GetValues<Channel>().Length);
        ExecStreams streams = Streams(channels, request, protocol);
        await Upgrade.ServeAsync(
            channels.RunAsync,
            async _ =>
            {
                // Tells the client that it is connected, which some wait for.
                await SayAsync(streams.Stdout ?? streams.Stderr ?? streams.Error).ConfigureAwait(false);
                await serve(streams).ConfigureAwait(false);
                await channels.CloseAsync().ConfigureAwait(false);
            },
            context.RequestAborted).ConfigureAwait(false);
    }

    private static ExecStreams Streams(ChannelSocket channels, ExecRequest request, string? protocol)
    {
        foreach (Channel unread in new[] { Channel.Stdout, Channel.Stderr, Channel.Error, Channel.Size })
        {
            channels[(int)unread].Input.Complete();
        }

        if (!request.Stdin)
        {
            channels[(int)Channel.Stdin].Input.Complete();
        }

        return new ExecStreams(
            channels[(int)Channel.Error],
            request.Stdin ? channels[(int)Channel.Stdin] : null,
            request.Stdout ? channels[(int)Channel.Stdout] : null,
            request.Stderr ? channels[(int)Channel.Stderr] : null,
            request.Terminal,
            ExecProtocol.WantsJson(protocol));
    }

    private static async Task SayAsync(IClientStream stream)
    {
        try
        {
            await stream.WriteAsync(ReadOnlyMemory<byte>.Empty, stream.Gone).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client is gone already; the session sees it too.
        }
    }
}
