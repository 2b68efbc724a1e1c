using System.Collections.Concurrent;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>The nodes' signs of life, given by whoever plays the nodes.</summary>
internal sealed class NodeHeartbeats
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> latest = new(StringComparer.Ordinal);

    /// <summary>Told of each sign of life.</summary>
    public event Action<string>? Renewed;

    /// <summary>A node says that it lives. To be called every few seconds, more often than the grace period.</summary>
    /// <param name="node">The node.</param>
    /// <param name="now">The time.</param>
    public void Renew(string node, DateTimeOffset now)
    {
        latest[node] = now;
        Renewed?.Invoke(node);
    }

    /// <summary>When a node last said that it lives.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The moment; null for never.</returns>
    public DateTimeOffset? Latest(string node) => latest.TryGetValue(node, out DateTimeOffset moment) ? moment : null;
}
