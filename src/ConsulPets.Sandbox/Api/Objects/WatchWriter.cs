using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Tables;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Writes the events of one watch.</summary>
internal sealed class WatchWriter
{
    private const long FlushBytes = 64 * 1024;

    private readonly ApiCall call;
    private readonly ObjectView view;
    private readonly ListOptions options;
    private readonly PipeWriter writer;
    private bool hasColumns;

    /// <summary>Makes one.</summary>
    /// <param name="call">The request.</param>
    /// <param name="view">How objects are shown.</param>
    /// <param name="options">What is wanted.</param>
    public WatchWriter(ApiCall call, ObjectView view, ListOptions options)
    {
        ArgumentNullException.ThrowIfNull(call);
        this.call = call;
        this.view = view;
        this.options = options;
        writer = call.Http.Response.BodyWriter;
    }

    /// <summary>Sends the headers at once: clients wait for them before they do what is to be watched.</summary>
    /// <returns>When they are sent.</returns>
    public async Task StartAsync()
    {
        ApiResponse.Begin(call.Http, 200);
        await call.Http.Response.StartAsync(call.Http.RequestAborted).ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Writes an object that was there when the watch began.</summary>
    /// <param name="item">The object.</param>
    /// <returns>When it is written.</returns>
    public ValueTask WriteInitialAsync(StoredObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return options.Matches(item.Json) ? WriteAsync("ADDED"u8, Show(item).Span) : ValueTask.CompletedTask;
    }

    /// <summary>Writes a change, as this watch sees it: what enters its view was added, what leaves it was deleted.</summary>
    /// <param name="change">The change.</param>
    /// <returns>When it is written.</returns>
    public ValueTask WriteChangeAsync(Change change)
    {
        ArgumentNullException.ThrowIfNull(change);
        bool was = change.Before is not null && options.Matches(change.Before.Json);
        bool isIn = change.Kind != ChangeKind.Deleted && options.Matches(change.After.Json);
        return (was, isIn) switch
        {
            (false, true) => WriteAsync("ADDED"u8, Show(change.After).Span),
            (true, true) => WriteAsync("MODIFIED"u8, Show(change.After).Span),
            (true, false) => WriteAsync("DELETED"u8, Show(change.Kind == ChangeKind.Deleted ? change.After : AsItLeft(change)).Span),
            _ => ValueTask.CompletedTask,
        };
    }

    /// <summary>Writes the revision that the watch has reached.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="endsInitialEvents">Whether this is the end of what was there when the watch began.</param>
    /// <returns>When it is sent.</returns>
    public async Task WriteBookmarkAsync(long revision, bool endsInitialEvents)
    {
        JsonObject metadata = new() { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (endsInitialEvents)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        JsonObject bookmark = view.Form switch
        {
            AnswerForm.Table => TableWriter.Table(view, [], TableWriter.Metadata(revision.ToString(CultureInfo.InvariantCulture), null, null), false),
            AnswerForm.Metadata => new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata },
            _ => new JsonObject { ["kind"] = view.Kind.Kind, ["apiVersion"] = view.Kind.ApiVersion(view.Version), ["metadata"] = metadata },
        };
        await WriteAsync("BOOKMARK"u8, JsonSerializer.SerializeToUtf8Bytes(bookmark, JsonText.Options)).ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Writes why the watch cannot go on.</summary>
    /// <param name="refusal">The reason.</param>
    /// <returns>When it is sent.</returns>
    public async Task WriteErrorAsync(ApiException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        await WriteAsync("ERROR"u8, JsonSerializer.SerializeToUtf8Bytes(refusal.ToStatus(), JsonText.Options)).ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Sends what was written.</summary>
    /// <returns>When it is sent.</returns>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    public async ValueTask FlushAsync()
    {
        FlushResult flushed = await writer.FlushAsync(call.Http.RequestAborted).ConfigureAwait(false);
        if (flushed.IsCompleted)
        {
            throw new OperationCanceledException("The client went away.");
        }
    }

    // As k8s.io/apiserver shows it (storage/cacher): as it was while it was in view, with the revision that took it out.
    private static StoredObject AsItLeft(Change change)
    {
        JsonObject json = change.Before!.Copy();
        json.Make("metadata")["resourceVersion"] = change.After.Revision.ToString(CultureInfo.InvariantCulture);
        return new StoredObject(change.After.Key, json, change.After.Revision);
    }

    private ReadOnlyMemory<byte> Show(StoredObject item)
    {
        ReadOnlyMemory<byte> shown = view.Show(item, !hasColumns);
        hasColumns = true;
        return shown;
    }

    private ValueTask WriteAsync(ReadOnlySpan<byte> type, ReadOnlySpan<byte> json)
    {
        writer.Write("{\"type\":\""u8);
        writer.Write(type);
        writer.Write("\",\"object\":"u8);
        writer.Write(json);
        writer.Write("}\n"u8);
        return writer.UnflushedBytes > FlushBytes ? FlushAsync() : ValueTask.CompletedTask;
    }
}
