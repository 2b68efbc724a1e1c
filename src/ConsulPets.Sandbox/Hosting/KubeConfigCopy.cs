using System.Text;

namespace ConsulPets.Sandbox.Hosting;

/// <summary>The kubeconfig at a second place, for as long as the sandbox runs.</summary>
internal sealed class KubeConfigCopy : IDisposable
{
    private readonly byte[] content;

    private KubeConfigCopy(string path, byte[] content)
    {
        Path = path;
        this.content = content;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Says so when the file cannot be written, before anything is started.</summary>
    /// <param name="path">The path that was asked for.</param>
    /// <exception cref="CommandLineException">There is such a file: it might be the user's own.</exception>
    public static void MustBeFree(string path)
    {
        if (File.Exists(path))
        {
            throw new CommandLineException($"'--kubeconfig' names {path}, which is there already and is not overwritten.");
        }
    }

    /// <summary>Copies it. Only the user may read it: it holds a key.</summary>
    /// <param name="source">The sandbox's own.</param>
    /// <param name="path">Where to.</param>
    /// <returns>The copy.</returns>
    public static KubeConfigCopy Make(string source, string path)
    {
        byte[] content = Encoding.UTF8.GetBytes(File.ReadAllText(source));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, how);
        file.Write(content);
        return new KubeConfigCopy(path, content);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            // Whoever wrote something else there meanwhile keeps it.
            if (File.Exists(Path) && File.ReadAllBytes(Path).AsSpan().SequenceEqual(content))
            {
                File.Delete(Path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It leads to nothing any more; that it stays does no harm.
        }
    }
}
