using ConsulPets.Sandbox.Pods;

namespace ConsulPets.Sandbox.Hosting;

/// <summary>Temporary folders of sandboxes that were killed: nobody else knows of them.</summary>
internal static class AbandonedFolders
{
    private const UnixFileMode OfOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Ends what runs in them still, and deletes them. One that is used, is being made, or belongs to somebody else is left alone.</summary>
    /// <param name="parent">Where they are.</param>
    /// <param name="prefix">What their names begin with.</param>
    public static void Clear(string parent, string prefix)
    {
        foreach (string folder in Directory.EnumerateDirectories(parent, prefix + "*"))
        {
            try
            {
                string pods = Path.Combine(folder, "pods");
                if (!IsPrivate(folder) || !FolderClaim.WasTaken(pods))
                {
                    continue;
                }

                using (FolderClaim.Take(pods))
                {
                    LeftOverProcesses.Clear(pods);
                }

                LeftOverProcesses.Delete(folder);
            }
            catch (Exception exception) when (exception is InvalidOperationException or IOException or UnauthorizedAccessException)
            {
                // Another sandbox uses it, or is just taking it away.
            }
        }
    }

    // What is ended there is decided by notes in the folder: they must not be another user's.
    private static bool IsPrivate(string folder) => OperatingSystem.IsWindows() || (File.GetUnixFileMode(folder) & OfOthers) == 0;
}
