using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;

namespace ConsulPets.Sandbox.ConsulBinaries;

/// <summary>Consul as HashiCorp publishes it: an archive with one program for each system and processor, and a file with the archives' checksums.</summary>
internal sealed class OfficialRelease
{
    private const int ChecksumsLimit = 1024 * 1024;

    private readonly ConsulSearch search;
    private readonly Action<string> progress;

    /// <summary>Makes it.</summary>
    /// <param name="search">Where it is and what machine it is for.</param>
    /// <param name="progress">Is told what goes on.</param>
    public OfficialRelease(ConsulSearch search, Action<string> progress)
    {
        this.search = search;
        this.progress = progress;
    }

    /// <summary>Where a version is.</summary>
    /// <param name="version">The version.</param>
    /// <returns>The address of its folder.</returns>
    public Uri Site(string version) => new(search.ReleaseSite, $"{version}/");

    /// <summary>Downloads a version's program.</summary>
    /// <param name="version">The version.</param>
    /// <param name="workspace">The folder to put it into.</param>
    /// <param name="shownPlace">Where the user will find it, for the progress text.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The program's path.</returns>
    /// <exception cref="HttpRequestException">The site does not answer, or does not have it.</exception>
    /// <exception cref="TimeoutException">The site is silent.</exception>
    /// <exception cref="InvalidDataException">What came is not what was published.</exception>
    /// <exception cref="IOException">The connection broke, or the folder cannot be written to.</exception>
    public async Task<string> DownloadAsync(string version, string workspace, string shownPlace, CancellationToken cancellationToken)
    {
        if (search.OperatingSystem is null || search.Processor is null)
        {
            throw new InvalidDataException("there is none for this system and processor");
        }

        string archive = $"consul_{version}_{search.OperatingSystem}_{search.Processor}.zip";
        using var client = new HttpClient(search.Handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }, disposeHandler: search.Handler is null)
        {
            // The limits are set call by call: a slow line is no reason to give up, silence is.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        string expected = ChecksumOf(archive, await ReadChecksumsAsync(client, version, cancellationToken).ConfigureAwait(false));
        string file = Path.Combine(workspace, archive);
        byte[] actual = await SaveAsync(client, version, new Uri(Site(version), archive), file, shownPlace, cancellationToken).ConfigureAwait(false);
        if (!Convert.ToHexString(actual).Equals(expected, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"{archive} has another checksum than the one that is published");
        }

        return await UnpackAsync(file, workspace, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds an archive's checksum.</summary>
    /// <param name="archive">The archive's name.</param>
    /// <param name="checksums">The file of checksums: lines of a checksum in hexadecimal and a name.</param>
    /// <returns>The checksum.</returns>
    /// <exception cref="InvalidDataException">There is no such archive.</exception>
    internal static string ChecksumOf(string archive, string checksums) => checksums
        .Split('\n')
        .Select(static line => line.Split([' ', '\t', '\r', '*'], StringSplitOptions.RemoveEmptyEntries))
        .FirstOrDefault(words => words.Length == 2 && words[1] == archive)?[0]
        ?? throw new InvalidDataException($"the release has no {archive}");

    private async Task<string> ReadChecksumsAsync(HttpClient client, string version, CancellationToken cancellationToken)
    {
        using var silence = new Silence(search.SilenceLimit, cancellationToken);
        return await silence.GuardAsync(
            async token =>
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri(Site(version), $"consul_{version}_SHA256SUMS"), HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
                answer.EnsureSuccessStatusCode();
                await answer.Content.LoadIntoBufferAsync(ChecksumsLimit, token).ConfigureAwait(false);
                return await answer.Content.ReadAsStringAsync(token).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    private async Task<byte[]> SaveAsync(HttpClient client, string version, Uri address, string file, string shownPlace, CancellationToken cancellationToken)
    {
        using var silence = new Silence(search.SilenceLimit, cancellationToken);
        return await silence.GuardAsync(
            async token =>
            {
                using HttpResponseMessage answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
                answer.EnsureSuccessStatusCode();
                string size = answer.Content.Headers.ContentLength is { } length ? string.Create(CultureInfo.InvariantCulture, $" ({length / 1e6:0.#} MB)") : string.Empty;
                progress($"downloading consul {version}{size} to {shownPlace}");
                using var checksum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                await using FileStream saved = File.Create(file);
                await using Stream content = await answer.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
                byte[] buffer = new byte[128 * 1024];
                while (await content.ReadAsync(buffer, token).ConfigureAwait(false) is var count and > 0)
                {
                    silence.Broken();
                    checksum.AppendData(buffer, 0, count);
                    await saved.WriteAsync(buffer.AsMemory(0, count), token).ConfigureAwait(false);
                }

                return checksum.GetHashAndReset();
            }).ConfigureAwait(false);
    }

    private async Task<string> UnpackAsync(string file, string workspace, CancellationToken cancellationToken)
    {
        await using ZipArchive archive = await ZipFile.OpenReadAsync(file, cancellationToken).ConfigureAwait(false);
        ZipArchiveEntry entry = archive.GetEntry(search.ProgramName) ?? throw new InvalidDataException($"{Path.GetFileName(file)} has no {search.ProgramName} in it");
        string program = Path.Combine(workspace, search.ProgramName);
        await entry.ExtractToFileAsync(program, overwrite: true, cancellationToken).ConfigureAwait(false);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, ConsulFinder.ProgramMode);
        }

        return program;
    }

    // Ends a transfer when nothing has come for a while.
    private sealed class Silence : IDisposable
    {
        private readonly TimeSpan limit;
        private readonly CancellationToken caller;
        private readonly CancellationTokenSource source;

        public Silence(TimeSpan limit, CancellationToken caller)
        {
            this.limit = limit;
            this.caller = caller;
            source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        }

        public void Broken() => source.CancelAfter(limit);

        public async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> transfer)
        {
            Broken();
            try
            {
                return await transfer(source.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException canceled) when (!caller.IsCancellationRequested)
            {
                throw new TimeoutException("the site does not answer in time", canceled);
            }
        }

        public void Dispose() => source.Dispose();
    }
}
