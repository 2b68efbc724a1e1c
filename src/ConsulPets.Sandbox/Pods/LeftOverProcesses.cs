using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// Finds what a sandbox that crashed has left running. Each process is noted in a file while it runs: its number, when it started, and its name. A process that has the same
/// number but started at another time is somebody else's and is left alone.
/// </summary>
internal static class LeftOverProcesses
{
    /// <summary>A variable in the environment of every process that a sandbox starts; its value is the pod's folder.</summary>
    public const string Variable = "CONSULPETS_SANDBOX_POD";

    /// <summary>Where a pod's folder has its notes.</summary>
    public const string RunFolder = "run";

    /// <summary>Notes a process.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="process">The process.</param>
    /// <returns>The note's path.</returns>
    public static string Note(string folder, Process process)
    {
        string file = Path.Combine(folder, process.Id.ToString(CultureInfo.InvariantCulture));
        try
        {
            File.WriteAllText(file, $"{process.Id} {ProcessTable.StartOf(process.Id) ?? "-"} {process.StartInfo.FileName}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The pod's folder went meanwhile: the process is about to be ended.
        }

        return file;
    }

    /// <summary>Takes a note away.</summary>
    /// <param name="file">The note's path.</param>
    public static void Forget(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It went with its folder, or stays and is found to mean nobody.
        }
    }

    /// <summary>Ends what an earlier sandbox left in this folder, and clears the folder.</summary>
    /// <param name="folder">The pods' folder, with a folder for each pod.</param>
    /// <returns>How many processes were ended.</returns>
    public static int Clear(string folder)
    {
        int ended = 0;
        string[] pods = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        foreach (string note in pods.Select(static pod => Path.Combine(pod, RunFolder)).Where(Directory.Exists).SelectMany(Directory.GetFiles))
        {
            string[] words = ReadNote(note).Split(' ', 3);
            if (words.Length == 3 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int process) && ProcessTable.StartOf(process) == words[1] && words[1] != "-")
            {
                End(process);
                ended++;
            }
        }

        // Children whose parent has gone already, as those of a shell: their environment says whose they are.
        HashSet<string> ours = [.. pods];
        foreach ((int process, _) in pods.Length == 0 ? [] : ProcessTable.Sessions())
        {
            if (ours.Any(pod => ProcessTable.HasVariable(process, $"{Variable}={pod}")))
            {
                UnixSignal.Send(process, UnixSignal.Kill);
                ended++;
            }
        }

        foreach (string pod in pods)
        {
            Delete(pod);
        }

        return ended;
    }

    /// <summary>Deletes a folder. What cannot be deleted stays: a later start tries again.</summary>
    /// <param name="folder">The folder.</param>
    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Windows keeps a program's files for a moment after its end.
        }
    }

    private static string ReadNote(string note)
    {
        try
        {
            return File.ReadAllText(note);
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    private static void End(int process)
    {
        if (!OperatingSystem.IsWindows() && UnixSignal.SendToGroup(process, UnixSignal.Kill))
        {
            return;
        }

        try
        {
            using Process found = Process.GetProcessById(process);
            found.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended meanwhile.
        }
    }
}
