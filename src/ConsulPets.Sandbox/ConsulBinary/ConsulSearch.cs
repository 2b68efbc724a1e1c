using System.Runtime.InteropServices;

namespace ConsulPets.Sandbox.ConsulBinaries;

/// <summary>Where a Consul program is looked for: everything that the machine and its user decide.</summary>
internal sealed record ConsulSearch
{
    /// <summary>The program that somebody named; null for none. If it is named, it is that one or none.</summary>
    public string? Given { get; init; }

    /// <summary>The version that is asked for; null for whichever there is, and <see cref="ConsulFinder.DefaultVersion"/> where it has to be downloaded.</summary>
    public string? AskedVersion { get; init; }

    /// <summary>The folders of PATH.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>The folder that keeps what was fetched: a folder for each version in it.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The operating system as release archives name it: <c>linux</c>, <c>windows</c>, <c>darwin</c>; null for one without releases.</summary>
    public required string? OperatingSystem { get; init; }

    /// <summary>The processor as release archives name it: <c>amd64</c>, <c>arm64</c>; null for one without releases.</summary>
    public required string? Processor { get; init; }

    /// <summary>Where HashiCorp publishes Consul; a folder for each version below it.</summary>
    public Uri ReleaseSite { get; init; } = new("https://releases.hashicorp.com/consul/");

    /// <summary>What sends requests; null for one of its own that gives a connection five seconds.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>How long the release site may be silent before it is given up: until an answer begins, and between its parts.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The keys that sign Debian's releases.</summary>
    public string DebianKeyring { get; init; } = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /// <summary>The file name of a Consul program on this system.</summary>
    public string ProgramName => OperatingSystem == "windows" ? "consul.exe" : "consul";

    /// <summary>This machine, as its environment says.</summary>
    /// <param name="given">A program that was named otherwise than through CONSUL_BINARY, and wins over it; null for none.</param>
    /// <returns>The search.</returns>
    public static ConsulSearch OfMachine(string? given = null) => Of(
        given,
        Environment.GetEnvironmentVariable,
        System.OperatingSystem.IsLinux() ? "linux" : System.OperatingSystem.IsWindows() ? "windows" : System.OperatingSystem.IsMacOS() ? "darwin" : null,
        RuntimeInformation.OSArchitecture switch { Architecture.X64 => "amd64", Architecture.Arm64 => "arm64", _ => null },
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify));

    /// <summary>A machine with this environment.</summary>
    /// <param name="given">A program that was named otherwise than through CONSUL_BINARY; null for none.</param>
    /// <param name="variable">Reads an environment variable; null where it is not set.</param>
    /// <param name="operatingSystem">See <see cref="OperatingSystem"/>.</param>
    /// <param name="processor">See <see cref="Processor"/>.</param>
    /// <param name="home">The user's own folder.</param>
    /// <returns>The search.</returns>
    public static ConsulSearch Of(string? given, Func<string, string?> variable, string? operatingSystem, string? processor, string home)
    {
        // An empty variable is no answer, as in the shell's ${NAME:-…}.
        string? Set(string name) => variable(name) is { Length: > 0 } value ? value : null;
        string cache = Set("CONSULPETS_CACHE") ?? Path.Combine(
            operatingSystem switch
            {
                "windows" => Set("LOCALAPPDATA") ?? Path.Combine(home, "AppData", "Local"),
                "darwin" => Path.Combine(home, "Library", "Caches"),
                _ => Set("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"),
            },
            "consulpets");
        return new ConsulSearch
        {
            Given = string.IsNullOrEmpty(given) ? Set("CONSUL_BINARY") : given,
            AskedVersion = Set("CONSULPETS_CONSUL_VERSION"),
            Folders = [.. (Set("PATH") ?? string.Empty).Split(operatingSystem == "windows" ? ';' : ':', StringSplitOptions.RemoveEmptyEntries)],
            CacheFolder = Path.Combine(cache, "consul"),
            OperatingSystem = operatingSystem,
            Processor = processor,
        };
    }

    /// <summary>Finds a program in the folders of PATH.</summary>
    /// <param name="program">The file's name.</param>
    /// <returns>All files of that name, in PATH's order.</returns>
    public IEnumerable<string> OnPath(string program) => Folders.Select(folder => Path.Combine(folder, program)).Where(File.Exists);
}
