namespace ConsulPets.Sandbox.Pods;

/// <summary>Keeps two sandboxes from using one folder: the second would take the first one's processes for left over ones and kill them.</summary>
internal static class FolderClaim
{
    private const string LockFile = "lock";

    /// <summary>Whether a sandbox has claimed a folder, this one or an earlier one.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>True when one has.</returns>
    public static bool WasTaken(string folder) => File.Exists(Path.Combine(folder, LockFile));

    /// <summary>Claims a folder, which is made when it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The claim, which ends with it or with the process.</returns>
    /// <exception cref="InvalidOperationException">It is another sandbox's.</exception>
    public static FileStream Take(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new InvalidOperationException($"Another sandbox uses the folder {folder}.", exception);
        }
    }
}
