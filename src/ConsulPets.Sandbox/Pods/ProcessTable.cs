using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What the system knows of processes.</summary>
internal static class ProcessTable
{
    /// <summary>Tells a process from a later one with the same number.</summary>
    /// <param name="process">The number.</param>
    /// <returns>When it started, in the system's own units; null when there is no such process.</returns>
    public static string? StartOf(int process)
    {
        if (OperatingSystem.IsLinux())
        {
            return Fields(process) is { Length: > 19 } fields ? fields[19] : null;
        }

        try
        {
            using Process found = Process.GetProcessById(process);
            return found.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>All processes and the session that each belongs to. Linux only; empty elsewhere.</summary>
    /// <returns>Process and session.</returns>
    public static IEnumerable<(int Process, int Session)> Sessions()
    {
        if (!OperatingSystem.IsLinux())
        {
            yield break;
        }

        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int process)
                && Fields(process) is { Length: > 3 } fields
                && int.TryParse(fields[3], NumberStyles.Integer, CultureInfo.InvariantCulture, out int session))
            {
                yield return (process, session);
            }
        }
    }

    /// <summary>Whether a process has a variable in the environment that it was started with. Linux only.</summary>
    /// <param name="process">The number.</param>
    /// <param name="variable"><c>NAME=value</c>.</param>
    /// <returns>True when it has.</returns>
    public static bool HasVariable(int process, string variable)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/environ").Split('\0').Contains(variable, StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The fields of /proc/<n>/stat from the third on (proc(5)); the second is a name in parentheses that may have anything in it.
    private static string[]? Fields(int process)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
