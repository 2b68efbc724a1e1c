using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// Follows the contract of the official image's entry point (hashicorp/docker-consul, docker-entrypoint.sh) and sees to it that an agent keeps to its pod's addresses.
/// </summary>
internal static class ConsulProgram
{
    /// <summary>Where the image keeps the agent's data.</summary>
    public const string DataFolder = "/consul/data";

    /// <summary>Where the image keeps the agent's configuration.</summary>
    public const string ConfigFolder = "/consul/config";

    // A word that is none of Consul's commands is a program of its own to the entry point. (Commands of Consul up to 1.20.)
    private static readonly HashSet<string> Commands = new(StringComparer.Ordinal)
    {
        "acl", "agent", "catalog", "config", "connect", "debug", "event", "exec", "force-leave", "info", "intention", "join", "keygen", "keyring", "kv", "leave", "lock", "login",
        "logout", "maint", "members", "monitor", "operator", "partition", "peering", "reload", "resource", "rtt", "services", "snapshot", "tls", "troubleshoot", "validate", "version", "watch",
    };

    /// <summary>What the entry point makes of its arguments.</summary>
    /// <param name="arguments">The container's <c>args</c>; none means the image's own, <c>agent -dev -client 0.0.0.0</c>.</param>
    /// <returns>The program and its arguments, with the container's paths. The program <c>consul</c> means the image's Consul.</returns>
    public static IReadOnlyList<string> EntryPoint(IReadOnlyList<string> arguments) => arguments.ToArray() switch
    {
        [] => EntryPoint(["agent", "-dev", "-client", "0.0.0.0"]),
        ["agent", .. var rest] => ["consul", "agent", $"-data-dir={DataFolder}", $"-config-dir={ConfigFolder}", .. rest],
        [var first, ..] when first.StartsWith('-') || Commands.Contains(first) => ["consul", .. arguments],
        _ => arguments,
    };

    /// <summary>The command line of a container of the image.</summary>
    /// <param name="command">The container's <c>command</c>; empty for the image's entry point.</param>
    /// <param name="arguments">The container's <c>args</c>.</param>
    /// <returns>The program and its arguments.</returns>
    public static IReadOnlyList<string> CommandLine(IReadOnlyList<string> command, IReadOnlyList<string> arguments) => command.ToArray() switch
    {
        [] => EntryPoint(arguments),
        [var script, .. var rest] when script == "docker-entrypoint.sh" || script.EndsWith("/docker-entrypoint.sh", StringComparison.Ordinal) => EntryPoint([.. rest, .. arguments]),
        _ => [.. command, .. arguments],
    };

    /// <summary>Whether a program's name means the image's Consul.</summary>
    /// <param name="program">The name, or the path in the image.</param>
    /// <returns>True when it does.</returns>
    public static bool IsConsul(string program) => program is "consul" or "/bin/consul" or "/usr/bin/consul" or "/usr/local/bin/consul";

    /// <summary>
    /// Binds an agent to its pod's addresses. The last of two flags counts, and flags count more than files: so these win. What the manifest says about binding
    /// (<c>0.0.0.0</c>, the pod's address) means "this pod" there, and that is what it means here.
    /// </summary>
    /// <param name="arguments">Consul's arguments; what is no <c>agent</c> stays as it is.</param>
    /// <param name="visible">The address that other pods know.</param>
    /// <param name="hidden">The address that the process listens on.</param>
    /// <param name="defaults">A configuration file that is read before all others: see <see cref="Defaults"/>.</param>
    /// <returns>The arguments.</returns>
    public static IReadOnlyList<string> Bind(IReadOnlyList<string> arguments, string visible, string hidden, string defaults)
    {
        if (arguments is not ["agent", ..])
        {
            return arguments;
        }

        string[] overrides = [$"-bind={hidden}", $"-client={hidden}"];
        IEnumerable<string> bound = arguments.Skip(1).Concat(overrides);
        return ["agent", $"-config-file={defaults}", .. bound, .. arguments.Any(IsAdvertise) ? (string[])[] : [$"-advertise={visible}"]];
    }

    /// <summary>
    /// A configuration file for what an agent takes from its machine when nobody says otherwise: its name, which in a container is the pod's. In a file, so that the manifest's
    /// own files and flags, which come later, still count more.
    /// </summary>
    /// <param name="hostName">The pod's host name.</param>
    /// <returns>JSON text.</returns>
    public static string Defaults(string hostName) => new JsonObject { ["node_name"] = hostName }.ToJsonString();

    /// <summary>A shell script called <c>consul</c> that does the same for an agent that is started by a script.</summary>
    /// <param name="program">The Consul program's path.</param>
    /// <param name="visible">The address that other pods know.</param>
    /// <param name="hidden">The address that the process listens on.</param>
    /// <param name="defaults">A configuration file that is read before all others.</param>
    /// <returns>The script.</returns>
    public static string Shim(string program, string visible, string hidden, string defaults) => string.Join('\n',
        "#!/bin/sh",
        "if [ \"$1\" = agent ]; then",
        $"  advertise=-advertise={visible}",
        "  for argument in \"$@\"; do",
        "    case \"$argument\" in -advertise|-advertise=*|--advertise|--advertise=*) advertise= ;; esac",
        "  done",
        "  shift",
        $"  set -- agent {Quote($"-config-file={defaults}")} \"$@\" -bind={hidden} -client={hidden} $advertise",
        "fi",
        $"exec {Quote(program)} \"$@\"",
        string.Empty);

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsAdvertise(string argument) => argument.TrimStart('-') is var flag && argument.StartsWith('-')
        && (flag == "advertise" || flag.StartsWith("advertise=", StringComparison.Ordinal));
}
