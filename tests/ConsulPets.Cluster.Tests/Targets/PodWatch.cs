using System.Text.Json;

namespace ConsulPets.Cluster.Tests;

/// <summary>
/// Looks at the pods of a set each 100 ms: how many were away at once, and how often each was made. A pod is away when it is not there, is being deleted, or its Consul does not run. One that runs
/// and is not ready is not away: readiness is whether there is a leader, and an election takes it from all of them.
/// </summary>
public sealed class PodWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ClusterApi api;
    private readonly string place;
    private readonly string[] pets;
    private readonly CancellationTokenSource ending = new();
    private readonly Dictionary<string, HashSet<string>> made;
    private readonly Thread thread;
    private string[] away = [];

    public PodWatch(ClusterApi api, string place, params string[] pets)
    {
        this.api = api;
        this.place = place;
        this.pets = pets;
        made = pets.ToDictionary(static pet => pet, static _ => new HashSet<string>(StringComparer.Ordinal));
        Look();
        thread = new Thread(Watch) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Ends the watch; gives how often each pet was replaced. It fails when two were ever away at once.</summary>
    public IReadOnlyDictionary<string, int> End()
    {
        ending.Cancel();
        thread.Join();
        Assert.True(away.Length <= 1, $"away at the same time: {string.Join(", ", away)}");
        return made.ToDictionary(static pet => pet.Key, static pet => pet.Value.Count - 1);
    }

    public void Dispose()
    {
        ending.Cancel();
        thread.Join();
        ending.Dispose();
    }

    private static bool IsThere(JsonElement pod) =>
        !pod.GetProperty("metadata").TryGetProperty("deletionTimestamp", out _)
        && pod.TryGetProperty("status", out JsonElement status) && status.TryGetProperty("containerStatuses", out JsonElement containers)
        && containers.EnumerateArray().All(static container => container.GetProperty("state").TryGetProperty("running", out _));

    private void Watch()
    {
        while (!ending.IsCancellationRequested)
        {
            Look();
            ending.Token.WaitHandle.WaitOne(Pause);
        }
    }

    private void Look()
    {
        Dictionary<string, JsonElement> pods = api.List(place, "pods").ToDictionary(static pod => pod.GetProperty("metadata").GetProperty("name").GetString()!);
        string[] now = [.. pets.Where(pet => !pods.TryGetValue(pet, out JsonElement pod) || !IsThere(pod))];
        away = now.Length > away.Length ? now : away;
        foreach (string pet in pets.Where(pods.ContainsKey))
        {
            made[pet].Add(pods[pet].GetProperty("metadata").GetProperty("uid").GetString()!);
        }
    }
}
