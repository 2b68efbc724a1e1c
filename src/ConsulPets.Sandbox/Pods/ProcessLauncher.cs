using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What to start.</summary>
/// <param name="Program">The program's full path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">Its whole environment; nothing is inherited.</param>
/// <param name="Folder">Its working folder.</param>
internal sealed record ProcessPlan(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string Folder);

/// <summary>
/// Starts processes so that each leads a group of its own, to be signalled as a whole, and ends with the sandbox. Where util-linux is there, <c>setsid</c> makes the group and
/// <c>setpriv --pdeathsig</c> has the kernel kill the process when its parent dies. The kernel means the parent's <em>thread</em> by that (prctl(2), PR_SET_PDEATHSIG), and
/// threads of .NET's pool come and go: hence one thread that lives as long as the launcher starts them all. Where <c>setsid</c> is missing (macOS), Perl makes the group.
/// </summary>
internal sealed class ProcessLauncher : IDisposable
{
    private readonly BlockingCollection<(Process Process, TaskCompletionSource Started)> requests = [];
    private readonly string[] wrapper = Wrapper();
    private readonly Lock gate = new();
    private Thread? thread;

    /// <summary>Whether a process leads a group of its own.</summary>
    public bool HasGroups => wrapper.Length > 0;

    /// <summary>Starts a process.</summary>
    /// <param name="plan">What.</param>
    /// <returns>The process, its input and outputs redirected.</returns>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public async Task<Process> StartAsync(ProcessPlan plan)
    {
        string[] line = [.. wrapper, plan.Program, .. plan.Arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = plan.Folder,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in plan.Environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (thread is null)
            {
                thread = new Thread(Run) { IsBackground = true, Name = "Pods' parent" };
                thread.Start();
            }
        }

        requests.Add((process, started));
        await started.Task.ConfigureAwait(false);
        return process;
    }

    /// <summary>Ends the thread, and with it, where the kernel was asked for that, all that still runs.</summary>
    public void Dispose()
    {
        requests.CompleteAdding();
        thread?.Join();
        requests.Dispose();
    }

    /// <summary>Finds a program as a shell does.</summary>
    /// <param name="name">A name, or a path.</param>
    /// <param name="path">The folders to look in, as <c>PATH</c> has them.</param>
    /// <returns>The full path; null when there is none.</returns>
    public static string? Find(string name, string? path)
    {
        if (name.Contains('/', StringComparison.Ordinal) || Path.IsPathRooted(name))
        {
            return File.Exists(name) ? Path.GetFullPath(name) : null;
        }

        string[] names = OperatingSystem.IsWindows() && !Path.HasExtension(name) ? [name + ".exe", name] : [name];
        return (path ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(one => Path.Combine(folder, one)))
            .FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    private static string[] Wrapper()
    {
        if (OperatingSystem.IsWindows())
        {
            return [];
        }

        string? path = Environment.GetEnvironmentVariable("PATH");
        string[] group = Find("setsid", path) is { } setsid ? [setsid]
            : Find("perl", path) is { } perl ? [perl, "-e", "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV or exit 126", "--"]
            : [];
        string[] bound = Find("setpriv", path) is { } setpriv && CanBind(setpriv) ? [setpriv, "--pdeathsig", "KILL", "--"] : [];
        return [.. group, .. bound];
    }

    // Busybox has a setpriv without this option.
    private static bool CanBind(string setpriv)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(setpriv, ["--pdeathsig", "KILL", "--", "true"]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private void Run()
    {
        foreach ((Process process, TaskCompletionSource started) in requests.GetConsumingEnumerable())
        {
            try
            {
                process.Start();
                started.SetResult();
            }
            catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
            {
                process.Dispose();
                started.SetException(exception as Win32Exception ?? new Win32Exception(exception.Message, exception));
            }
        }
    }
}
