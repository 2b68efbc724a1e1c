using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Tables;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Answers <c>get</c> and <c>list</c>.</summary>
internal sealed class ReadHandler
{
    // What is written goes out in pieces of about this size, so that a long list is never held twice.
    private const long FlushBytes = 64 * 1024;

    private readonly ObjectRegistry registry;
    private readonly ListReader lists;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    /// <param name="lists">Reads lists.</param>
    public ReadHandler(ObjectRegistry registry, ListReader lists)
    {
        this.registry = registry;
        this.lists = lists;
    }

    /// <summary>Answers with an object.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public Task GetAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ObjectView view = call.View(registry.Clock);
        StoredObject item = registry.Find(call.Kind, call.Request.Namespace, call.Request.Name) ?? throw ApiException.NotFound(call.Kind, call.Request.Name);
        return ApiResponse.WriteAsync(call.Http, 200, view.Show(item));
    }

    /// <summary>Answers with a list.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public Task ListAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ObjectView view = call.View(registry.Clock);
        ListPage page = lists.Read(call.Kind, call.Request.Namespace, ListOptions.Read(call.Kind, call.Query));
        return view.Form switch
        {
            AnswerForm.Table => ApiResponse.WriteAsync(call.Http, 200, TableWriter.Table(view, page.Items, TableWriter.Metadata(page), true)),
            AnswerForm.Metadata => WriteListAsync(call, "PartialObjectMetadataList", "meta.k8s.io/v1", page, view),
            _ => WriteListAsync(call, $"{call.Kind.Kind}List", call.Kind.ApiVersion(call.Version), page, view),
        };
    }

    /// <summary>Writes a list, each object as it is stored.</summary>
    /// <param name="call">The request.</param>
    /// <param name="kindName">The list's kind.</param>
    /// <param name="apiVersion">The list's version.</param>
    /// <param name="page">The objects.</param>
    /// <param name="view">How they are shown.</param>
    /// <returns>When it is written.</returns>
    public static async Task WriteListAsync(ApiCall call, string kindName, string apiVersion, ListPage page, ObjectView view)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(view);
        ApiResponse.Begin(call.Http, 200);
        if (Microsoft.AspNetCore.Http.HttpMethods.IsHead(call.Http.Request.Method))
        {
            return;
        }

        PipeWriter writer = call.Http.Response.BodyWriter;
        JsonObject head = new() { ["kind"] = kindName, ["apiVersion"] = apiVersion, ["metadata"] = TableWriter.Metadata(page) };
        byte[] start = JsonSerializer.SerializeToUtf8Bytes(head, JsonText.Options);
        writer.Write(start.AsSpan(..^1));
        writer.Write(",\"items\":["u8);
        bool isFirst = true;
        foreach (StoredObject item in page.Items)
        {
            if (!isFirst)
            {
                writer.Write(","u8);
            }

            isFirst = false;
            writer.Write(view.Show(item).Span);
            if (writer.UnflushedBytes > FlushBytes)
            {
                await writer.FlushAsync(call.Http.RequestAborted).ConfigureAwait(false);
            }
        }

        writer.Write("]}"u8);
        await writer.FlushAsync(call.Http.RequestAborted).ConfigureAwait(false);
    }
}
