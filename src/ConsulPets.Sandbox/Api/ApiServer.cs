using System.Net;
using ConsulPets.Sandbox.Api.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ConsulPets.Sandbox.Api;

/// <summary>The API server: HTTPS on 127.0.0.1 and nowhere else.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    // Enough for a request that is just being answered; watches and streams are ended before.
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(2);

    private readonly WebApplication application;
    private readonly CancellationTokenSource stopping;

    private ApiServer(WebApplication application, CancellationTokenSource stopping, ServiceAccountTokens tokens, Uri address)
    {
        this.application = application;
        this.stopping = stopping;
        Tokens = tokens;
        Address = address;
    }

    /// <summary>Where it listens: <c>https://127.0.0.1:PORT</c>.</summary>
    public Uri Address { get; }

    /// <summary>Issues service accounts' tokens, as nodes do for the pods that they start.</summary>
    public ServiceAccountTokens Tokens { get; }

    /// <summary>Starts one. The default roles are there when it has started.</summary>
    /// <param name="settings">What it stands on.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The server, listening.</returns>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ApiServer> StartAsync(ApiServerSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        DefaultRoles.Ensure(settings.Registry);

        // Without the usual builder's configuration files, environment and logging: nothing of them is wanted, and it starts in a fraction of the time.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ApiServer).Assembly.GetName().Name });
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = ShutdownTime);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options => Configure(options, settings));
        WebApplication application = builder.Build();
        var stopping = new CancellationTokenSource();
        var tokens = new ServiceAccountTokens(settings.Registry, settings.Certificates);
        var requests = new RequestHandler(settings, tokens, stopping.Token);
        application.Run(requests.AnswerAsync);
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            stopping.Dispose();
            throw;
        }

        string address = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return new ApiServer(application, stopping, tokens, new Uri(address));
    }

    /// <summary>Ends it: open watches and streams end, then the port is free.</summary>
    /// <returns>When it has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await application.StopAsync().ConfigureAwait(false);
        await application.DisposeAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    private static void Configure(KestrelServerOptions options, ApiServerSettings settings)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = null;

        // An open exec or watch may be silent for hours.
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;

        // A command to run stands in the address, and may be long: Go's servers take a megabyte of headers.
        options.Limits.MaxRequestLineSize = 1024 * 1024;
        options.Limits.MaxRequestBufferSize = 2 * 1024 * 1024;
        options.Limits.MaxRequestHeadersTotalSize = 1024 * 1024;
        options.Limits.MaxConcurrentConnections = null;

        // A client's watches all share one connection, and none of them ends.
        options.Limits.Http2.MaxStreamsPerConnection = 1000;
        options.Listen(IPAddress.Loopback, settings.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = settings.Certificates.Server,
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,

                // A certificate of somebody else's is no reason to hang up: the request is answered with 401.
                ClientCertificateValidation = static (_, _, _) => true,
            });
        });
    }
}
