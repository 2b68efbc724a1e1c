using System.Globalization;
using System.Reflection;

namespace ConsulPets.Benchmarks;

/// <summary>What to measure, how often, and with what.</summary>
internal static class Settings
{
    /// <summary>How many runs of a process count.</summary>
    public static int Runs { get; private set; } = 7;

    /// <summary>The one group of rows to measure; null for all.</summary>
    public static string? Only { get; private set; }

    /// <summary>The cluster; null when there is none.</summary>
    public static string? KubeConfig { get; private set; } = Variable("CONSULPETS_TEST_KUBECONFIG");

    /// <summary>A folder of this run, deleted at its end.</summary>
    public static string Scratch { get; } = Path.Combine(Path.GetTempPath(), FormattableString.Invariant($"consulpets-benchmarks-{Environment.ProcessId}"));

    /// <summary>The module's manifest.</summary>
    public static string Manifest { get; } = Path.Combine(Metadata("RepositoryRoot"), "ConsulPets.psd1");

    /// <summary>The manifest of the module that it is compared with.</summary>
    public static string FloorManifest { get; } = Metadata("FloorModule");

    /// <summary>The sandbox's program.</summary>
    public static string Sandbox { get; } = Metadata("Sandbox");

    /// <summary>How long objects churn on the sandbox.</summary>
    public static TimeSpan Churn { get; private set; } = TimeSpan.FromMinutes(10);

    /// <summary>The compiler that makes ReadyToRun images.</summary>
    public static string Crossgen2 { get; } = Metadata("Crossgen2") + (OperatingSystem.IsWindows() ? ".exe" : string.Empty);

    /// <summary>The consul program; null when there is none.</summary>
    public static string? Consul { get; } = FindConsul();

    /// <summary>Reads the command line.</summary>
    /// <param name="arguments">The command line.</param>
    public static void Read(string[] arguments)
    {
        for (int index = 0; index < arguments.Length; index += 2)
        {
            string value = index + 1 < arguments.Length ? arguments[index + 1] : throw new ArgumentException($"{arguments[index]} needs a value");
            switch (arguments[index])
            {
                case "--runs":
                    Runs = Math.Clamp(int.Parse(value, CultureInfo.InvariantCulture), 1, 50);
                    break;
                case "--only":
                    Only = value;
                    break;
                case "--minutes":
                    Churn = TimeSpan.FromMinutes(Math.Clamp(double.Parse(value, CultureInfo.InvariantCulture), 0.1, 60));
                    break;
                case "--kubeconfig":
                    KubeConfig = Path.GetFullPath(value);
                    break;
                default:
                    throw new ArgumentException($"no such option: {arguments[index]} (there are --runs N, --only clients|import|first|members|sets|wait|sandbox|churn, --minutes N, --kubeconfig FILE)");
            }
        }
    }

    private static string Metadata(string key) =>
        typeof(Settings).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    // Where it was named, on PATH, or where tests/cluster keeps it.
    private static string? FindConsul()
    {
        string cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "consulpets", "consul");
        IEnumerable<string> onPath = (Variable("PATH") ?? string.Empty).Split(Path.PathSeparator).Select(static folder => Path.Combine(folder, "consul"));
        IEnumerable<string> cached = Directory.Exists(cache) ? Directory.EnumerateFiles(cache, "consul", SearchOption.AllDirectories) : [];
        return Variable("CONSULPETS_TEST_CONSUL") ?? onPath.Concat(cached).FirstOrDefault(File.Exists);
    }
}
