using System.ComponentModel;
using System.Diagnostics;

namespace ConsulPets.Sandbox.ConsulBinaries;

/// <summary>What a command said.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output, or the beginning of it.</param>
/// <param name="Error">Its standard error, or the beginning of it.</param>
internal sealed record CommandResult(int ExitCode, string Output, string Error);

/// <summary>A command that is run to its end.</summary>
/// <param name="Program">The program's path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Limit">How long it may take; then it is killed, with what it started.</param>
/// <param name="Folder">Where it runs; null for this process's folder.</param>
internal sealed record CommandLine(string Program, IReadOnlyList<string> Arguments, TimeSpan Limit, string? Folder = null)
{
    // Whatever is called consul may print without end; nobody reads more than this.
    private const int KeptCharacters = 64 * 1024;
    private const int TextFileBusy = 26;
    private const int BusyTries = 20;

    /// <summary>Runs it.</summary>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>What it said.</returns>
    /// <exception cref="IOException">It cannot be started.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public async Task<CommandResult> RunAsync(CancellationToken cancellationToken)
    {
        using Process process = await StartAsync(cancellationToken).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            process.StandardInput.Close();
            Task<string> output = ReadAsync(process.StandardOutput, limit.Token);
            Task<string> error = ReadAsync(process.StandardError, limit.Token);
            await Task.WhenAll(output, error, process.WaitForExitAsync(limit.Token)).ConfigureAwait(false);
            return new CommandResult(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{Program} has not ended within {Limit.TotalSeconds:0.#} seconds");
        }
        finally
        {
            Kill(process);
        }
    }

    // A file that was written a moment ago is "busy" while another thread's newly forked process still holds the descriptor that wrote it: for the time between
    // that process's fork and its exec. Nothing tells when that is over, so it is tried again.
    private async Task<Process> StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Program, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = Folder ?? string.Empty,
        };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        for (int tries = 1; ; tries++)
        {
            try
            {
                return Process.Start(start) ?? throw new IOException($"{Program} did not start");
            }
            catch (Win32Exception busy) when (busy.NativeErrorCode == TextFileBusy && !OperatingSystem.IsWindows() && tries < BusyTries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10 * tries), cancellationToken).ConfigureAwait(false);
            }
            catch (Win32Exception refused)
            {
                throw new IOException($"{Program} cannot be started: {refused.Message}", refused);
            }
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var kept = new System.Text.StringBuilder();
        char[] buffer = new char[4096];
        while (await reader.ReadAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false) is var count and > 0)
        {
            kept.Append(buffer, 0, Math.Min(count, KeptCharacters - kept.Length));
        }

        return kept.ToString();
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // It ended meanwhile.
        }
    }
}
