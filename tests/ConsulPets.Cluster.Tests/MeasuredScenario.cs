using System.Globalization;
using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>Does something to a set while somebody writes a key each 50 ms: nothing that was acknowledged is lost, and what it costs the cluster's users is told. A class for each operation, since classes run side by side.</summary>
public abstract class MeasuredScenario
{
    private readonly ITestOutputHelper output;

    protected MeasuredScenario(ITestOutputHelper output) => this.output = output;

    /// <summary>
    /// The places that lead in turn: all, where CONSULPETS_TEST_EVERY_LEADER is set, which takes long; else the last, which is the first to go when a set gets smaller, and the last to be restarted out of turn.
    /// </summary>
    /// <param name="size">The number of pets.</param>
    /// <returns>Ordinals.</returns>
    protected static IEnumerable<int> Places(int size) => IsThorough ? Enumerable.Range(0, size) : [size - 1];

    /// <summary>Whether the leader is brought to every place in turn.</summary>
    protected static bool IsThorough => Environment.GetEnvironmentVariable("CONSULPETS_TEST_EVERY_LEADER") is { Length: > 0 };

    /// <summary>Does it, and tells the figures.</summary>
    /// <param name="place">Where.</param>
    /// <param name="what">What is done, in words.</param>
    /// <param name="size">The pets that are written to, from the first on.</param>
    /// <param name="act">Does it.</param>
    protected void Measure(OperatorNamespace place, string what, int size, Action act)
    {
        string[] pets = [.. Enumerable.Range(0, size).Select(static ordinal => $"consul-{ordinal}")];
        using var leaders = new LeaderWatch(place.Api, place.Name, pets);
        using var writer = new SteadyWriter(place.Api, place.Name, pets);
        act();
        IReadOnlyList<string> acknowledged = writer.End();
        TimeSpan leaderless = leaders.End();
        Assert.NotEmpty(acknowledged);
        Assert.Empty(acknowledged.Except(place.Api.Keys(place.Name, "consul-0", "steady/")));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{place.Kind}: {what}: {acknowledged.Count} writes, none lost; longest without a leader {leaderless.TotalSeconds:0.0} s, between two writes {writer.LongestGap.TotalSeconds:0.0} s"));
        place.Consul("consul-0", "kv", "delete", "-recurse", "steady/");
    }
}
