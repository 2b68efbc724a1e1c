using System.Collections.Concurrent;

namespace ConsulPets.Engine.Kubernetes;

/// <summary>
/// The connections of this process. A second command to the same cluster finds the TLS connection open. One entry a kubeconfig and context;
/// it is made anew when a file changed, so a token or a context that was edited counts at once.
/// </summary>
public static class KubernetesConnections
{
    private static readonly ConcurrentDictionary<ClusterChoice, Entry> Entries = new();

    /// <summary>The connection for a choice.</summary>
    /// <param name="choice">The choice.</param>
    /// <param name="cancellationToken">Stops waiting, for example for an exec plugin.</param>
    /// <returns>The connection, shared by all runspaces of the process.</returns>
    public static async Task<KubernetesConnection> OpenAsync(ClusterChoice choice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(choice);
        string stamp = Stamp(choice);
        if (Entries.TryGetValue(choice, out Entry? known) && known.Stamp == stamp)
        {
            return known.Connection;
        }

        // Reading the files is quick; an exec plugin may take long, and the library runs it without a way to stop it.
        var connection = new KubernetesConnection(
            await Task.Run(() => KubeConfigLoader.Load(choice), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false), choice);
        Entries[choice] = new Entry(stamp, connection);
        return connection;
    }

    private static string Stamp(ClusterChoice choice) => string.Join('|', KubeConfigLoader.Files(choice).Select(static file =>
        FormattableString.Invariant($"{file}@{(File.Exists(file) ? File.GetLastWriteTimeUtc(file).Ticks : 0)}")));

    private sealed record Entry(string Stamp, KubernetesConnection Connection);
}
