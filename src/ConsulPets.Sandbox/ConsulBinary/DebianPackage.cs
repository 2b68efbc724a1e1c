namespace ConsulPets.Sandbox.ConsulBinaries;

/// <summary>
/// Consul out of Debian's package, on a machine that has apt. Needs no root and touches none of the machine's lists: apt works in folders of its own, on one source,
/// and checks signatures and checksums as ever.
/// </summary>
internal sealed class DebianPackage
{
    /// <summary>The last release of Debian that has Consul.</summary>
    public const string Release = "bullseye";

    /// <summary>The version that it has.</summary>
    public const string Version = "1.8.7";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly ConsulSearch search;
    private readonly Action<string> progress;

    /// <summary>Makes it.</summary>
    /// <param name="search">The machine.</param>
    /// <param name="progress">Is told what goes on.</param>
    public DebianPackage(ConsulSearch search, Action<string> progress)
    {
        this.search = search;
        this.progress = progress;
    }

    /// <summary>Fetches the package and unpacks it; it is not installed, which would bring a user and a service.</summary>
    /// <param name="workspace">The folder to work in.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The program's path.</returns>
    /// <exception cref="IOException">The machine has no apt, apt names no Debian mirror, or a command failed.</exception>
    /// <exception cref="TimeoutException">A command took too long.</exception>
    public async Task<string> FetchAsync(string workspace, CancellationToken cancellationToken)
    {
        string apt = Tool("apt-get");
        string unpacker = Tool("dpkg-deb");
        if (!File.Exists(search.DebianKeyring))
        {
            throw new IOException($"there is no {search.DebianKeyring} to check its signature with");
        }

        progress($"fetching Debian's consul package ({Release})");
        string mirror = await MirrorAsync(apt, workspace, cancellationToken).ConfigureAwait(false);
        string configuration = WriteConfiguration(workspace, mirror);
        await RunAsync(apt, ["-c", configuration], ["update"], workspace, cancellationToken).ConfigureAwait(false);
        await RunAsync(apt, ["-c", configuration, "-o", "Acquire::Retries=3"], ["download", "consul"], workspace, cancellationToken).ConfigureAwait(false);
        string package = Directory.EnumerateFiles(workspace, "consul_*.deb").FirstOrDefault() ?? throw new IOException("apt-get said that it had downloaded the package, but there is none");
        string unpacked = Path.Combine(workspace, "unpacked");
        await RunAsync(unpacker, [], ["-x", package, unpacked], workspace, cancellationToken).ConfigureAwait(false);
        string program = Path.Combine(unpacked, "usr", "bin", "consul");
        return File.Exists(program) ? program : throw new IOException("the package has no usr/bin/consul");
    }

    /// <summary>apt's configuration for a look into another release.</summary>
    /// <param name="folder">The folder to work in.</param>
    /// <returns>The text.</returns>
    // The machine's hooks (indexes of file names and the like) are not for this; and an old release's date of validity has passed while its signature still counts.
    // Error-Mode: a mirror that cannot be reached is else only a warning.
    internal static string Configuration(string folder) => $"""
        #clear APT::Update::Post-Invoke-Success;
        #clear APT::Update::Post-Invoke;
        Dir::Etc::SourceList "{folder}/sources.list";
        Dir::Etc::SourceParts "/dev/null";
        {PrivateFolders(folder)}
        Acquire::Check-Valid-Until "false";

        """;

    // What keeps apt away from the machine's own state, and from waiting long for a network that is not there.
    private static string PrivateFolders(string folder) => $"""
        Dir::State::Lists "{folder}/lists";
        Dir::Cache "{folder}/apt-cache";
        APT::Sandbox::User "root";
        APT::Update::Error-Mode "any";
        Acquire::Languages "none";
        Acquire::Retries "0";
        Acquire::http::Timeout "5";
        Acquire::https::Timeout "5";
        """;

    private string Tool(string name) => search.OperatingSystem == "linux" && search.OnPath(name).FirstOrDefault() is { } tool
        ? tool
        : throw new IOException($"this machine has no {name}");

    // The mirror that the machine is set up with, so that proxies and local mirrors are used as its owner wants it. apt knows a source's label only from lists: a machine
    // that has none (a container image) gets them first, in a folder of ours.
    private static async Task<string> MirrorAsync(string apt, string workspace, CancellationToken cancellationToken)
    {
        if (await ListMirrorsAsync(apt, [], workspace, cancellationToken).ConfigureAwait(false) is { } mirror)
        {
            return mirror;
        }

        string folder = MakeFolders(Path.Combine(workspace, "machine"));
        string configuration = Path.Combine(folder, "apt.conf");
        await File.WriteAllTextAsync(configuration, PrivateFolders(folder), cancellationToken).ConfigureAwait(false);
        await RunAsync(apt, ["-c", configuration], ["update"], workspace, cancellationToken).ConfigureAwait(false);
        return await ListMirrorsAsync(apt, ["-c", configuration], workspace, cancellationToken).ConfigureAwait(false)
            ?? throw new IOException("apt's configuration names no Debian mirror");
    }

    private static async Task<string?> ListMirrorsAsync(string apt, string[] options, string workspace, CancellationToken cancellationToken)
    {
        CommandResult result = await RunAsync(
            apt, options, ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Label: Debian", "Component: main"], workspace, cancellationToken).ConfigureAwait(false);
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    private string WriteConfiguration(string workspace, string mirror)
    {
        MakeFolders(workspace);
        File.WriteAllText(Path.Combine(workspace, "sources.list"), $"deb [signed-by={search.DebianKeyring}] {mirror} {Release} main\n");
        string file = Path.Combine(workspace, "apt.conf");
        File.WriteAllText(file, Configuration(workspace));
        return file;
    }

    private static string MakeFolders(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "lists", "partial"));
        Directory.CreateDirectory(Path.Combine(folder, "apt-cache", "archives", "partial"));
        return folder;
    }

    private static async Task<CommandResult> RunAsync(string program, string[] options, string[] arguments, string workspace, CancellationToken cancellationToken)
    {
        CommandResult result = await new CommandLine(program, [.. options, .. arguments], Limit, workspace).RunAsync(cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? result : throw new IOException($"{Path.GetFileName(program)} {arguments[0]} failed: {FirstProblem(result.Error)}");
    }

    // apt begins its errors and warnings so; the first tells the cause, the last only that something failed.
    private static string FirstProblem(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault(static line => line.StartsWith("E: ", StringComparison.Ordinal) || line.StartsWith("W: ", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "it said nothing";
    }
}
