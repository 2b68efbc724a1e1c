using System.Diagnostics;

namespace ConsulPets.Cluster.Tests;

/// <summary>Whether this account may see files of its own in places that all share: <c>unshare --mount</c>.</summary>
internal static class MountNamespace
{
    private static readonly Lazy<string?> Reason = new(Try);

    /// <summary>Why it may not; null when it may.</summary>
    public static string? WhyNot => Reason.Value;

    private static string? Try()
    {
        const string Needed = "needs a mount namespace, which this account may not make (unshare --mount --map-root-user)";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "--map-root-user", "true"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0 ? null : Needed;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return Needed;
        }
    }
}
