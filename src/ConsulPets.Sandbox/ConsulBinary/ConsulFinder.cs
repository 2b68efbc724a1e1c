using System.Collections.Concurrent;

namespace ConsulPets.Sandbox.ConsulBinaries;

/// <summary>
/// Finds a Consul program, and is the one place that decides which: one that was named, the machine's, a cached one, the official release, the distribution's package.
/// A program counts only if it runs and says its version.
/// </summary>
internal sealed class ConsulFinder : IDisposable
{
    /// <summary>What is downloaded when nothing else is asked for: the version of the module's default image (<c>PetSetSpecification.DefaultImage</c>).</summary>
    public const string DefaultVersion = "1.21.4";

    /// <summary>The rights of a program that was fetched: everybody's to run, nobody else's to change.</summary>
    internal const UnixFileMode ProgramMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly TimeSpan VersionLimit = TimeSpan.FromSeconds(30);

    private readonly ConsulSearch search;
    private readonly Action<string> progress;
    private readonly ConsulCache cache;
    private readonly OfficialRelease release;
    private readonly DebianPackage package;
    private readonly SemaphoreSlim fetching = new(1);
    private readonly ConcurrentDictionary<(string Path, long Length, DateTime Written), string> versions = new();

    /// <summary>Makes one.</summary>
    /// <param name="search">Where to look.</param>
    /// <param name="progress">Is told what takes long, as text for a user; null when nobody wants to know.</param>
    public ConsulFinder(ConsulSearch search, Action<string>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(search);
        this.search = search;
        this.progress = progress ?? (static _ => { });
        cache = new ConsulCache(search.CacheFolder, search.ProgramName);
        release = new OfficialRelease(search, this.progress);
        package = new DebianPackage(search, this.progress);
    }

    /// <summary>Finds a program, and fetches one when the machine has none.</summary>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The program.</returns>
    /// <exception cref="ConsulNotFoundException">There is none to be had, or the one that was named is none.</exception>
    public async Task<ConsulBinary> FindAsync(CancellationToken cancellationToken = default)
    {
        if (search.Given is not null)
        {
            return await GivenAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new ConsulNotFoundException($"{search.Given} is no Consul program that runs here: it must be a program whose \"version\" says which Consul it is.");
        }

        string? asked = search.AskedVersion is null ? null : ConsulVersion.OfRequest(search.AskedVersion)
            ?? throw new ConsulNotFoundException($"\"{search.AskedVersion}\", which CONSULPETS_CONSUL_VERSION or --version asks for, is no version of Consul: it is written as {DefaultVersion}.");
        if (await OnMachineAsync(asked, cancellationToken).ConfigureAwait(false) is { } there)
        {
            return there;
        }

        await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Whoever held the turn before may have fetched it.
            return await OnMachineAsync(asked, cancellationToken).ConfigureAwait(false) ?? await FetchAsync(asked, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            fetching.Release();
        }
    }

    /// <summary>Finds a program of one exact version: on the machine, else the official release.</summary>
    /// <param name="version">The version, as an image's tag has it: <c>1.21.4</c>.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The program; null when there is none, or when the text is no version.</returns>
    public async Task<ConsulBinary?> FindAsync(string version, CancellationToken cancellationToken = default)
    {
        if (ConsulVersion.OfRequest(version) is not { } asked)
        {
            return null;
        }

        if (await ExactAsync(asked, cancellationToken).ConfigureAwait(false) is { } there)
        {
            return there;
        }

        await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ExactAsync(asked, cancellationToken).ConfigureAwait(false)
                ?? (await DownloadAsync(asked, [], cancellationToken).ConfigureAwait(false) is { } fetched && fetched.Version == asked ? fetched : null);
        }
        finally
        {
            fetching.Release();
        }
    }

    /// <summary>All programs that are on the machine already. Each is run once to learn its version, and then remembered.</summary>
    /// <returns>The named one, those of PATH, the cached ones from the newest on; each file once.</returns>
    public IReadOnlyList<ConsulBinary> Known() => KnownAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Ends it; nobody may be finding any more.</summary>
    public void Dispose() => fetching.Dispose();

    private async Task<IReadOnlyList<ConsulBinary>> KnownAsync(CancellationToken cancellationToken)
    {
        List<ConsulBinary> known = [];
        foreach ((string path, ConsulOrigin origin) in Candidates())
        {
            if (await ProbeAsync(path, origin, cancellationToken).ConfigureAwait(false) is { } binary && known.All(other => other.Path != binary.Path))
            {
                known.Add(binary);
            }
        }

        return known;
    }

    private IEnumerable<(string Path, ConsulOrigin Origin)> Candidates() =>
    [
        .. search.Given is null ? [] : (IEnumerable<(string, ConsulOrigin)>)[(search.Given, ConsulOrigin.Given)],
        .. search.OnPath(search.ProgramName).Select(static path => (path, ConsulOrigin.SearchPath)),
        .. cache.Programs().Select(static path => (path, ConsulOrigin.Cache)),
    ];

    private Task<ConsulBinary?> GivenAsync(CancellationToken cancellationToken) => ProbeAsync(search.Given!, ConsulOrigin.Given, cancellationToken);

    // The first that runs and, where a version is asked for, is of that version.
    private async Task<ConsulBinary?> OnMachineAsync(string? asked, CancellationToken cancellationToken)
    {
        foreach ((string path, ConsulOrigin origin) in Candidates())
        {
            if (await ProbeAsync(path, origin, cancellationToken).ConfigureAwait(false) is { } binary && (asked is null || binary.Version == asked))
            {
                return binary;
            }
        }

        return null;
    }

    // The cache's folder of that version first: it is nearly always that, and no other program needs to be run.
    private async Task<ConsulBinary?> ExactAsync(string asked, CancellationToken cancellationToken) =>
        await ProbeAsync(cache.PathOf(asked), ConsulOrigin.Cache, cancellationToken).ConfigureAwait(false) is { } cached && cached.Version == asked
            ? cached
            : await OnMachineAsync(asked, cancellationToken).ConfigureAwait(false);

    private async Task<ConsulBinary> FetchAsync(string? asked, CancellationToken cancellationToken)
    {
        List<string> tried = [.. WhatIsNotThere(asked)];
        if (await DownloadAsync(asked ?? DefaultVersion, tried, cancellationToken).ConfigureAwait(false) is { } downloaded)
        {
            return downloaded;
        }

        if (asked is not null and not DebianPackage.Version)
        {
            tried.Add($"Debian's package (it is {DebianPackage.Version}, and {asked} is asked for)");
        }
        else if (await FetchIntoCacheAsync("Debian's package", ConsulOrigin.DistributionPackage, package.FetchAsync, tried, cancellationToken).ConfigureAwait(false) is { } unpacked)
        {
            return unpacked;
        }

        throw new ConsulNotFoundException(tried);
    }

    private IEnumerable<string> WhatIsNotThere(string? asked)
    {
        string what = asked is null ? "that runs" : $"{asked} that runs";
        yield return "CONSUL_BINARY (not set)";
        yield return $"PATH (no {search.ProgramName} {what})";
        yield return $"the cache {cache.Folder} (none {what})";
    }

    private Task<ConsulBinary?> DownloadAsync(string version, List<string> tried, CancellationToken cancellationToken) => FetchIntoCacheAsync(
        $"the official release {version} at {release.Site(version)}",
        ConsulOrigin.OfficialRelease,
        (workspace, token) => release.DownloadAsync(version, workspace, cache.PathOf(version), token),
        tried,
        cancellationToken);

    private async Task<ConsulBinary?> FetchIntoCacheAsync(
        string what, ConsulOrigin origin, Func<string, CancellationToken, Task<string>> fetch, List<string> tried, CancellationToken cancellationToken)
    {
        try
        {
            using ConsulCache.Workspace workspace = cache.MakeWorkspace();
            string program = await fetch(workspace.Path, cancellationToken).ConfigureAwait(false);
            ConsulBinary fetched = await ProbeAsync(program, origin, cancellationToken).ConfigureAwait(false)
                ?? throw new IOException("its program does not run here");
            return fetched with { Path = cache.Adopt(program, fetched.Version) };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException or TimeoutException or UnauthorizedAccessException)
        {
            tried.Add($"{what} ({failure.Message.TrimEnd('.')})");
            progress($"not to be had: {tried[^1]}");
            return null;
        }
    }

    private async Task<ConsulBinary?> ProbeAsync(string path, ConsulOrigin origin, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileInfo(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (!file.Exists)
            {
                return null;
            }

            (string FullName, long Length, DateTime LastWriteTimeUtc) key = (file.FullName, file.Length, file.LastWriteTimeUtc);
            if (!versions.TryGetValue(key, out string? version))
            {
                CommandResult said = await new CommandLine(file.FullName, ["version"], VersionLimit).RunAsync(cancellationToken).ConfigureAwait(false);
                version = said.ExitCode == 0 ? ConsulVersion.OfOutput(said.Output) : null;
                if (version is null)
                {
                    return null;
                }

                versions[key] = version;
            }

            return new ConsulBinary(version, file.FullName, origin);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return null;
        }
    }
}
