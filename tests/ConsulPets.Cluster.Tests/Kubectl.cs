using System.Diagnostics;

namespace ConsulPets.Cluster.Tests;

/// <summary>Arranges what a test needs, and looks at the cluster with other eyes than the module's.</summary>
public static class Kubectl
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>Runs kubectl as the administrator; it must succeed.</summary>
    public static string Run(params string[] arguments) => RunWithInput(null, arguments);

    /// <summary>Applies manifests.</summary>
    public static string Apply(string namespaceName, string yaml) => RunWithInput(yaml, "apply", "-n", namespaceName, "-f", "-");

    /// <summary>Runs kubectl with text on its standard input; it must succeed.</summary>
    public static string RunWithInput(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", TestCluster.AdminKubeConfig!, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input ?? string.Empty);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Longest))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"kubectl {string.Join(' ', arguments)} did not end");
        }

        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult()
            : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)}: {errors.GetAwaiter().GetResult()}");
    }
}
