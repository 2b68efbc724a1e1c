using System.Runtime.CompilerServices;
using System.Text.Json;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using ConsulPets.Sandbox.Streaming.Exec;
using ConsulPets.Sandbox.Streaming.Logs;
using ConsulPets.Sandbox.Streaming.PortForward;
using ConsulPets.Sandbox.Streaming.Proxy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ConsulPets.Sandbox.Streaming;

/// <summary>The paths under a pod that are streams rather than objects: <c>log</c>, <c>exec</c>, <c>attach</c>, <c>portforward</c>, <c>proxy</c>.</summary>
public static class PodStreams
{
    // Proxies keep connections to pods, and live as long as what runs the pods.
    private static readonly ConditionalWeakTable<IPodRuntime, PodProxy> Proxies = [];

    /// <summary>Answers such a request. Refusals are answered here too, as <c>Status</c> objects; when the client goes away, or the server stops, it just ends.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What it means.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="runtime">What runs pods.</param>
    /// <returns>When it is answered.</returns>
    public static async Task AnswerAsync(HttpContext context, RequestInfo request, StoredObject pod, IPodRuntime runtime)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(runtime);
        LiftLimits(context);

        // A stream may have no end of its own: it is to end with the server too, which would wait for it otherwise.
        CancellationToken gone = context.RequestAborted;
        CancellationToken stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(gone, stopping);
        context.RequestAborted = over.Token;
        try
        {
            await (request.Subresource switch
            {
                "log" => LogAnswer.WriteAsync(context, pod, runtime),
                "exec" => ExecAnswer.RunAsync(context, pod, runtime, attach: false),
                "attach" => ExecAnswer.RunAsync(context, pod, runtime, attach: true),
                "portforward" => PortForwardAnswer.RunAsync(context, pod, runtime),
                "proxy" => Proxies.GetValue(runtime, static owner => new PodProxy(owner)).AnswerAsync(context, request, pod),
                _ => throw new ApiException(StatusCodes.Status404NotFound, "NotFound", "the server could not find the requested resource"),
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The client has gone, or the server is going.
            context.Abort();
        }
        catch (ApiException refusal) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, refusal).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ApiException && context.Response.HasStarted)
        {
            // Too late to say why: the client must see that it is not whole.
            context.Abort();
        }
        finally
        {
            context.RequestAborted = gone;
        }
    }

    /// <summary>Closes the connections that are kept to a runtime's pods. To be called when it is shut down and no request is under way.</summary>
    /// <param name="runtime">What ran the pods.</param>
    public static void Release(IPodRuntime runtime)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        if (Proxies.TryGetValue(runtime, out PodProxy? proxy))
        {
            Proxies.Remove(runtime);
            proxy.Dispose();
        }
    }

    // Streams may be long and slow: a snapshot that is restored, a log that is read page by page, a query that waits for ten minutes.
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } requestRate)
        {
            requestRate.MinDataRate = null;
        }

        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } responseRate)
        {
            responseRate.MinDataRate = null;
        }
    }

    private static async Task RefuseAsync(HttpContext context, ApiException refusal)
    {
        context.Response.StatusCode = refusal.Code;
        context.Response.ContentType = "application/json";
        byte[] status = JsonSerializer.SerializeToUtf8Bytes(refusal.ToStatus(), JsonText.Options);
        context.Response.ContentLength = status.Length;
        await context.Response.Body.WriteAsync(status, context.RequestAborted).ConfigureAwait(false);
    }
}
