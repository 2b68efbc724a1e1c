using System.Runtime.InteropServices;

namespace ConsulPets.Sandbox.Hosting;

/// <summary>Windows' consoles understand escape sequences only when asked to; every other system's terminal does.</summary>
internal static class WindowsEscapes
{
    private const int StandardOutput = -11;
    private const uint VirtualTerminalProcessing = 0x0004;

    /// <summary>Asks, where one has to ask.</summary>
    /// <returns>Whether escape sequences are understood.</returns>
    public static bool AreUnderstood()
    {
        if (!OperatingSystem.IsWindows())
        {
            return true;
        }

        nint console = GetStdHandle(StandardOutput);
        return GetConsoleMode(console, out uint mode) && SetConsoleMode(console, mode | VirtualTerminalProcessing);
    }

    [DllImport("kernel32.dll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint GetStdHandle(int which);

    [DllImport("kernel32.dll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetConsoleMode(nint console, out uint mode);

    [DllImport("kernel32.dll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool SetConsoleMode(nint console, uint mode);
}
