using System.Threading.Channels;

namespace ConsulPets.Sandbox.Store;

/// <summary>An open watch.</summary>
public sealed class StoreWatch : IDisposable
{
    private readonly Action end;

    internal StoreWatch(ChannelReader<Change> changes, Action end)
    {
        Changes = changes;
        this.end = end;
    }

    /// <summary>The changes, in order. Completed when the store ends the watch.</summary>
    public ChannelReader<Change> Changes { get; }

    /// <summary>Ends the watch.</summary>
    public void Dispose() => end();
}
