namespace ConsulPets.Sandbox.Controllers;

/// <summary>Volumes as folders of this machine.</summary>
internal sealed class VolumeFolders : IVolumeFolders
{
    private readonly string root;

    /// <summary>Makes one.</summary>
    /// <param name="root">The folder that holds them all.</param>
    public VolumeFolders(string root) => this.root = Path.GetFullPath(root);

    /// <inheritdoc/>
    public string Create(string name) => Directory.CreateDirectory(PathOf(name)).FullName;

    /// <inheritdoc/>
    public void Delete(string name)
    {
        try
        {
            Directory.Delete(PathOf(name), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing is left to delete.
        }
    }

    // Names come from objects that users may write: they must not lead out of the folder.
    private string PathOf(string name) => name.Length > 0 && name is not ("." or "..") && name.IndexOfAny(['/', '\\', ':']) < 0
        ? Path.Combine(root, name)
        : throw new ArgumentException($"\"{name}\" is no name of a volume's folder", nameof(name));
}
