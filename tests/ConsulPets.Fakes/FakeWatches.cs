using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Fakes;

/// <summary>The watches that clients have open. One with nothing to say stays open until the client leaves.</summary>
public sealed class FakeWatches
{
    private readonly Lock gate = new();
    private readonly List<(string Path, Channel<string> Lines)> open = [];
    private readonly List<string> opened = [];
    private TaskCompletionSource another = New();

    /// <summary>Sends an event to all watches of a resource: <c>pods</c>.</summary>
    public void Push(string plural, string type, JsonNode item) =>
        PushLine(plural, new JsonObject { ["type"] = type, ["object"] = item.DeepClone() }.ToJsonString());

    /// <summary>Sends a line as it is.</summary>
    public void PushLine(string plural, string line)
    {
        foreach ((string path, Channel<string> lines) in Copy())
        {
            if (path.EndsWith("/" + plural, StringComparison.Ordinal))
            {
                lines.Writer.TryWrite(line);
            }
        }
    }

    /// <summary>Waits until as many watches of a resource have been opened since the start: what is pushed then arrives.</summary>
    public async Task OpenedAsync(string plural, int count = 1)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (opened.Count(path => path.EndsWith("/" + plural, StringComparison.Ordinal)) >= count)
                {
                    return;
                }

                next = another.Task;
            }

            await next.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>Ends all watches that are open now, as the server does when their time is over.</summary>
    public void EndAll()
    {
        foreach ((_, Channel<string> lines) in Copy())
        {
            lines.Writer.TryComplete();
        }
    }

    internal async Task ServeAsync(FakeRequest request, HttpContext context)
    {
        var lines = Channel.CreateUnbounded<string>();
        (string, Channel<string>) entry = (request.Path, lines);
        lock (gate)
        {
            open.Add(entry);
            opened.Add(request.Path);
            another.SetResult();
            another = New();
        }

        try
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await foreach (string line in lines.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(line + "\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        finally
        {
            lock (gate)
            {
                open.Remove(entry);
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private (string Path, Channel<string> Lines)[] Copy()
    {
        lock (gate)
        {
            return [.. open];
        }
    }
}
