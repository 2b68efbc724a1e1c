using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using ConsulPets.Sandbox.Streaming.Upgrades;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace ConsulPets.Sandbox.Streaming.Proxy;

/// <summary>Answers <c>…/pods/NAME/proxy/…</c>: passes requests on to a pod. One for each runtime, since it keeps connections.</summary>
internal sealed class PodProxy : IDisposable
{
    private static readonly HttpRequestOptionsKey<StoredObject> PodKey = new("pod");

    private readonly SocketsHttpHandler handler;
    private readonly HttpMessageInvoker client;

    /// <summary>Makes one.</summary>
    /// <param name="runtime">What runs pods, and connects to them.</param>
    [SuppressMessage("Security", "CA5359", Justification = "As the real API server: pods' certificates are their own, and the connections to them do not leave the cluster.")]
    public PodProxy(IPodRuntime runtime)
    {
        handler = new SocketsHttpHandler
        {
            ConnectCallback = (connection, cancellationToken) => ConnectAsync(runtime, connection, cancellationToken),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };

        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        client = new HttpMessageInvoker(handler);
    }

    /// <summary>Passes a request on.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What it means.</param>
    /// <param name="pod">The pod.</param>
    /// <returns>When it is answered.</returns>
    public async Task AnswerAsync(HttpContext context, RequestInfo request, StoredObject pod)
    {
        PodAddress address = PodAddress.Parse(request.Name) ?? throw ApiException.BadRequest($"invalid pod request {GoText.Quote(request.Name)}");
        string podAddress = pod.Json.Text("status", "podIP") is { Length: > 0 } ip ? ip : throw ApiException.BadRequest("address not allowed");
        var path = ProxyPath.Of(context, request);
        bool isUpgrade = UpgradeOffer.Of(context).Kind != UpgradeKind.None;
        if (path.Rest.Length == 0 && !isUpgrade && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            // Without the slash, a page's relative links would lead out of the proxy (https://github.com/kubernetes/kubernetes/issues/4958).
            context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            context.Response.Headers.Location = $"{path.Prefix}/{context.Request.QueryString.Value}";
            return;
        }

        int port = address.Resolve(pod);
        string authority = string.Create(CultureInfo.InvariantCulture, $"{(podAddress.Contains(':', StringComparison.Ordinal) ? $"[{podAddress}]" : podAddress)}:{port}");
        using HttpRequestMessage message = MakeRequest(context, path, pod, address, port, isUpgrade);
        using HttpResponseMessage response = await SendAsync(message, authority, context.RequestAborted).ConfigureAwait(false);
        CopyHead(context, response, path.Prefix, authority);
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            await JoinAsync(context, response).ConfigureAwait(false);
        }
        else
        {
            await CopyBodyAsync(context, response).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }

    // The pool is by name and port, and the name is the pod's uid: a pod that takes another's place never gets its connections. Those of a pod that is gone break with its processes.
    private static HttpRequestMessage MakeRequest(HttpContext context, ProxyPath path, StoredObject pod, PodAddress address, int port, bool isUpgrade)
    {
        HttpRequest request = context.Request;
        string target = $"{(path.Rest.Length == 0 ? "/" : path.Rest)}{request.QueryString.Value}";
        string url = string.Create(CultureInfo.InvariantCulture, $"{(address.IsSecure ? "https" : "http")}://{PoolName(pod)}:{port}{target}");

        // Dots and escapes are for the pod to understand.
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } && !isUpgrade)
        {
            message.Content = new ForwardedBody(context);
        }
        else if (request.ContentLength == 0 && !isUpgrade)
        {
            message.Content = new ByteArrayContent([]);
        }

        foreach ((string name, StringValues values) in request.Headers)
        {
            if (ProxyHeaders.IsForPod(name, request.Headers.Connection) && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                && !message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        if (isUpgrade)
        {
            message.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            message.Headers.TryAddWithoutValidation("Upgrade", request.Headers.Upgrade.ToString());
        }

        message.Headers.Host = request.Host.Value;
        if (context.Connection.RemoteIpAddress is { } client)
        {
            message.Headers.TryAddWithoutValidation("X-Forwarded-For", (client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client).ToString());
        }

        message.Headers.Remove("X-Forwarded-Uri");
        message.Headers.TryAddWithoutValidation("X-Forwarded-Uri", path.Prefix + path.Rest);
        message.Options.Set(PodKey, pod);
        return message;
    }

    private static string PoolName(StoredObject pod) => pod.Uid.Length > 0 ? pod.Uid : pod.Name;

    private static async ValueTask<Stream> ConnectAsync(IPodRuntime runtime, SocketsHttpConnectionContext connection, CancellationToken cancellationToken)
    {
        connection.InitialRequestMessage.Options.TryGetValue(PodKey, out StoredObject? pod);
        return await runtime.ConnectAsync(pod!, connection.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
    }

    private static void CopyHead(HttpContext context, HttpResponseMessage response, string prefix, string authority)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        if (context.Features.Get<IHttpResponseFeature>() is { } feature)
        {
            feature.ReasonPhrase = response.ReasonPhrase;
        }

        var connection = new StringValues([.. response.Headers.Connection]);
        bool isUpgrade = response.StatusCode == HttpStatusCode.SwitchingProtocols;
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (ProxyHeaders.IsForClient(name, connection) || (isUpgrade && name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase)))
            {
                context.Response.Headers[name] = new StringValues([.. values]);
            }
        }

        if (context.Response.Headers.Location.ToString() is { Length: > 0 } location)
        {
            context.Response.Headers.Location = ProxyHeaders.Redirect(location, prefix, authority, context.Request.Host.Value ?? string.Empty);
        }
    }

    private static async Task CopyBodyAsync(HttpContext context, HttpResponseMessage response)
    {
        CancellationToken aborted = context.RequestAborted;
        byte[] buffer = new byte[16 * 1024];
        try
        {
            Stream body = await response.Content.ReadAsStreamAsync(aborted).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                while (true)
                {
                    ValueTask<int> next = body.ReadAsync(buffer, aborted);
                    if (!next.IsCompleted && !context.Response.HasStarted)
                    {
                        // An answer whose body comes later is seen to have begun. This ends by itself when the client goes; to leave here would leave a read under way.
                        await context.Response.Body.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                    }

                    int length = await next.ConfigureAwait(false);
                    if (length == 0)
                    {
                        return;
                    }

                    await context.Response.Body.WriteAsync(buffer.AsMemory(0, length), aborted).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // The pod broke off. Too late for a Status: the client must see that it is not whole.
            context.Abort();
        }
    }

    private static async Task JoinAsync(HttpContext context, HttpResponseMessage response)
    {
        context.Response.Headers.Connection = "Upgrade";
        Stream pod = await response.Content.ReadAsStreamAsync(context.RequestAborted).ConfigureAwait(false);
        Stream client = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await using (pod.ConfigureAwait(false))
        {
            // Either side's end is the end, as with the real API server.
            Task[] both = [CopyAsync(pod, client, over.Token), CopyAsync(client, pod, over.Token)];
            await Task.WhenAny(both).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(both).ConfigureAwait(false);
        }
    }

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            int length;
            while ((length = await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
                await to.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Ends the other direction too.
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, string authority, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw exception.InnerException as ApiException ?? PodAddress.Unreachable(Problem(exception, authority));
        }
    }

    private static string Problem(HttpRequestException exception, string authority) => exception switch
    {
        { InnerException: SocketException socket } when exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => GoText.Dial(socket, authority),
        { HttpRequestError: HttpRequestError.ResponseEnded } => "EOF",
        { HttpRequestError: HttpRequestError.InvalidResponse } => "net/http: HTTP/1.x transport connection broken: malformed HTTP response",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "http: server gave HTTP response to HTTPS client",
        { InnerException: IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset } } } => "read: connection reset by peer",
        _ => exception.Message,
    };
}
