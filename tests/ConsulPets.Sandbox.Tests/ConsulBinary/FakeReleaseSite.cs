using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ConsulPets.Sandbox.Tests.ConsulBinaries;

/// <summary>A release site on the loopback.</summary>
internal sealed class FakeReleaseSite : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, byte[]> files = new();
    private readonly ConcurrentQueue<string> requests = new();

    private FakeReleaseSite(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    public IReadOnlyList<string> Requests => [.. requests];

    public static async Task<FakeReleaseSite> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var site = new FakeReleaseSite(builder.Build());
        site.app.Run(site.AnswerAsync);
        await site.app.StartAsync();
        site.Address = new Uri($"{site.app.Urls.First()}/consul/");
        return site;
    }

    /// <summary>Publishes a version for one system.</summary>
    /// <param name="version">The version.</param>
    /// <param name="target">As in linux_amd64.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="checksum">Another checksum than its own; null for its own.</param>
    public void Publish(string version, string target, byte[] archive, string? checksum = null)
    {
        string name = $"consul_{version}_{target}.zip";
        files[$"/consul/{version}/{name}"] = archive;
        files[$"/consul/{version}/consul_{version}_SHA256SUMS"] = Encoding.ASCII.GetBytes(
            $"{new string('0', 64)}  consul_{version}_solaris_amd64.zip\n{checksum ?? Convert.ToHexStringLower(SHA256.HashData(archive))}  {name}\n");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path;
        requests.Enqueue(path);
        if (!files.TryGetValue(path, out byte[]? file))
        {
            context.Response.StatusCode = 404;
            return;
        }

        context.Response.ContentLength = file.Length;
        await context.Response.Body.WriteAsync(file);
    }
}
