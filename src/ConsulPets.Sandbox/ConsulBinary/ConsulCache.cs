namespace ConsulPets.Sandbox.ConsulBinaries;

/// <summary>
/// The folder of fetched programs: <c>&lt;version&gt;/consul</c>. A program is made elsewhere in the folder and moved to its place in one step, so several processes may
/// fetch at once: the last one's program stays, and each is whole.
/// </summary>
internal sealed class ConsulCache
{
    // Longer than any fetch takes: such a workspace's owner has crashed.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly string folder;
    private readonly string programName;

    /// <summary>Makes it.</summary>
    /// <param name="folder">The folder; made when something is put there.</param>
    /// <param name="programName">The program's file name on this system.</param>
    public ConsulCache(string folder, string programName)
    {
        this.folder = Path.GetFullPath(folder);
        this.programName = programName;
    }

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>Where a version's program is, if it is there.</summary>
    /// <param name="version">The version.</param>
    /// <returns>The path.</returns>
    public string PathOf(string version) => Path.Combine(folder, version, programName);

    /// <summary>The programs that are there, the newest version first. Whether they run is another question.</summary>
    /// <returns>Their paths.</returns>
    public IReadOnlyList<string> Programs()
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateDirectories()
                .Select(static entry => entry.Name)
                .Where(static name => char.IsAsciiDigit(name[0]))
                .OrderDescending(ConsulVersion.Order)
                .Select(PathOf)
                .Where(File.Exists)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>A folder to fetch into, on the same file system as the programs. Those that crashed runs left are removed.</summary>
    /// <returns>The folder, to be disposed of.</returns>
    public Workspace MakeWorkspace()
    {
        Directory.CreateDirectory(folder);
        foreach (DirectoryInfo left in new DirectoryInfo(folder).EnumerateDirectories(".fetch-*").Where(static left => left.LastWriteTimeUtc < DateTime.UtcNow - Abandoned))
        {
            Workspace.Remove(left.FullName);
        }

        return new Workspace(Directory.CreateDirectory(Path.Combine(folder, $".fetch-{Path.GetRandomFileName()}")).FullName);
    }

    /// <summary>Puts a program into its place.</summary>
    /// <param name="program">The program, in a workspace.</param>
    /// <param name="version">The version that it says it is.</param>
    /// <returns>Its path from now on.</returns>
    public string Adopt(string program, string version)
    {
        string place = PathOf(version);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        try
        {
            File.Move(program, place, overwrite: true);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException && OperatingSystem.IsWindows() && File.Exists(place))
        {
            // Windows does not replace a program that runs: one that another finder has put there runs already.
        }

        return place;
    }

    /// <summary>A folder that is gone when it is disposed of.</summary>
    /// <param name="path">The folder.</param>
    internal sealed class Workspace(string path) : IDisposable
    {
        /// <summary>The folder.</summary>
        public string Path { get; } = path;

        /// <summary>Removes it.</summary>
        public void Dispose() => Remove(Path);

        internal static void Remove(string path)
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception left) when (left is IOException or UnauthorizedAccessException)
            {
                // Gone already, or a virus scanner holds a file: the next day's fetch tries again.
            }
        }
    }
}
