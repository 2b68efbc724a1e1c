using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ConsulPets.Benchmarks.Measuring;

/// <summary>What a process gave.</summary>
/// <param name="Milliseconds">From its start to its end, as its starter saw it.</param>
/// <param name="Output">Its standard output.</param>
internal sealed record ChildResult(double Milliseconds, string Output);

/// <summary>Runs processes and times them. None outlives its time.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    // This process may be the program's own executable (dotnet run) or dotnet: the runtime lies in <dotnet>/shared/Microsoft.NETCore.App/<version>/.
    private static readonly string Dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>Runs this program again in one of its modes.</summary>
    /// <param name="folder">The folder of the program's copy to run.</param>
    /// <param name="arguments">The mode and what it needs.</param>
    public static Task<ChildResult> AgainAsync(string folder, params string[] arguments) =>
        RunAsync(Dotnet, [Path.Combine(folder, $"{typeof(ChildProcess).Assembly.GetName().Name}.dll"), .. arguments]);

    /// <summary>Runs a program that must succeed.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Its standard input.</param>
    public static async Task<ChildResult> RunAsync(string program, IEnumerable<string> arguments, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        try
        {
            using var deadline = new CancellationTokenSource(Longest);
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            string errors = await process.StandardError.ReadToEndAsync(deadline.Token);
            string text = await output;
            await process.WaitForExitAsync(deadline.Token);
            double milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            return process.ExitCode == 0 ? new ChildResult(milliseconds, text) : throw new InvalidOperationException($"{program} {string.Join(' ', start.ArgumentList)}: {errors}{text}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
