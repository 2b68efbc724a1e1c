using System.Runtime.InteropServices;
using ConsulPets.Benchmarks.Measuring;

namespace ConsulPets.Benchmarks.Images;

/// <summary>Copies of this program in which some libraries carry native code (ReadyToRun), as those that come with pwsh do.</summary>
internal static class ReadyProgram
{
    /// <summary>The program as it was built.</summary>
    public static string Plain => AppContext.BaseDirectory;

    /// <summary>Makes a copy.</summary>
    /// <param name="name">The copy's name.</param>
    /// <param name="libraries">The libraries to compile.</param>
    /// <returns>The copy's folder.</returns>
    public static async Task<string> CopyAsync(string name, params string[] libraries)
    {
        string target = Path.Combine(Settings.Scratch, name);
        foreach (string source in Directory.EnumerateFiles(Plain, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(Plain, source));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(source, copy, overwrite: true);
        }

        foreach (string library in libraries)
        {
            string source = Library(library);
            await CompileAsync(source, Path.Combine(target, Path.GetRelativePath(Plain, source)));
        }

        return target;
    }

    // A library with a version for each operating system lies under runtimes/.
    private static string Library(string name)
    {
        string ofSystem = Path.Combine(Plain, "runtimes", OperatingSystem.IsWindows() ? "win" : "unix", "lib", "net10.0", name);
        return File.Exists(ofSystem) ? ofSystem : Path.Combine(Plain, name);
    }

    private static Task<ChildResult> CompileAsync(string source, string target) => ChildProcess.RunAsync(
        Settings.Crossgen2,
        [source, "-o", target, "-O", "-r", Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll"), "-r", Path.Combine(Plain, "*.dll")]);
}
