namespace ConsulPets.Sandbox.Store;

/// <summary>A watch asked for changes that are no longer remembered, or fell too far behind: the watcher has to list anew (HTTP 410).</summary>
public sealed class RevisionExpiredException : Exception
{
    /// <summary>Says so.</summary>
    /// <param name="asked">The revision asked for.</param>
    /// <param name="oldest">The oldest that is remembered.</param>
    public RevisionExpiredException(long asked, long oldest)
        : base($"too old resource version: {asked} ({oldest})")
    {
    }
}
