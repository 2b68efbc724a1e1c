namespace ConsulPets.Sandbox.Hosting;

/// <summary>Writes what is being done as lines, in the order in which it is told.</summary>
/// <param name="writer">Where to; null to keep quiet.</param>
internal sealed class ProgressLines(TextWriter? writer) : IProgress<string>
{
    /// <inheritdoc/>
    public void Report(string value)
    {
        if (writer is not null)
        {
            lock (writer)
            {
                writer.WriteLine(value);
            }
        }
    }
}
