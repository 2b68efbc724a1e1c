using System.Diagnostics;

namespace ConsulPets.Cluster.Tests;

/// <summary>The real kubectl, as a user of the cluster runs it.</summary>
internal sealed class Kubectl
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);
    private static readonly Lazy<string?> Reason = new(Try);
    private readonly string kubeConfig;
    private readonly string namespaceName;

    public Kubectl(string kubeConfig, string namespaceName)
    {
        this.kubeConfig = kubeConfig;
        this.namespaceName = namespaceName;
    }

    /// <summary>Why there is none; null when there is one.</summary>
    public static string? WhyNot => Reason.Value;

    /// <summary>Runs a command that must succeed, with text on its standard input.</summary>
    public string Run(string command, string? input = null)
    {
        using Process process = Start(command);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input ?? string.Empty);
        process.StandardInput.Close();
        if (!process.WaitForExit(Longest))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"kubectl {command} did not end");
        }

        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult().Trim()
            : throw new InvalidOperationException($"kubectl {command}: {output.GetAwaiter().GetResult()}{errors.GetAwaiter().GetResult()}");
    }

    /// <summary>Forwards a local port to a pod's while something is done with it.</summary>
    public T Forward<T>(string pod, int port, Func<int, T> use)
    {
        using Process process = Start($"port-forward pod/{pod} :{port}");
        try
        {
            string line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"kubectl port-forward: {process.StandardError.ReadToEnd()}");
            string address = line.Split(" -> ")[0];
            return use(int.Parse(address[(address.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    private static string? Try()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("kubectl", ["version", "--client"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0 ? null : "needs a kubectl that runs";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "needs kubectl";
        }
    }

    private Process Start(string command) => Process.Start(new ProcessStartInfo("kubectl", ["--kubeconfig", kubeConfig, "-n", namespaceName, .. command.Split(' ')])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
