using System.Security.Cryptography;
using System.Text;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What an image is to a sandbox that has no containers.</summary>
internal enum ImageKind
{
    /// <summary>The official image of Consul: a Consul program and the image's entry point.</summary>
    Consul,

    /// <summary>A small system: commands are those of the machine.</summary>
    Machine,

    /// <summary>Does nothing, without a process.</summary>
    Pause,
}

/// <summary>An image that can be run.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Program">The Consul program; null for other images.</param>
/// <param name="Id">As a container's status names it.</param>
internal sealed record Image(ImageKind Kind, string? Program, string Id);

/// <summary>The outcome of looking for an image.</summary>
/// <param name="Image">The image; null when it could not be had.</param>
/// <param name="Problem">Why not, as a container runtime words it; null when it could.</param>
/// <param name="WasPresent">Whether it was there already and nothing had to be brought.</param>
internal sealed record ImageOutcome(Image? Image, string? Problem, bool WasPresent);

/// <summary>
/// The images that a sandbox knows. A Consul image's tag names the version of the program that is run: exactly (<c>1.8.7</c>), as a rebuild (<c>1.8.7-b</c>), or as the
/// newest (<c>latest</c>, or none). Versions that are not on the machine may be brought.
/// </summary>
internal sealed class ImageCatalogue
{
    private static readonly string[] ConsulRepositories = ["hashicorp/consul", "library/consul"];
    private static readonly string[] Systems = ["busybox", "alpine", "debian", "ubuntu"];

    private readonly Lock gate = new();
    private readonly Dictionary<string, string> programs;
    private readonly Func<string, Task<string?>>? find;

    /// <summary>Makes one.</summary>
    /// <param name="programs">The Consul programs on the machine: version and path.</param>
    /// <param name="find">Brings another version and gives its path, or null when there is none; null when nothing is to be brought.</param>
    public ImageCatalogue(IEnumerable<(string Version, string Path)> programs, Func<string, Task<string?>>? find = null)
    {
        this.programs = programs.ToDictionary(static program => program.Version, static program => program.Path, StringComparer.Ordinal);
        this.find = find;
    }

    /// <summary>The repository and tag of an image's name, as a container runtime completes it.</summary>
    /// <param name="name">The name in a manifest.</param>
    /// <returns>Registry, repository and tag; the tag is null when the name has none.</returns>
    public static (string Registry, string Repository, string? Tag) Parse(string name)
    {
        string rest = name.Split('@', 2)[0];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string registry = "docker.io";
        if (slash > 0 && (rest[..slash].AsSpan().IndexOfAny('.', ':') >= 0 || rest[..slash] == "localhost"))
        {
            registry = rest[..slash] == "index.docker.io" ? "docker.io" : rest[..slash];
            rest = rest[(slash + 1)..];
        }

        string? tag = null;
        if (rest.LastIndexOf(':') is var colon and > 0)
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
        }

        return (registry, registry == "docker.io" && !rest.Contains('/', StringComparison.Ordinal) ? $"library/{rest}" : rest, tag);
    }

    /// <summary>Whether an image's name means the official image of Consul.</summary>
    /// <param name="name">The name in a manifest.</param>
    /// <returns>True when it does.</returns>
    public static bool IsConsul(string name) => Parse(name) is var (registry, repository, _) && registry == "docker.io" && ConsulRepositories.Contains(repository);

    /// <summary>Finds an image, bringing it when it is not there.</summary>
    /// <param name="name">The name in a manifest.</param>
    /// <param name="mayPull">Whether it may be brought (<c>imagePullPolicy</c>).</param>
    /// <returns>The outcome.</returns>
    public async Task<ImageOutcome> FindAsync(string name, bool mayPull)
    {
        (string registry, string repository, string? tag) = Parse(name);
        string last = repository[(repository.LastIndexOf('/') + 1)..];
        if (last is "pause" or "pause-amd64" or "mirrored-pause")
        {
            return Found(ImageKind.Pause, null, true);
        }

        if (registry == "docker.io" && repository.StartsWith("library/", StringComparison.Ordinal) && Systems.Contains(last))
        {
            return Found(ImageKind.Machine, null, true);
        }

        if (!IsConsul(name))
        {
            return Missing();
        }

        if (Known(tag) is { } program)
        {
            return Found(ImageKind.Consul, program, true);
        }

        string? brought = mayPull && find is not null && tag is not (null or "latest") ? await BringAsync(tag).ConfigureAwait(false) : null;
        return brought is null ? Missing() : Found(ImageKind.Consul, brought, false);

        ImageOutcome Found(ImageKind kind, string? path, bool wasPresent) => new(new Image(kind, path, $"{registry}/{repository}@sha256:{Digest($"{repository}:{tag ?? "latest"}")}"), null, wasPresent);

        ImageOutcome Missing()
        {
            string full = $"{registry}/{repository}:{tag ?? "latest"}";
            return new ImageOutcome(
                null, $"rpc error: code = NotFound desc = failed to pull and unpack image \"{full}\": failed to resolve reference \"{full}\": {full}: not found", false);
        }
    }

    // A rebuild is the same program in another image, by which a rolling update can be tried with one version.
    private static string VersionOf(string tag) => tag.Split('-', 2)[0];

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private string? Known(string? tag)
    {
        lock (gate)
        {
            return tag is null or "latest"
                ? programs.OrderByDescending(static program => Version.TryParse(VersionOf(program.Key), out Version? version) ? version : new Version(0, 0)).FirstOrDefault().Value
                : programs.GetValueOrDefault(tag) ?? programs.GetValueOrDefault(VersionOf(tag));
        }
    }

    private async Task<string?> BringAsync(string tag)
    {
        string version = VersionOf(tag);
        string? path = await find!(version).ConfigureAwait(false);
        if (path is not null)
        {
            lock (gate)
            {
                programs[version] = path;
            }
        }

        return path;
    }
}
