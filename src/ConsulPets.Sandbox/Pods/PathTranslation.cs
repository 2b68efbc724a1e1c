using System.Text.RegularExpressions;

namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// Turns the paths that a container knows into those of the machine. A process without a mount namespace sees the machine's own files, so the mount paths are replaced
/// in the texts that name them: command, arguments, environment, probes, and files that come from config maps. Textual, at path boundaries, the longest path first.
/// </summary>
internal sealed class PathTranslation
{
    private readonly Dictionary<string, string> folders;
    private readonly Regex? pattern;

    /// <summary>Makes one.</summary>
    /// <param name="mounts">The path inside, and the file or folder that it means. The first of two with the same path inside counts.</param>
    public PathTranslation(IEnumerable<(string Inside, string Outside)> mounts)
    {
        folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string inside, string outside) in mounts)
        {
            // Forward slashes, which Windows programs written in Go take too: a backslash would have to be escaped in JSON and HCL.
            string path = inside.TrimEnd('/');
            if (path.StartsWith('/'))
            {
                folders.TryAdd(path, OperatingSystem.IsWindows() ? outside.Replace('\\', '/') : outside);
            }
        }

        // A path begins where no other name or path goes on, and ends at a slash or where its last name does.
        pattern = folders.Count == 0
            ? null
            : new Regex($@"(?<![\w.\-/}})~])(?:{string.Join('|', folders.Keys.OrderByDescending(static path => path.Length).Select(Regex.Escape))})(?![\w.\-])", RegexOptions.CultureInvariant);
    }

    /// <summary>Translates nothing.</summary>
    public static PathTranslation None { get; } = new([]);

    /// <summary>Replaces the paths in a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text with the machine's paths.</returns>
    public string Translate(string text) => pattern is null ? text : pattern.Replace(text, match => folders[match.Value]);

    /// <summary>Replaces the paths in a file that came from a config map or a secret. Keys and certificates are left alone: their letters may look like a path.</summary>
    /// <param name="text">The file.</param>
    /// <returns>The file with the machine's paths.</returns>
    public string TranslateFile(string text) => text.Contains("-----BEGIN", StringComparison.Ordinal) ? text : Translate(text);
}
