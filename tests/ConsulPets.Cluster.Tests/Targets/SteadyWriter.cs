using System.Diagnostics;
using System.Globalization;

namespace ConsulPets.Cluster.Tests;

/// <summary>A client of Consul that writes a key every 50 ms, through whichever pet answers, and remembers what was acknowledged.</summary>
public sealed class SteadyWriter : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ClusterApi api;
    private readonly string place;
    private readonly string[] pets;
    private readonly CancellationTokenSource ending = new();
    private readonly List<string> acknowledged = [];
    private readonly Thread thread;

    public SteadyWriter(ClusterApi api, string place, params string[] pets)
    {
        this.api = api;
        this.place = place;
        this.pets = pets;
        thread = new Thread(Write) { IsBackground = true };
        thread.Start();
    }

    /// <summary>The longest time between two acknowledged writes.</summary>
    public TimeSpan LongestGap { get; private set; }

    /// <summary>Ends the writing; gives the keys that were acknowledged.</summary>
    public IReadOnlyList<string> End()
    {
        ending.Cancel();
        thread.Join();
        return acknowledged;
    }

    public void Dispose()
    {
        End();
        ending.Dispose();
    }

    private void Write()
    {
        long last = Stopwatch.GetTimestamp();
        int pet = 0;
        for (int number = 0; !ending.IsCancellationRequested; number++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"steady/{number:000000}");
            if (api.TryPutKey(place, pets[pet % pets.Length], key))
            {
                acknowledged.Add(key);
                TimeSpan gap = Stopwatch.GetElapsedTime(last);
                LongestGap = gap > LongestGap ? gap : LongestGap;
                last = Stopwatch.GetTimestamp();
            }
            else
            {
                pet++;
            }

            ending.Token.WaitHandle.WaitOne(Pause);
        }
    }
}
