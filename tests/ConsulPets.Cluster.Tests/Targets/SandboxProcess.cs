using System.Diagnostics;

namespace ConsulPets.Cluster.Tests;

/// <summary>The sandbox that this run's scenarios share: a process of its own, started when the first scenario asks for it, and ended with this one.</summary>
internal static class SandboxProcess
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly Lazy<string> Started = new(Start);

    /// <summary>Its administrator's kubeconfig.</summary>
    public static string KubeConfig => Started.Value;

    /// <summary>Starts another, which ends when its standard input does: also when this process is killed. Gives its administrator's kubeconfig.</summary>
    public static string Start()
    {
        string folder = Directory.CreateTempSubdirectory("consulpets-sandbox-").FullName;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ConsulPets.Sandbox.dll"), "start", "--quiet", "--until-input-ends", "--folder", folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(process, folder);
        Task<string?> line = process.StandardOutput.ReadLineAsync();
        if (line.Wait(Longest) && line.GetAwaiter().GetResult() is { Length: > 0 } kubeConfig)
        {
            return kubeConfig;
        }

        End(process, folder);
        throw new InvalidOperationException($"the sandbox did not start: {errors.GetAwaiter().GetResult()}");
    }

    private static void End(Process process, string folder)
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(30)))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
