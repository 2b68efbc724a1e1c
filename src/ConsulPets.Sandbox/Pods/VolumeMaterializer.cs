using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// Makes a pod's volumes: folders that its containers share, and files of config maps and the like, of which each container has its own, since the paths in them are those
/// of its mounts. A file is replaced as a whole, so that no reader sees half of it.
/// </summary>
internal sealed class VolumeMaterializer
{
    private readonly ObjectRegistry registry;
    private readonly PodFolder folder;
    private readonly Func<string, string, string?>? issueToken;

    /// <summary>Makes one.</summary>
    /// <param name="registry">Where claims, volumes, config maps and secrets are.</param>
    /// <param name="folder">The pod's folder.</param>
    /// <param name="issueToken">Issues a service account's token; null when none are issued.</param>
    public VolumeMaterializer(ObjectRegistry registry, PodFolder folder, Func<string, string, string?>? issueToken)
    {
        this.registry = registry;
        this.folder = folder;
        this.issueToken = issueToken;
    }

    /// <summary>Makes the folders of the pod's volumes.</summary>
    /// <param name="pod">The pod.</param>
    /// <returns>Why they cannot be made, as the kubelet words it; null when they were.</returns>
    public string? TryMount(JsonObject pod)
    {
        try
        {
            return Mount(pod);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return $"MountVolume.SetUp failed: {exception.Message}";
        }
    }

    /// <summary>Where a container finds its volumes.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container.</param>
    /// <param name="variables">Its environment, for <c>subPathExpr</c>.</param>
    /// <returns>The path inside, and the folder or file that it means.</returns>
    public IReadOnlyList<(string Inside, string Outside)> Mounts(JsonObject pod, JsonObject container, IReadOnlyDictionary<string, string> variables)
    {
        var mounts = new List<(string Inside, string Outside)>();
        foreach (JsonObject mount in container.Items("volumeMounts"))
        {
            JsonObject? volume = pod.Items("spec", "volumes").FirstOrDefault(item => item.Text("name") == mount.Text("name"));
            if (volume is null || mount.Text("mountPath") is not { Length: > 0 } inside)
            {
                continue;
            }

            bool isMade = VolumeFiles.IsMade(volume);
            string? root = isMade ? folder.Files(container.Text("name")!, volume.Text("name")!) : FolderOf(pod, volume).Path;
            if (root is null)
            {
                continue;
            }

            string part = mount.Text("subPath") ?? (mount.Text("subPathExpr") is { } expression ? EnvironmentBuilder.Expand(expression, variables) : string.Empty);
            string outside = part.Length == 0 ? root : Path.Combine(root, Path.Combine(part.Split('/', StringSplitOptions.RemoveEmptyEntries)));
            if (!isMade && !File.Exists(outside))
            {
                Directory.CreateDirectory(outside);
            }

            mounts.Add((inside, outside));
        }

        return mounts;
    }

    /// <summary>Writes the files that are made of objects, where they are not as they should be.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container that they are for.</param>
    /// <param name="rewrite">What to make of a text file before it is written.</param>
    /// <returns>What is missing; null when nothing is.</returns>
    public string? Write(JsonObject pod, JsonObject container, Func<string, string> rewrite)
    {
        string?[] mounted = [.. container.Items("volumeMounts").Select(static mount => mount.Text("name"))];
        foreach (JsonObject volume in pod.Items("spec", "volumes").Where(volume => VolumeFiles.IsMade(volume) && mounted.Contains(volume.Text("name"))))
        {
            VolumeFilesOutcome outcome = VolumeFiles.Of(volume, pod, Find(pod), issueToken);
            if (outcome.Problem is not null)
            {
                return outcome.Problem;
            }

            WriteFiles(folder.Files(container.Text("name")!, volume.Text("name")!), outcome.Files, rewrite);
        }

        return null;
    }

    private string? Mount(JsonObject pod)
    {
        foreach (JsonObject volume in pod.Items("spec", "volumes"))
        {
            string name = volume.Text("name") ?? string.Empty;
            string? problem = VolumeFiles.IsMade(volume) ? VolumeFiles.Of(volume, pod, Find(pod), issueToken).Problem
                : FolderOf(pod, volume) is (var path, var why) && path is null ? why
                : null;
            if (problem is not null)
            {
                return problem.StartsWith("persistentvolumeclaim", StringComparison.Ordinal) ? problem : $"MountVolume.SetUp failed for volume \"{name}\" : {problem}";
            }
        }

        return null;
    }

    private static int OctalBits(int mode) => mode & 0x1FF;

    private void WriteFiles(string root, IReadOnlyList<VolumeFile> files, Func<string, string> rewrite)
    {
        Directory.CreateDirectory(root);
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (VolumeFile file in files)
        {
            string path = Path.GetFullPath(Path.Combine(root, file.Path));
            if (!path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                continue;
            }

            wanted.Add(path);
            byte[] content = file.IsText ? Encoding.UTF8.GetBytes(rewrite(Encoding.UTF8.GetString(file.Content))) : file.Content;
            if (File.Exists(path) && content.AsSpan().SequenceEqual(File.ReadAllBytes(path)))
            {
                continue;
            }

            // Written elsewhere and moved: an agent reads every file that it finds in its folder.
            string temporary = Path.Combine(folder.Scratch, Guid.NewGuid().ToString("N"));
            File.WriteAllBytes(temporary, content);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, (UnixFileMode)OctalBits(file.Mode));
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
        }

        foreach (string gone in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(path => !wanted.Contains(path)).ToArray())
        {
            File.Delete(gone);
        }
    }

    private Func<ResourceKind, string, JsonObject?> Find(JsonObject pod) => (kind, name) => registry.Find(kind, pod.Text("metadata", "namespace") ?? string.Empty, name)?.Json;

    private (string? Path, string? Problem) FolderOf(JsonObject pod, JsonObject volume)
    {
        string name = volume.Text("name") ?? string.Empty;
        if (volume.Text("hostPath", "path") is { } host)
        {
            string type = volume.Text("hostPath", "type") ?? string.Empty;
            bool isThere = Directory.Exists(host) || File.Exists(host);
            return isThere ? (host, null) : (null, $"hostPath type check failed: {host} is not {(type == "File" ? "a file" : "a directory")}");
        }

        if (volume.Text("persistentVolumeClaim", "claimName") is { } claimName)
        {
            return ClaimFolder(pod.Text("metadata", "namespace") ?? string.Empty, claimName);
        }

        if (volume.Part("emptyDir") is not null)
        {
            string path = folder.Shared(name);
            Directory.CreateDirectory(path);
            return (path, null);
        }

        return (null, "this sandbox has no such kind of volume");
    }

    private (string? Path, string? Problem) ClaimFolder(string namespaceName, string claimName)
    {
        if (registry.Find(ResourceKinds.Claims, namespaceName, claimName) is not { } claim)
        {
            return (null, $"persistentvolumeclaim \"{claimName}\" not found");
        }

        string? volumeName = claim.Json.Text("spec", "volumeName");
        StoredObject? volume = volumeName is null || claim.Json.Text("status", "phase") != "Bound" ? null : registry.Find(ResourceKinds.Volumes, string.Empty, volumeName);
        if (volume is null)
        {
            return (null, $"persistentvolumeclaim \"{claimName}\" is not bound to a volume");
        }

        string? path = volume.Json.Text("spec", "hostPath", "path") ?? volume.Json.Text("spec", "local", "path");
        if (path is null)
        {
            return (null, $"volume \"{volumeName}\" has neither hostPath nor local");
        }

        Directory.CreateDirectory(path);
        return (path, null);
    }
}
