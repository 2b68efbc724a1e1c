using System.Diagnostics;

namespace ConsulPets.Tests;

/// <summary>Runs a script in a process of its own: what is loaded there was loaded by the script.</summary>
public static class FreshProcess
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Runs a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="preload">An assembly to load into the default context first; null for none.</param>
    /// <param name="environment">Variables to set.</param>
    /// <returns>The lines that it printed.</returns>
    public static string[] Run(string script, string? preload = null, params (string Name, string Value)[] environment)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "ConsulPets.FreshProcess.dll");
        var start = new ProcessStartInfo("dotnet", preload is null ? [program, script] : [program, script, preload])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Longest))
        {
            process.Kill();
            throw new TimeoutException(script);
        }

        Assert.True(process.ExitCode == 0, errors.GetAwaiter().GetResult());
        return output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
