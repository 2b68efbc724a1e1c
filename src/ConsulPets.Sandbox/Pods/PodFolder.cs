namespace ConsulPets.Sandbox.Pods;

/// <summary>Where a pod's files are.</summary>
internal sealed class PodFolder
{
    /// <summary>Names it; <see cref="Make"/> makes it.</summary>
    /// <param name="root">The folder of all pods.</param>
    /// <param name="uid">The pod's unique ID.</param>
    public PodFolder(string root, string uid) => Path = System.IO.Path.Combine(root, uid);

    /// <summary>The pod's folder.</summary>
    public string Path { get; }

    /// <summary>Notes about processes that run.</summary>
    public string Run => System.IO.Path.Combine(Path, LeftOverProcesses.RunFolder);

    /// <summary>Files that are being written.</summary>
    public string Scratch => System.IO.Path.Combine(Path, "scratch");

    /// <summary>Makes what every pod has.</summary>
    public void Make()
    {
        Directory.CreateDirectory(Run);
        Directory.CreateDirectory(Scratch);
    }

    /// <summary>A volume that the containers share.</summary>
    /// <param name="volume">The volume.</param>
    /// <returns>Its folder.</returns>
    public string Shared(string volume) => System.IO.Path.Combine(Path, "volumes", volume);

    /// <summary>A volume that is made of objects, for one container.</summary>
    /// <param name="container">The container.</param>
    /// <param name="volume">The volume.</param>
    /// <returns>Its folder.</returns>
    public string Files(string container, string volume) => System.IO.Path.Combine(Path, "containers", container, "files", volume);

    /// <summary>What stands for the container's own file system. It is lost when the container is restarted.</summary>
    /// <param name="container">The container.</param>
    /// <returns>Its folder.</returns>
    public string Layer(string container) => System.IO.Path.Combine(Path, "containers", container, "layer");

    /// <summary>Programs that stand before those of the machine.</summary>
    /// <param name="container">The container.</param>
    /// <returns>Its folder.</returns>
    public string Programs(string container) => System.IO.Path.Combine(Path, "containers", container, "bin");

    /// <summary>A container's log.</summary>
    /// <param name="container">The container.</param>
    /// <param name="restarts">How often it had been restarted.</param>
    /// <returns>The file.</returns>
    public string Log(string container, long restarts)
    {
        string folder = System.IO.Path.Combine(Path, "logs", container);
        Directory.CreateDirectory(folder);
        return System.IO.Path.Combine(folder, FormattableString.Invariant($"{restarts}.log"));
    }

    /// <summary>Deletes the logs of a container's earlier runs.</summary>
    /// <param name="container">The container.</param>
    /// <param name="oldest">The oldest run whose log is kept.</param>
    public void ForgetLogs(string container, long oldest)
    {
        foreach (string file in Directory.GetFiles(System.IO.Path.Combine(Path, "logs", container)))
        {
            if (long.TryParse(System.IO.Path.GetFileName(file).Split('.')[0], out long run) && run < oldest)
            {
                LeftOverProcesses.Forget(file);
            }
        }
    }
}
