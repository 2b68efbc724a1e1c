using System.Collections.Concurrent;
using System.Globalization;

namespace ConsulPets.Model.Tests.Simulation;

/// <summary>Runs histories, and makes a broken one readable.</summary>
internal static class ModelCheck
{
    /// <summary>Runs histories in parallel; the answer is the same whatever the number of processors.</summary>
    /// <returns>The scenario with the lowest seed that breaks a promise, shrunk; null when none does. And how the histories ended.</returns>
    public static (SimScenario? Broken, IReadOnlyDictionary<string, int> Ends) Run(ulong firstSeed, int count, RollingGate? open = null, bool stopAtFirst = false, bool writesBlindly = false)
    {
        var ends = new ConcurrentDictionary<string, int>();
        ulong lowest = ulong.MaxValue;
        object gate = new();
        Parallel.For(0L, count, (n, loop) =>
        {
            ulong seed = firstSeed + (ulong)n;
            SimOutcome outcome = SimHistory.Run(Scenario(seed), open);
            string end = outcome.Breach is null ? outcome.End : string.Create(CultureInfo.InvariantCulture, $"BREACH {seed}: {outcome.Breach}");
            ends.AddOrUpdate(end, 1, static (_, so) => so + 1);
            if (outcome.Breach is not null)
            {
                lock (gate)
                {
                    lowest = Math.Min(lowest, seed);
                }

                if (stopAtFirst)
                {
                    loop.Break();
                }
            }
        });
        return (lowest == ulong.MaxValue ? null : Shrink(Scenario(lowest), open), ends);

        SimScenario Scenario(ulong seed) => SimScenario.From(seed) with { WritesBlindly = writesBlindly };
    }

    /// <summary>Leaves out what is not needed for the promise to be broken.</summary>
    public static SimScenario Shrink(SimScenario broken, RollingGate? open = null)
    {
        SimScenario smallest = broken;
        for (int n = smallest.Adversary.Count - 1; n >= 0; n--)
        {
            SimScenario fewer = smallest with { Adversary = [.. smallest.Adversary.Where((_, at) => at != n)] };
            smallest = SimHistory.Run(fewer, open).Breach is null ? smallest : fewer;
        }

        return smallest;
    }

    /// <summary>The history, line by line.</summary>
    public static string Tell(SimScenario scenario, RollingGate? open = null)
    {
        var log = new List<string> { scenario.ToString() };
        SimOutcome outcome = SimHistory.Run(scenario, open, log);
        log.Add(string.Create(CultureInfo.InvariantCulture, $"ended: {outcome.Breach ?? outcome.End} (last words: {outcome.LastWords}) after {outcome.Steps.Count} steps, {outcome.Seconds} s"));
        return string.Join(Environment.NewLine, log);
    }
}
