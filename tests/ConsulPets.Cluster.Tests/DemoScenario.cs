using System.Diagnostics;

namespace ConsulPets.Cluster.Tests;

/// <summary>The README's first command, as a process of its own and with real servers.</summary>
public sealed class DemoScenario
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(6);

    [SandboxFact]
    public async Task The_demo_plays_its_story_to_the_end_and_leaves_nothing()
    {
        string folder = Directory.CreateTempSubdirectory("consulpets-demo-").FullName;
        try
        {
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ConsulPets.Sandbox.dll"), "demo"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["TMPDIR"] = folder },
            };
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Longest))
            {
                // Its pods end with it.
                process.Kill();
            }

            string told = await output;
            Assert.True(process.ExitCode == 0, told + await errors);
            Assert.Contains("before the loss", told, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
