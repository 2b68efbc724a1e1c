using System.Globalization;

namespace ConsulPets.Sandbox.Hosting;

/// <summary>What `start` says once the sandbox serves.</summary>
internal static class ReadyText
{
    /// <summary>All of it.</summary>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="kubeConfig">The kubeconfig to name.</param>
    /// <param name="manifest">The module's manifest.</param>
    /// <param name="took">How long it took to start.</param>
    /// <returns>The lines.</returns>
    public static IReadOnlyList<string> Lines(IRunningSandbox sandbox, string kubeConfig, string manifest, TimeSpan took) =>
    [
        $"Ready after {took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s: a Kubernetes API at {sandbox.Server.AbsoluteUri.TrimEnd('/')} whose pods are processes on this machine.",
        string.Empty,
        $"  kubeconfig  {kubeConfig}",
        $"  PowerShell  $env:KUBECONFIG = {InPowerShell(kubeConfig)}",
        $"  sh          export KUBECONFIG={InSh(kubeConfig)}",
        $"  image       {sandbox.ConsulImage}",
        string.Empty,
        "Then, in PowerShell:",
        string.Empty,
        $"  Import-Module {InPowerShell(manifest)}",
        $"  New-ConsulPetSet consul -Image {sandbox.ConsulImage} -Wait",
        string.Empty,
        "It is a stand-in for trying and testing, never for production.",
        "Ctrl-C ends it and everything in it.",
    ];

    /// <summary>A text as PowerShell takes it literally.</summary>
    /// <param name="text">The text.</param>
    /// <returns>It in quotes.</returns>
    internal static string InPowerShell(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A text as a POSIX shell takes it literally.</summary>
    /// <param name="text">The text.</param>
    /// <returns>It in quotes.</returns>
    internal static string InSh(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
