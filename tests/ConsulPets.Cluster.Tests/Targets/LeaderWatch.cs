using System.Diagnostics;

namespace ConsulPets.Cluster.Tests;

/// <summary>Asks every pet for the leader each 100 ms, and remembers who led and for how long none named one.</summary>
public sealed class LeaderWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // A pod that has just gone answers nothing at all.
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private readonly Thread[] threads;
    private readonly HashSet<string> leaders = new(StringComparer.Ordinal);
    private long last = Stopwatch.GetTimestamp();
    private TimeSpan longest;

    public LeaderWatch(ClusterApi api, string place, params string[] pets)
    {
        // Each by its own thread: one that hangs must not keep the others from answering.
        threads = [.. pets.Select(pet => new Thread(() => Watch(() => api.Leader(place, pet, AtMost))) { IsBackground = true })];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }
    }

    /// <summary>The IP addresses of all that led so far.</summary>
    public IReadOnlyCollection<string> Leaders
    {
        get
        {
            lock (gate)
            {
                return [.. leaders];
            }
        }
    }

    /// <summary>Ends the watch; gives the longest time in which no pet named a leader, which is too long by at most the time between two questions.</summary>
    public TimeSpan End()
    {
        ending.Cancel();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Note(null);
        return longest;
    }

    public void Dispose()
    {
        End();
        ending.Dispose();
    }

    private void Watch(Func<string?> leader)
    {
        while (!ending.IsCancellationRequested)
        {
            if (leader() is { } named)
            {
                Note(named);
            }

            ending.Token.WaitHandle.WaitOne(Pause);
        }
    }

    private void Note(string? leader)
    {
        lock (gate)
        {
            TimeSpan gap = Stopwatch.GetElapsedTime(last);
            longest = gap > longest ? gap : longest;
            if (leader is not null)
            {
                last = Stopwatch.GetTimestamp();
                leaders.Add(leader);
            }
        }
    }
}
