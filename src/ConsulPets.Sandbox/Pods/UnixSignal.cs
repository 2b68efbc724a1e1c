using System.Runtime.InteropServices;

namespace ConsulPets.Sandbox.Pods;

/// <summary>Sends signals, which .NET has no call for.</summary>
internal static class UnixSignal
{
    /// <summary>Asks to end.</summary>
    public const int Terminate = 15;

    /// <summary>Ends.</summary>
    public const int Kill = 9;

    /// <summary>Sends a signal to a process group.</summary>
    /// <param name="group">The number of the process that leads it.</param>
    /// <param name="signal">The signal.</param>
    /// <returns>Whether there was such a group.</returns>
    public static bool SendToGroup(int group, int signal) => group > 1 && NativeKill(-group, signal) == 0;

    /// <summary>Sends a signal to one process.</summary>
    /// <param name="process">Its number.</param>
    /// <param name="signal">The signal.</param>
    /// <returns>Whether there was such a process.</returns>
    public static bool Send(int process, int signal) => process > 1 && NativeKill(process, signal) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);
}
