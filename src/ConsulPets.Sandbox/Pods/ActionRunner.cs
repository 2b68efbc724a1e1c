using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What came of a probe or hook.</summary>
/// <param name="IsSuccess">Whether it succeeded.</param>
/// <param name="Output">What it said, as an event shows it.</param>
/// <param name="ExitCode">A command's exit code; 0 for other actions.</param>
internal sealed record ActionResult(bool IsSuccess, string Output, int ExitCode = 0);

/// <summary>Carries out what probes and hooks ask for: a command, an HTTP request, a connection, a pause.</summary>
internal sealed class ActionRunner
{
    private const int LongestOutput = 10 * 1024;

#pragma warning disable CA5359 // Probes trust every certificate, as the kubelet's do: they carry no secret, and ask for health alone.
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
#pragma warning restore CA5359

    private readonly JsonObject container;
    private readonly PodAddress address;
    private readonly ContainerSetup setup;
    private readonly Func<ProcessPlan, Task<ContainerProcess>> start;
    private readonly TimeProvider clock;

    /// <summary>Makes one for a container that runs.</summary>
    /// <param name="container">The container.</param>
    /// <param name="address">The pod's addresses.</param>
    /// <param name="setup">What its commands are started with.</param>
    /// <param name="start">Starts a process of the pod.</param>
    /// <param name="clock">The time.</param>
    public ActionRunner(JsonObject container, PodAddress address, ContainerSetup setup, Func<ProcessPlan, Task<ContainerProcess>> start, TimeProvider clock)
    {
        this.container = container;
        this.address = address;
        this.setup = setup;
        this.start = start;
        this.clock = clock;
    }

    /// <summary>Carries out an action.</summary>
    /// <param name="action">The probe, or the hook.</param>
    /// <param name="cancellationToken">Ends it: its time is over.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="OperationCanceledException">Its time is over.</exception>
    public async Task<ActionResult> RunAsync(JsonObject action, CancellationToken cancellationToken) => action switch
    {
        _ when action.Part("exec") is { } exec => await ExecuteAsync([.. exec.Texts("command")], cancellationToken).ConfigureAwait(false),
        _ when action.Part("httpGet") is { } get => await GetAsync(get, cancellationToken).ConfigureAwait(false),
        _ when action.Part("tcpSocket") is { } tcp => await DialAsync(tcp, cancellationToken).ConfigureAwait(false),
        _ when action.Part("sleep") is { } sleep => await SleepAsync(sleep.Number("seconds") ?? 0, cancellationToken).ConfigureAwait(false),
        _ when action.ContainsKey("grpc") => new ActionResult(false, "this sandbox has no gRPC probes"),
        _ => new ActionResult(false, "missing probe handler"),
    };

    /// <summary>The address of an HTTP action.</summary>
    /// <param name="get">Its <c>httpGet</c>.</param>
    /// <param name="container">The container, whose ports it may name.</param>
    /// <param name="host">The pod's address.</param>
    /// <returns>The URL; null when the port is not known.</returns>
    public static Uri? Address(JsonObject get, JsonObject container, string host)
    {
        string? named = get.Text("host");
        string target = named is null or "localhost" or "127.0.0.1" or "0.0.0.0" ? host : named;
        string path = get.Text("path") is { Length: > 0 } given ? given : "/";
        return Port(get["port"], container) is { } port
            && Uri.TryCreate(string.Create(CultureInfo.InvariantCulture, $"{(get.Text("scheme") ?? "HTTP").ToLowerInvariant()}://{target}:{port}{(path.StartsWith('/') ? path : "/" + path)}"), UriKind.Absolute, out Uri? address)
            ? address
            : null;
    }

    private static int? Port(JsonNode? port, JsonObject container) => port.Number() is { } number
        ? (int)number
        : port.Text() is { } name
            ? int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int digits) ? digits : (int?)container.Items("ports").FirstOrDefault(item => item.Text("name") == name).Number("containerPort")
            : null;

    private async Task<ActionResult> SleepAsync(long seconds, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), clock, cancellationToken).ConfigureAwait(false);
        return new ActionResult(true, string.Empty);
    }

    private async Task<ActionResult> DialAsync(JsonObject tcp, CancellationToken cancellationToken)
    {
        if (Port(tcp["port"], container) is not { } port)
        {
            return new ActionResult(false, $"couldn't find port: {tcp["port"]?.ToJsonString()}");
        }

        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(address.Hidden, port), cancellationToken).ConfigureAwait(false);
            return new ActionResult(true, string.Empty);
        }
        catch (SocketException exception)
        {
            return new ActionResult(false, $"dial tcp {address.Visible}:{port}: connect: {Words(exception)}");
        }
    }

    private async Task<ActionResult> GetAsync(JsonObject get, CancellationToken cancellationToken)
    {
        if (Address(get, container, address.Hidden.ToString()) is not { } url)
        {
            return new ActionResult(false, $"couldn't find port: {get["port"]?.ToJsonString()}");
        }

        string shown = url.ToString().Replace(address.Hidden.ToString(), address.Visible.ToString(), StringComparison.Ordinal);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.ConnectionClose = true;
            request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.31");
            foreach (JsonObject header in get.Items("httpHeaders"))
            {
                request.Headers.TryAddWithoutValidation(header.Text("name") ?? string.Empty, header.Text("value") ?? string.Empty);
            }

            using HttpResponseMessage response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            int status = (int)response.StatusCode;
            return status is >= 200 and < 400 ? new ActionResult(true, string.Empty) : new ActionResult(false, $"HTTP probe failed with statuscode: {status}");
        }
        catch (HttpRequestException exception)
        {
            string why = exception.InnerException is SocketException socket ? $"dial tcp {address.Visible}:{url.Port}: connect: {Words(socket)}" : "EOF";
            return new ActionResult(false, $"Get \"{shown}\": {why}");
        }
    }

    private static string Words(SocketException exception) => exception.SocketErrorCode == SocketError.ConnectionRefused ? "connection refused" : exception.Message;

    private async Task<ActionResult> ExecuteAsync(string[] command, CancellationToken cancellationToken)
    {
        (ProcessPlan? plan, string? missing) = setup.Command(command);
        bool lacksTools = command is ["sh" or "/bin/sh", ..] && plan is not null && ProbeCommand.Parse(command) is not null
            && ProcessLauncher.Find("wget", plan.Environment["PATH"]) is null && ProcessLauncher.Find("curl", plan.Environment["PATH"]) is null;
        if (plan is null || lacksTools)
        {
            return ProbeCommand.Parse([.. command.Select(word => LocalAddresses.Replace(word, address.Hidden.ToString()))]) is { } ask
                ? await AskAsync(ask, cancellationToken).ConfigureAwait(false)
                : new ActionResult(false, $"OCI runtime exec failed: exec failed: unable to start container process: exec: \"{missing}\": executable file not found in $PATH: unknown", 126);
        }

        try
        {
            await using ContainerProcess process = await start(plan).ConfigureAwait(false);
            process.Input.Close();
            using CancellationTokenRegistration end = cancellationToken.Register(process.Kill);
            var output = new MemoryStream();
            await Task.WhenAll(ReadAsync(process.Output, output), ReadAsync(process.Error, output)).ConfigureAwait(false);
            int code = await process.Exit.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return new ActionResult(code == 0, Encoding.UTF8.GetString(output.ToArray()), code);
        }
        catch (Win32Exception exception)
        {
            return new ActionResult(false, exception.Message, 126);
        }
    }

    private static async Task ReadAsync(Stream stream, MemoryStream output)
    {
        byte[] buffer = new byte[1024];
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
            {
                lock (output)
                {
                    output.Write(buffer, 0, (int)Math.Min(count, Math.Max(0, LongestOutput - output.Length)));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It was killed.
        }
    }

    private static async Task<ActionResult> AskAsync(ProbeCommand ask, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await Http.GetAsync(ask.Address, cancellationToken).ConfigureAwait(false);
            string body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            bool isSuccess = ask.Accepts(response.IsSuccessStatusCode, body);
            return new ActionResult(isSuccess, isSuccess ? body : string.Empty, isSuccess ? 0 : 1);
        }
        catch (HttpRequestException)
        {
            return new ActionResult(false, string.Empty, 1);
        }
    }
}
