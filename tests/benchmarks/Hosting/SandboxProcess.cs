extern alias FullClient;

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FullClient::k8s;

namespace ConsulPets.Benchmarks.Hosting;

/// <summary>A sandbox in a process of its own, and a connection to it.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private readonly Process process;
    private readonly Kubernetes client;

    private SandboxProcess(Process process, string kubeConfig)
    {
        this.process = process;
        KubeConfig = kubeConfig;
        client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeConfig));
    }

    /// <summary>Its kubeconfig.</summary>
    public string KubeConfig { get; }

    /// <summary>What of the machine's memory it holds, in MiB.</summary>
    public double MemoryMebibytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>Starts one, and waits until it is ready.</summary>
    public static async Task<SandboxProcess> StartAsync()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Settings.Scratch, Guid.NewGuid().ToString("N"))).FullName;
        Process process = Process.Start(new ProcessStartInfo("dotnet", [Settings.Sandbox, "start", "--quiet", "--until-input-ends", "--folder", folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using var deadline = new CancellationTokenSource(Longest);
        return new SandboxProcess(process, await process.StandardOutput.ReadLineAsync(deadline.Token) ?? throw new InvalidOperationException("the sandbox did not start"));
    }

    /// <summary>Reads a path; gives what came.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, null, CancellationToken.None);
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return document.RootElement.Clone();
    }

    /// <summary>Reads a path, and only counts its bytes.</summary>
    public async Task<int> ReadAsync(string path)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, null, CancellationToken.None);
        return (await response.Content.ReadAsByteArrayAsync()).Length;
    }

    /// <summary>Creates an object.</summary>
    public async Task CreateAsync(string path, string json) => (await SendAsync(HttpMethod.Post, path, json, CancellationToken.None)).Dispose();

    /// <summary>Deletes an object.</summary>
    public async Task DeleteAsync(string path) => (await SendAsync(HttpMethod.Delete, path, null, CancellationToken.None)).Dispose();

    /// <summary>Opens a watch, and reads lines of it until one is wanted.</summary>
    public async Task WatchAsync(string path, Func<JsonElement, bool> isWanted)
    {
        using var deadline = new CancellationTokenSource(Longest);
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, null, deadline.Token);
        using Stream stream = await response.Content.ReadAsStreamAsync(deadline.Token);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (isWanted(document.RootElement))
            {
                return;
            }
        }

        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"the watch of {path} ended"));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Longest);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(client.BaseUri, path));
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        await client.Credentials.ProcessHttpRequestAsync(request, cancellationToken);
        HttpResponseMessage response = await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        return response;
    }
}
