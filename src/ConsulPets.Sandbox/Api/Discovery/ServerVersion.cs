using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Api.Discovery;

/// <summary>Which Kubernetes this claims to be.</summary>
internal static class ServerVersion
{
    /// <summary>The version, with a suffix that says what it really is.</summary>
    public const string GitVersion = "v1.31.0+consulpets.sandbox";

    /// <summary><c>/version</c>.</summary>
    /// <returns>JSON.</returns>
    public static JsonObject ToJson() => new()
    {
        ["major"] = "1",
        ["minor"] = "31",
        ["gitVersion"] = GitVersion,
        ["gitCommit"] = string.Empty,
        ["gitTreeState"] = string.Empty,
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = string.Empty,
        ["compiler"] = ".NET " + Environment.Version,
        ["platform"] = $"{(OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux")}/{Architecture()}",
    };

    private static string Architecture() => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString(),
    };
}
