namespace ConsulPets.Sandbox.Hosting;

/// <summary>The folder of a sandbox. One that was made for this run only is deleted at its end. That no two sandboxes use one folder the sandbox itself sees to.</summary>
internal sealed class SandboxFolder : IDisposable
{
    private const string Prefix = "consulpets-sandbox-";
    private readonly bool isTemporary;

    private SandboxFolder(string path, bool isTemporary)
    {
        Path = path;
        this.isTemporary = isTemporary;
    }

    /// <summary>The folder's path.</summary>
    public string Path { get; }

    /// <summary>Where a sandbox is kept that runs for long: always the same, so that its kubeconfig has the same path each time.</summary>
    public static SandboxFolder OfTheUser
    {
        get
        {
            string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return At(System.IO.Path.Combine(data.Length > 0 ? data : System.IO.Path.GetTempPath(), "consulpets", "sandbox"));
        }
    }

    /// <summary>A folder that stays; it is made when it is missing.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The folder.</returns>
    public static SandboxFolder At(string path) => new(Directory.CreateDirectory(path).FullName, isTemporary: false);

    /// <summary>Makes a folder that is deleted in the end. Those of sandboxes that were killed are deleted now.</summary>
    /// <returns>The folder.</returns>
    public static SandboxFolder Temporary()
    {
        AbandonedFolders.Clear(System.IO.Path.GetTempPath(), Prefix);
        return new(Directory.CreateTempSubdirectory(Prefix).FullName, isTemporary: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!isTemporary)
        {
            return;
        }

        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody looks into it still (on Windows that holds it), or it is gone. A temporary folder may stay behind.
        }
    }
}
