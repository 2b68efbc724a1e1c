namespace ConsulPets.HelpBuilder;

/// <summary>Writes the result.</summary>
internal static class OutputFile
{
    /// <summary>
    /// Writes only other content than the file has: an incremental build goes by the file's time. Tells whether it wrote.
    /// </summary>
    public static bool WriteWhenChanged(string path, byte[] content)
    {
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllBytes(path, content);
        return true;
    }
}
